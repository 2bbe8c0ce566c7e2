import type { Checked, CheckOutcome } from "../ceremony/check-ceremony.ts";
import { CodedError } from "../crypto/errors.ts";
import { type CheckDesk, checkAtTerminal } from "./check-desk.ts";
import type { CheckKeyOptions } from "./check-key.ts";

export type CheckKeyCode = "KEY_NOT_IN_VAULT";

/** Key after key at the terminal, each in a process of its own; the exit status as the help gives it. */
export function runCheckKey(
  path: string,
  { json, key: wanted = [] }: CheckKeyOptions,
): Promise<number> {
  /** What is still to check; empty before the vault was read. */
  let left: Checked["keys"] = [];
  let someoneLeft = false;
  return checkAtTerminal(path, {
    wish: { what: "key" },
    json,
    keys: true,
    person: async (desk, _, vault) => {
      if (left.length === 0) left = meant(vault.keys, wanted);
      someoneLeft = (await oneKey(desk, vault, left)) === null;
    },
    another: (found) => {
      left = left.filter(({ label }) => !provenIn(found).has(label));
      return !someoneLeft && left.length > 0;
    },
    good: (found, { keys }) => {
      const proven = provenIn(found);
      const asked = wanted.length > 0 ? wanted : keys.map(({ label }) => label);
      return asked.every((label) => proven.has(label));
    },
  });
}

const provenIn = (found: CheckOutcome["found"]): ReadonlySet<string> =>
  new Set(found.flatMap((one) => (one.good && one.kind === "key" ? one.label : [])));

/** `wanted` empty: every enrolled key. */
function meant(keys: Checked["keys"], wanted: readonly string[]): Checked["keys"] {
  const labels = keys.map(({ label }) => label);
  const unknown = wanted.find((label) => !labels.includes(label));
  if (unknown !== undefined)
    throw new CodedError<CheckKeyCode>("KEY_NOT_IN_VAULT", {
      label: unknown,
      enrolled: labels.join(", "),
    });
  return keys.filter(({ label }) => wanted.length === 0 || wanted.includes(label));
}

/** Whichever key of `left` comes next, once it is proven; null: nobody brings another. */
async function oneKey(
  desk: CheckDesk,
  { name, subject }: Checked,
  left: Checked["keys"],
): Promise<string | null> {
  const [next] = left;
  if (next === undefined) return null;
  await desk.point(next.label);
  const { label } = await desk.ask("key", {
    vault: name,
    epoch: subject.epoch,
    left: left.map((one) => ({ ...one })),
  });
  return label;
}
