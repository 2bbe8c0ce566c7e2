import type { checkRequests, Found } from "../contract/check.ts";
import type { Client } from "../contract/serve.ts";
import type { Clock, Process, Progress, Records, Subject, Written } from "./ports.ts";
import { isolationNote } from "./seal-ceremony.ts";

export type CheckProcess = Process<Client<typeof checkRequests>["ask"]>;

/** What is checked: one custodian's card or share, or one security key. */
export type CheckWish =
  | { readonly what: "card" | "full"; readonly place?: number | undefined }
  | { readonly what: "key"; readonly label?: string | undefined };

/** The vault as the person is told of it. */
export interface Checked {
  readonly name: string;
  readonly subject: Subject;
  readonly threshold: number;
  readonly custodians: readonly { readonly place: number; readonly name: string }[];
  readonly keys: readonly { readonly label: string; readonly use: string; readonly kind: string }[];
}

export interface CheckPorts {
  /** A fresh check process, joined to the people's lane. */
  readonly check: () => Promise<CheckProcess>;
  /** One person at the keyboard; resolves when they leave it. */
  readonly person: (wish: CheckWish, vault: Checked) => Promise<void>;
  /** `append` null: this folder is a copy, and nothing is recorded. */
  readonly records: Pick<Records, "committed"> & {
    readonly append: ((...line: Parameters<Records["append"]>) => Written) | null;
  };
  readonly clock: Clock;
  readonly progress: Pick<Progress, "note" | "refused">;
}

export interface CheckOutcome {
  readonly vault: Checked;
  readonly found: readonly (Found & { readonly written: Written | null })[];
}

/**
 * One person checks a card, a share or a key: nothing is reconstructed, and what the process found
 * becomes a signed, dated line each, the refused ones too. One process for each person: what it has
 * seen of them ends with it.
 */
export async function checkCeremony(
  { check, person, records, clock, progress }: CheckPorts,
  dir: string,
  wish: CheckWish,
): Promise<CheckOutcome> {
  const process = await check();
  try {
    const begun = await process.ask("beginCheck", { dir, committed: records.committed });
    const subject: Subject = { ...begun };
    const { name, threshold, custodians, keys } = begun;
    const vault: Checked = { name, subject, threshold, custodians, keys };
    isolationNote(progress, begun.mode, begun.linksUp);
    let left: { readonly error: unknown } | null = null;
    await person(wish, vault).catch((error: unknown) => {
      left = { error };
    });
    const found = (await process.ask("takeChecks", null)).map((one) => {
      if (!one.good)
        progress.refused(one.kind === "share" ? (one.who ?? "") : "", one.why, one.about);
      return { ...one, written: records.append?.(subject, lineOf(one, clock.now())) ?? null };
    });
    if (left !== null) throw (left as { readonly error: unknown }).error;
    return { vault, found };
  } finally {
    await process.end();
  }
}

function lineOf(found: Found, time: string): Parameters<Records["append"]>[1] {
  const at = { time, clock: "station" } as const;
  if (!found.good) {
    const { kind, why, about } = found;
    const who: Record<string, string> =
      kind === "share"
        ? found.who === null
          ? {}
          : { "card-of": found.who }
        : found.label === null
          ? {}
          : { key: found.label };
    const thing =
      kind === "share" ? `a ${found.form === "card" ? "card" : "share"}` : "a security key";
    const evidence = { check: kind === "share" ? found.form : "key", code: why, ...about };
    return { kind: "refused", who, why: `${thing} failed its check: ${why}`, at, evidence };
  }
  if (found.kind === "share") {
    const { form, place, who } = found;
    return {
      kind: "share-checked",
      who: { custodian: who },
      why:
        form === "card"
          ? "the card is the one that was sealed; its passphrase was not asked for"
          : "the share is good; nothing was reconstructed",
      at,
      evidence: { form, place },
    };
  }
  const { label, form, firmware, pinSet, pinRetries } = found;
  return {
    kind: "key-checked",
    who: { key: label },
    why:
      form === "approves"
        ? "the security key signed, and its signature verifies"
        : "the security key answers as at its enrolment; nothing was unwrapped",
    at,
    evidence: { key: label, form, firmware, pinSet, pinRetries },
  };
}
