import type { Mistake, practiceRequests } from "../../contract/practice.ts";
import type { Client } from "../../contract/serve.ts";
import type { Cast, Verdict } from "../ports.ts";

/** The mistakes that the drill makes on purpose, one each by the first custodians to come. */
const ON_PURPOSE: readonly Mistake[] = ["mistyped-word", "other-vault", "wrong-passphrase"];

/** What becomes of the people of one breaking of the glass. */
export interface Company {
  /** No mistakes on purpose. */
  readonly calm?: boolean;
  /** The place of who does not come. */
  readonly missing?: number | null;
  /** The place of whose card can't be read any more. */
  readonly damaged?: number | null;
}

/** The stage's people as a ceremony's cast: each does one thing when it is their turn. */
export function castOf(
  stage: { readonly askPeople: Client<typeof practiceRequests>["ask"] },
  custodians: number,
  { calm = false, missing = null, damaged = null }: Company = {},
): Cast {
  return {
    choosePassphrase: async (place) => void (await stage.askPeople("choosePassphrase", { place })),
    anotherKey: async () => false,
    sealAgain: async () => false,
    enrolKey: async (key) => (await stage.askPeople("enrolKey", { key })).label,
    reenter: (place) => stage.askPeople("reenter", { place }),
    touch: async () => (await stage.askPeople("touch", null)).label,
    approve: async (label) => (await stage.askPeople("approve", { label })).label,
    async *shares(threshold: number): AsyncIterable<Verdict> {
      const planned = calm ? [] : [...ON_PURPOSE];
      // The last k of n come, so that it isn't always the same people.
      const coming = Array.from({ length: custodians }, (_, index) => custodians - index).filter(
        (place) => place !== missing,
      );
      const last = coming.filter((place) => place !== damaged)[threshold - 1];
      let have = 0;
      for (const place of coming) {
        if (have >= threshold) return;
        if (place === damaged) {
          yield await stage.askPeople("enterShare", { place, mistake: "damaged-card" });
          continue;
        }
        // With fewer custodians needed than mistakes planned, one makes several.
        const turns = place === last ? planned.length : 1;
        for (const mistake of planned.splice(0, turns))
          yield await stage.askPeople("enterShare", { place, mistake });
        const verdict = await stage.askPeople("enterShare", { place, mistake: null });
        have = verdict.have;
        yield verdict;
      }
    },
  };
}
