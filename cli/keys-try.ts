import { randomBytes } from "node:crypto";
import { explain } from "../contract/failures.ts";
import { equal } from "../crypto/bytes.ts";
import { CodedError } from "../crypto/errors.ts";
import type { Fido2Key } from "../hardware/fido/key.ts";
import type { Hid } from "../hardware/hid.ts";
import { type Found, type FoundFido2, findKeys } from "../hardware/keys.ts";
import type { HardwareCode } from "../hardware/security-key.ts";
import { sleep } from "../hardware/timers.ts";
import type { KeysOptions } from "./keys.ts";
import type { KeysCode } from "./keys-list.ts";
import type { KeysWorld } from "./keys-run.ts";

const SALT_BYTES = 32;
/** How often and how long to look for a key that was unplugged. */
const LOOK_MS = 500;
const LOOKS = 240;

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
    const pin = await world.pin(`PIN of ${label}: `);
    if (pin === null) throw new CodedError<HardwareCode>("TOUCH_CANCELLED");
    const trial = new Trial(hid, chosen, world, say);
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
    if (json) world.out(`${JSON.stringify({ label, stable, uvBound, passed })}\n`);
    return passed ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const { what, todo } = explained(error, say);
    if (json) world.out(`${JSON.stringify({ passed: false, code: error.code, what, todo })}\n`);
    return 1;
  }
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

function choose(found: readonly Found[], wanted: string | undefined): FoundFido2 {
  const fido2 = found.filter((one) => one.kind === "fido2");
  const fitting = fido2.filter(
    ({ key, device }) =>
      wanted === undefined ||
      [key.label, device.serial, device.path].some((text) => text.includes(wanted)),
  );
  const [one] = fitting;
  if (one === undefined) throw new CodedError<HardwareCode>("KEY_NOT_PRESENT");
  if (fitting.length > 1)
    throw new CodedError<KeysCode>("KEY_AMBIGUOUS", {
      labels: fitting.map(({ key }) => key.label).join(", "),
    });
  return one;
}

/** One key through unplugging: the same product, plugged in again, goes on with the same step. */
class Trial {
  readonly #hid: Hid;
  readonly #world: KeysWorld;
  readonly #say: (text: string) => void;
  #chosen: FoundFido2;

  constructor(hid: Hid, chosen: FoundFido2, world: KeysWorld, say: (text: string) => void) {
    this.#hid = hid;
    this.#chosen = chosen;
    this.#world = world;
    this.#say = say;
  }

  async step<T>(use: (key: Fido2Key) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await use(this.#chosen.key);
      } catch (error) {
        if (!(error instanceof CodedError) || error.code !== "KEY_UNPLUGGED") throw error;
        explained(error, this.#say);
        this.#chosen = await this.#back(error);
        this.#say("  It is back.");
      }
    }
  }

  async #back(error: CodedError): Promise<FoundFido2> {
    const { vendorId, productId, serial } = this.#chosen.device;
    const { means, interrupted } = this.#world;
    for (let looks = 0; looks < LOOKS; looks++) {
      await sleep(means.timers, LOOK_MS);
      if (interrupted.aborted) throw new CodedError<HardwareCode>("TOUCH_CANCELLED");
      for (const one of await findKeys(this.#hid, means)) {
        const { device } = one;
        const same =
          device.vendorId === vendorId &&
          device.productId === productId &&
          device.serial === serial;
        if (one.kind === "fido2" && same) return one;
      }
    }
    throw error;
  }
}
