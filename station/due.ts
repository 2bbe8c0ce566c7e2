import { ROOTS_AS_OF } from "../aws/documents/roots.ts";
import { custodyRows } from "../ceremony/custody.ts";
import { dueChecks } from "../ceremony/due.ts";
import { dueUses } from "../ceremony/due-uses.ts";
import type { CalendarDay } from "../ceremony/calendar.ts";
import { resealDue } from "../ceremony/reseal-due.ts";
import { rootsDue } from "../ceremony/roots-age.ts";
import { hex } from "../crypto/bytes.ts";
import { parseVault } from "../crypto/vault.ts";
import { policyBeside } from "./policy-beside.ts";
import { readStory } from "./records-folder.ts";
import { pendingRotation } from "./recover-sealing.ts";
import { readVault } from "./vault-file.ts";

/** One thing that somebody has to do, whatever it is of, and until when. */
export interface Due {
  readonly what: string;
  readonly who: string;
  /** RFC 3339. */
  readonly on: string;
}

export interface DueOf {
  readonly name: string;
  readonly vaultId: string;
  /** Soonest first. */
  readonly rows: readonly Due[];
}

/** Everything that is due at the vault in `dir`, from its records, its header and its policy. */
export function dueAt(dir: string, now: string): DueOf {
  const story = readStory(dir);
  const { header, epoch } = parseVault(readVault(dir));
  const custody = custodyRows(
    story,
    header.custodians,
    header.keys.map(({ label }) => label),
    now,
  );
  return {
    name: header.name,
    vaultId: hex(epoch.vaultId),
    rows: [
      ...rotationDue(dir, story, now),
      ...(header.mode === "REAL"
        ? [{ what: "roots", who: "", on: rootsDue(ROOTS_AS_OF) }, ...reseal(story, now)]
        : []),
      ...dueChecks(story, now),
      ...dueUses(story, policyBeside(dir)?.kitExpires ?? null, now, custody),
    ].toSorted((a, b) => Date.parse(a.on) - Date.parse(b.on)),
  };
}

/** New shares that are not all proven: until then the old ones open the vault. */
const rotationDue = (dir: string, story: ReturnType<typeof readStory>, now: string): Due[] =>
  pendingRotation(dir, story) === null ? [] : [{ what: "rotation", who: "", on: now }];

function reseal(story: ReturnType<typeof readStory>, now: string): Due[] {
  const on = resealDue(story, now);
  return on === null ? [] : [{ what: "reseal", who: "", on }];
}

type Words = (who: string) => readonly [summary: string, description: string];

const WORDS: Readonly<Record<string, Words>> = {
  review: (who) => [
    `Review of ${who}`,
    "Bring CloudTrail's logs and digests to the station on a stick, and the reviewers' security keys. The next opening waits for it.",
  ],
  reseal: () => [
    "New AWS keys and new shares, after a use",
    "Until then whoever kept the access keys of that use, or opens an old copy, has keys that are sealed still. Make new ones at AWS, bring their files on a stick and all custodians to the station, and rotate.",
  ],
  drill: () => [
    "Quarterly drill",
    "Break the glass of the practice vault. Once a year hold the full drill, with the real cards and keys: their own checks have dates here.",
  ],
  copy: () => [
    "Copy of the vault on a stick",
    "Bring a custodian's stick without a share on it: the station writes the sealed vault and its records there.",
  ],
  alarm: () => [
    "Live alarm check",
    "An administrator attaches the latch once more; whoever is on call brings the receipt code of each channel (pullstation alarm-check).",
  ],
  rotation: () => [
    "New shares to prove, or to give up",
    "Until every new share is proven at the station, the old ones open the vault.",
  ],
  "kit-expiry": () => [
    "Emergency kit at AWS expires",
    "Nothing opens past this day. Make a new kit (pullstation template) and rotate before it.",
  ],
  "kit-unknown": () => [
    "When the emergency kit expires is not known at the station",
    "policy.json beside the vault is gone, or is not the one that was sealed. Bring the sealed one back from a copy, or rotate with it.",
  ],
  roots: () => [
    "Newest version of the app",
    "Its list of root certificates is a year old: AWS's certificates may be refused some day.",
  ],
  custody: (who) => [
    `Custody: ${who}`,
    "Put it away or look at its bag, and write it into the custody register at the station.",
  ],
  "card-check": (who) => [
    `Card check, ${who}`,
    "Bring the card to the station; no passphrase is needed.",
  ],
  "full-check": (who) => [
    `Share check with passphrase, ${who}`,
    "Bring the card and know its passphrase. Nothing is reconstructed.",
  ],
  "key-check": (who) => [`Check of the security key ${who}`, "Plug it in, give its PIN, touch it."],
};

/** The same as days of a calendar. What has no words yet is named as it is. */
export const calendarDays = ({ name, rows }: DueOf): readonly CalendarDay[] =>
  rows.map(({ what, who, on }) => {
    const [summary, description] = WORDS[what]?.(who) ?? [what, who];
    return { id: `${what}:${who}`, summary: `${name}: ${summary}`, description, on };
  });
