import {
  checkPeopleRequests,
  checkRequests,
  type CheckVerdict,
  type Found,
} from "../contract/check.ts";
import { parentLanes } from "../contract/parent.ts";
import type { Port } from "../contract/port.ts";
import { serve } from "../contract/serve.ts";
import { WORDS as wordList } from "../contract/words.ts";
import { hex, utf8 } from "../crypto/bytes.ts";
import { CodedError } from "../crypto/errors.ts";
import { isSlot } from "../crypto/header-keys.ts";
import { SecretBytes } from "../crypto/secret.ts";
import { type ParsedVault, parseVault } from "../crypto/vault.ts";
import { checkKey, checkSlot, type KeyProved } from "../ceremony/key-check.ts";
import { checkCard, checkShare, type Good } from "../ceremony/share-check.ts";
import type { TouchRefused } from "../ceremony/touch.ts";
import type { Refusal } from "../ceremony/verdict.ts";
import type { Hid } from "../hardware/hid.ts";
import { inspect } from "../hardware/keys.ts";
import { liveVault } from "./vault-file.ts";
import { outOfOrder, refuse } from "./errors.ts";
import { linksUp, requireIsolation } from "./isolation.ts";
import { sharesOnMedia } from "./media.ts";
import { peopleAndKeys } from "./people-and-keys.ts";

/** What a key says of itself beside its answer. */
type Facts = Pick<
  Extract<Found, { label: string; good: true }>,
  "firmware" | "pinSet" | "pinRetries"
>;

type What = "card" | "full" | "key";

/** What a process may be asked: one thing, of one person or key, until it is good. */
function oneCheck() {
  let what: What | null = null;
  let whose: string | null = null;
  let isOver = false;
  const end = (): void => {
    isOver = true;
  };
  /** `who` null: what was shown doesn't say. */
  const of = (who: string | null): void => {
    if (who === null) return;
    if (whose !== null && whose !== who) refuse("CHECK_OF_ANOTHER", { whose, who });
    whose = who;
  };
  return {
    asked: (wish: What): void => {
      if (isOver || (what !== null && what !== wish)) refuse("CHECK_DONE");
      what = wish;
    },
    of,
    /** Of two that were under way at once, the first. */
    good: (who: string): void => {
      if (isOver) refuse("CHECK_DONE");
      of(who);
      end();
    },
    end,
  };
}

/**
 * The check process: one person's share or key at a time, against the header of the live vault. Its
 * bundle holds neither combining nor unwrapping, so that a drill with the real cards and keys can't
 * form what they guard. A process serves exactly one check: attempts at one share or key until it is
 * good; whatever is asked of it then is refused, `CHECK_DONE`. It ends with its port.
 */
export async function serveCheck(
  port: Record<"main" | "people" | "key", Port>,
  peakBytes: () => number,
  usb?: () => Promise<Hid>,
): Promise<void> {
  let vault: ParsedVault | null = null;
  let found: Found[] = [];
  const only = oneCheck();
  const people = await peopleAndKeys(port, (view) => main.viewChanged(view), usb);
  const { touching } = people;

  const begun = (step: string, what?: What): ParsedVault => {
    const live = vault ?? outOfOrder(step, "beginCheck");
    if (what !== undefined) only.asked(what);
    requireIsolation(live.header.mode);
    return live;
  };

  function judged(form: "card" | "full", verdict: Good | Refusal): CheckVerdict {
    if (verdict.kind === "good") {
      const { place, who } = verdict;
      only.good(who);
      found.push({ kind: "share", form, good: true, place, who });
      return { kind: "good", place, who };
    }
    const { why, who, about, words } = verdict;
    found.push({ kind: "share", form, good: false, who, why, about });
    return { kind: "rejected", why, who, about, words: [...words] };
  }

  function proved(result: KeyProved | TouchRefused, facts: Facts): { label: string } & Facts {
    if (result.kind === "proved") {
      const { label, form } = result;
      only.good(label);
      found.push({ kind: "key", good: true, label, form, ...facts });
      return { label, ...facts };
    }
    const { why, about } = result;
    const { label = null } = about;
    // Other refusals name the device, not the key as it is enrolled.
    if (label !== null && why === "KEY_OUTPUT_CHANGED") only.of(`${label}`);
    found.push({ kind: "key", good: false, label: label === null ? null : `${label}`, why, about });
    throw new CodedError<TouchRefused["why"]>(why, about);
  }

  const main = serve(port.main, checkRequests, {
    join: ({ mediaRoots, ...ends }) =>
      people.join(ends, (lane) =>
        serve(lane, checkPeopleRequests, {
          checkCard: ({ card }) => {
            const verdict = checkCard(begun("checkCard", "card"), card, wordList);
            only.of(verdict.who);
            return judged("card", verdict);
          },
          checkShare: async ({ card, passphrase }) => {
            const live = begun("checkShare", "full");
            // Another custodian's share is not looked into here, whatever was typed with it.
            only.of(checkCard(live, card, wordList).who);
            const secret = new SecretBytes(utf8(passphrase));
            const verdict = await checkShare(live, card, secret, wordList);
            secret.wipe();
            return judged("full", verdict);
          },
          checkKey: async ({ pin }) => {
            const live = begun("checkKey", "key");
            return touching.meant(async (key, asking) => {
              const { pinSet, firmware } = await key.info();
              const result = await checkKey(key, live, pin, asking);
              // After the PIN was tried: what is left now.
              const { pinRetries } = await key.info();
              const version = firmware === null ? null : String(firmware);
              return proved(result, { firmware: version, pinSet, pinRetries });
            });
          },
          checkSlot: async ({ label }) => {
            const live = begun("checkSlot", "key");
            const entry = live.header.keys.filter(isSlot).find((one) => one.label === label);
            return touching.slot(async (key, asking) => {
              const asked = await inspect(key);
              const firmware = asked.kind === "facts" ? asked.facts.firmware : null;
              const result = await checkSlot(key, live, label, asking);
              return proved(result, { firmware, pinSet: null, pinRetries: null });
            }, entry);
          },
          keys: async () => ({ keys: [...(await touching.keys())] }),
          media: () => {
            begun("media");
            return { cards: [...sharesOnMedia(mediaRoots)] };
          },
          cancel: () => {
            touching.cancel();
            return null;
          },
        }),
      ),
    beginCheck: ({ dir, committed }) => {
      if (vault !== null) refuse("CHECK_DONE");
      vault = parseVault(liveVault(dir, committed));
      const { header, epoch, fileHash } = vault;
      return {
        mode: header.mode,
        name: header.name,
        vaultId: hex(epoch.vaultId),
        epoch: epoch.epoch,
        fileSha256: hex(fileHash),
        threshold: header.threshold,
        custodians: header.custodians.map(({ place, name }) => ({ place, name })),
        keys: header.keys.map(({ label, use, kind }) => ({ label, use, kind })),
        linksUp: [...linksUp()],
      };
    },
    takeChecks: () => {
      const taken = found;
      found = [];
      only.end();
      return taken;
    },
    memory: () => ({ peakBytes: peakBytes() }),
  });
}

if (import.meta.main)
  await serveCheck(
    parentLanes(process, ["people", "key"], () => process.exit(0)),
    // maxRSS is in KiB (getrusage(2)).
    () => process.resourceUsage().maxRSS * 1024,
  );
