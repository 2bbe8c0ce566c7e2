import { randomBytes } from "node:crypto";
import { explain, visible } from "../contract/failures.ts";
import { equal } from "../crypto/bytes.ts";
import { CodedError } from "../crypto/errors.ts";
import type { Fido2Key } from "../hardware/fido/key.ts";
import type { Hid, HidDevice } from "../hardware/hid.ts";
import { type Found, type FoundFido2, findKeys, inspect } from "../hardware/keys.ts";
import type { HardwareCode } from "../hardware/security-key.ts";
import { sleep } from "../hardware/timers.ts";
import type { KeysOptions } from "./keys.ts";
import type { KeysCode } from "./keys-list.ts";
import { jsonText } from "./json-text.ts";
import type { KeysWorld } from "./keys-run.ts";

const SALT_BYTES = 32;
/** How often and how long to look for a key that was unplugged. */
const LOOK_MS = 500;
const LOOKS = 240;
/** How often a key may go and come back in one trial. */
const RETURNS = 10;

/** Three touches: a credential for this trial, and its secret twice. Exit status 0 or 1. */
export async function tryKey(
  hid: Hid,
  found: readonly Found[],
  { key: wanted, json }: KeysOptions,
  world: KeysWorld,
): Promise<number> {
  const say = (text: string): void => (json ? world.err : world.out)(`${text}\n`);
  try {
    const chosen = choose(found, wanted);
    const { label } = chosen.key;
    const trial = new Trial(hid, { chosen, found }, world, say);
    await trial.step(fitForPin);
    const pin = await Promise.race([
      world.pin(`PIN of ${visible(label)}: `),
      aborted(world.interrupted),
    ]);
    if (pin === null) throw new CodedError<HardwareCode>("TOUCH_CANCELLED");
    const salt = new Uint8Array(randomBytes(SALT_BYTES));
    const touched = (number: number) => ({ signal: world.interrupted, waiting: asks(number, say) });
    const made = await trial.step((key) =>
      key.enrol({ salt, userName: "trial", pin, ...touched(1) }),
    );
    const { credentialId, output, uvBound } = made;
    const again = await trial.step((key) => key.touch({ credentialId, salt, pin, ...touched(2) }));
    const stable = equal(output, again);
    output.fill(0);
    again.fill(0);
    const passed = stable && uvBound;
    if (!uvBound) explained(new CodedError<HardwareCode>("UV_NOT_BOUND", { label }), say);
    say(
      stable
        ? "✓ The key derived the same secret at both touches."
        : "✗ The key derived another secret at the second touch: it can't seal a vault.",
    );
    if (passed) say("✓ Without the PIN it refuses or answers otherwise. It can seal a vault.");
    if (json) world.out(jsonText({ label, stable, uvBound, passed }));
    return passed ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const { what, todo } = explained(error, say);
    if (json) world.out(jsonText({ passed: false, code: error.code, what, todo }));
    return 1;
  }
}

/** Null once it is: who waits for a PIN from a pipe is let go of by Ctrl-C too. */
const aborted = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(null), { once: true });
  });

/** Nobody is asked for a PIN that can't help; only the trial shows whether it is bound. */
async function fitForPin(key: Fido2Key): Promise<void> {
  const { why } = await key.facts();
  const [code] = why.filter((one) => one !== "UV_NOT_BOUND");
  if (code !== undefined) throw new CodedError<HardwareCode>(code, { label: key.label });
}

const asks =
  (number: number, say: (text: string) => void) =>
  (what: "touch" | "working"): void => {
    if (what === "touch") say(`  Touch the key now (touch ${number}).  Ctrl-C cancels.`);
  };

function explained(error: CodedError, say: (text: string) => void) {
  const failure = explain(error.code, error.about);
  say(`✗ ${failure.what}\n  ${failure.todo}`);
  return failure;
}

const labels = (of: readonly FoundFido2[]): string => of.map(({ key }) => key.label).join(", ");

function choose(found: readonly Found[], wanted: string | undefined): FoundFido2 {
  const fido2 = found.filter((one) => one.kind === "fido2");
  if (fido2.length === 0 && found.length > 0) throw new CodedError<KeysCode>("OTP_NEVER_ALONE");
  const fitting = fido2.filter(
    ({ key, device }) =>
      wanted === undefined ||
      [key.label, device.serial, device.path].some((text) => text.includes(wanted)),
  );
  const [one] = fitting;
  if (one === undefined && wanted !== undefined && fido2.length > 0)
    throw new CodedError<KeysCode>("KEY_UNKNOWN", { wanted, labels: labels(fido2) });
  if (one === undefined) throw new CodedError<HardwareCode>("KEY_NOT_PRESENT");
  if (fitting.length > 1)
    throw new CodedError<KeysCode>("KEY_AMBIGUOUS", { labels: labels(fitting) });
  return one;
}

const alike = (one: HidDevice, other: HidDevice): boolean =>
  one.vendorId === other.vendorId &&
  one.productId === other.productId &&
  one.serial === other.serial;

/** One key through unplugging: the same product, plugged in again, goes on with the same step. */
class Trial {
  readonly #hid: Hid;
  readonly #world: KeysWorld;
  readonly #say: (text: string) => void;
  #chosen: FoundFido2;
  /** Paths of its like that were there beside it: none of them is it, come back. */
  #twins: readonly string[];

  constructor(
    hid: Hid,
    { chosen, found }: { readonly chosen: FoundFido2; readonly found: readonly Found[] },
    world: KeysWorld,
    say: (text: string) => void,
  ) {
    this.#hid = hid;
    this.#world = world;
    this.#say = say;
    this.#chosen = chosen;
    this.#twins = twinsOf(chosen, found);
  }

  async step<T>(use: (key: Fido2Key) => Promise<T>): Promise<T> {
    for (let returns = 0; ; returns++) {
      try {
        await this.#stillThere();
        return await use(this.#chosen.key);
      } catch (error) {
        if (!(error instanceof CodedError) || error.code !== "KEY_UNPLUGGED") throw error;
        if (returns === RETURNS) throw error;
        explained(error, this.#say);
        await this.#back(error);
        this.#say("  It is back.");
      }
    }
  }

  /** At its path another key may be by now, which must not be asked for this one's PIN. */
  async #stillThere(): Promise<void> {
    const { path } = this.#chosen.device;
    const now = (await this.#hid.devices()).find((device) => device.path === path);
    if (now === undefined || !alike(now, this.#chosen.device))
      throw new CodedError<HardwareCode>("KEY_UNPLUGGED");
  }

  /** Until it is there and answers; what kept it from answering last is thrown. */
  async #back(gone: CodedError): Promise<void> {
    const { means, interrupted } = this.#world;
    let error = gone;
    for (let looks = 0; looks < LOOKS; looks++) {
      await sleep(means.timers, LOOK_MS);
      if (interrupted.aborted) throw new CodedError<HardwareCode>("TOUCH_CANCELLED");
      const found = await findKeys(this.#hid, means);
      for (const one of found) {
        const { device } = one;
        if (one.kind !== "fido2" || !alike(device, this.#chosen.device)) continue;
        if (this.#twins.includes(device.path)) continue;
        // The system may list it before this user may open it.
        const asked = await inspect(one.key);
        if (asked.kind === "failed") {
          error = asked.error;
          continue;
        }
        this.#chosen = one;
        this.#twins = twinsOf(one, found);
        return;
      }
    }
    throw error;
  }
}

const twinsOf = ({ device }: FoundFido2, found: readonly Found[]): string[] =>
  found.flatMap((one) =>
    one.device.path !== device.path && alike(one.device, device) ? [one.device.path] : [],
  );
