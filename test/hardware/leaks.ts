import { inspect } from "node:util";

/** Finds secrets in whatever a log could print of a thrown object. */

const joined = (bytes: Uint8Array, of: (byte: number) => string): string =>
  Array.from(bytes, of).join(",");
const pair = (byte: number): string => byte.toString(16).padStart(2, "0");

/** Bytes that no log shows by accident; a cut-off leak has at least the first or the last of them. */
const ENOUGH = 9;

/** What a secret may look like: hex, base64, decimals, text, a printed buffer, a JSON of bytes. */
export function formsOf(secret: Uint8Array): string[] {
  const ends = [secret.subarray(0, ENOUGH), secret.subarray(-ENOUGH)];
  return ends.flatMap((part, index) => {
    const buffer = Buffer.from(part);
    return [
      buffer.toString("hex"),
      // Base64 of a later part depends on where it begins.
      ...(index === 0 ? [buffer.toString("base64"), buffer.toString("base64url")] : []),
      buffer.toString("latin1"),
      buffer.toString("utf8"),
      joined(part, String),
      joined(part, pair),
      ...(index === 0 ? [Array.from(part, (byte, at) => `${at},${byte}`).join(",")] : []),
    ].filter((form) => form.replaceAll("\ufffd", "").length >= ENOUGH);
  });
}

/** Hidden properties, causes and getters too; a second time with everything between words as a comma. */
export function printed(thrown: unknown): string {
  const seen = new Set<unknown>();
  const texts: string[] = [];
  const look = (value: unknown): void => {
    texts.push(
      inspect(value, {
        depth: 12,
        showHidden: true,
        getters: true,
        maxArrayLength: null,
        maxStringLength: null,
      }),
    );
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    texts.push(JSON.stringify(value) ?? "");
    if (value instanceof Error) texts.push(String(value), String(value.stack), value.message);
    for (const name of Reflect.ownKeys(value)) look(Reflect.get(value, name));
  };
  look(thrown);
  const text = texts.join("\n");
  return [text, text.toLowerCase(), text.replaceAll(/[^0-9a-zA-Z]+/g, ",").toLowerCase()].join(
    "\n",
  );
}

/** The names of the secrets that are in there. */
export const leaksIn = (
  text: string,
  secrets: ReadonlyMap<string, readonly Uint8Array[]>,
): string[] =>
  [...secrets].flatMap(([name, values]) =>
    values.some((value) => formsOf(value).some((form) => text.includes(form))) ? [name] : [],
  );
