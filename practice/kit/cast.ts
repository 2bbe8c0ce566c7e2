/** The people of the sample kit. None exists. */
export const OFFICER = "Rui Tan";
export const WITNESS = "Lise Moreau";
export const RESPONDER = "Ivo Brandt";

const CUSTODIANS = ["Priya Nair", "Amara Obi", "Sam Kjær", "Lucía Ortiz", "Jon Weiss"] as const;

/** `count` custodians: five by name, more by number. */
export const custodianNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => CUSTODIANS[index] ?? `Custodian ${index + 1}`);

/** Account ids that AWS's own documentation uses as examples. */
const ACCOUNTS = [
  "111122223333",
  "444455556666",
  "777788889999",
  "123456789012",
  "210987654321",
] as const;

export const accountIds = (count: number): readonly string[] =>
  Array.from(
    { length: count },
    (_, index) => ACCOUNTS[index] ?? String(900_000_000_000 + index + 1),
  );
