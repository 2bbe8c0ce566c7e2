import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { Fido2Key } from "../../hardware/fido/key.ts";
import type { PacketPort } from "../../hardware/packets.ts";
import { cleanUp, missing, plugIn as plugRig } from "../device/rig.ts";
import { means, PIN, plugIn } from "../hardware/plugged.ts";
import { type Figure, median, ms, spread } from "./figure.ts";

const WARMING = 30;
const TOUCHES = 200;
const COLD_ROUNDS = 9;
const TOUCH_GOAL_MS = 5;
const LIST_GOAL_MS = 150;
const PULLSTATION = fileURLToPath(new URL("../../cli/pullstation.mjs", import.meta.url));
const COLD = fileURLToPath(new URL("keys-cold.ts", import.meta.url));

/** The key's own time: from the request's last report to the first of its answer. */
class Stopwatch {
  spent = 0;
  #asked: number | null = null;

  around(port: PacketPort): PacketPort {
    return {
      ended: port.ended,
      close: () => port.close(),
      write: (report) => {
        this.#asked = performance.now();
        return port.write(report);
      },
      listen: (take) =>
        port.listen((report) => {
          if (this.#asked !== null) this.spent += performance.now() - this.#asked;
          this.#asked = null;
          take(report);
        }),
    };
  }
}

interface Touch {
  readonly client: number;
  readonly key: number;
}

/** A touch whole: INIT, GetInfo, key agreement, PIN token, key agreement, assertion. */
async function touches(protocol: 1 | 2): Promise<readonly Touch[]> {
  const { device } = plugIn({}, { pinProtocols: [protocol] });
  const watch = new Stopwatch();
  const connect = async (): Promise<PacketPort> => watch.around(device.openPackets());
  const key = new Fido2Key({ label: "n", connect }, means);
  const salt = new Uint8Array(randomBytes(32));
  const { credentialId } = await key.enrol({ salt, userName: "n", pin: PIN });
  const took: Touch[] = [];
  for (let count = 0; count < WARMING + TOUCHES; count++) {
    watch.spent = 0;
    const from = performance.now();
    await key.touch({ credentialId, salt, pin: PIN });
    took.push({ client: performance.now() - from - watch.spent, key: watch.spent });
  }
  return took.slice(WARMING);
}

/** The whole command on a mocked hidraw device; null: this machine lacks the mock. */
async function listing(): Promise<readonly number[] | null> {
  if (missing().length > 0) return null;
  try {
    const rig = await plugRig({ more: ["--pin", PIN] });
    const { out, err } = await rig.runPatient([process.execPath, COLD, String(COLD_ROUNDS)]);
    await rig.end();
    if (out === "") throw new Error(err);
    return JSON.parse(out) as number[];
  } finally {
    cleanUp();
  }
}

/** Whole processes, started and ended; the first, which compiles, is not counted. */
const whole = (...args: readonly string[]): readonly number[] =>
  Array.from({ length: COLD_ROUNDS + 1 }, () => {
    const from = performance.now();
    spawnSync(process.execPath, args);
    return performance.now() - from;
  }).slice(1);

export async function measureKeys(): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const protocol of [1, 2] as const) {
    const took = await touches(protocol);
    const client = took.map((one) => one.client);
    figures.push({
      what: `a touch beyond the key's own time, PIN protocol ${protocol}`,
      ours: ms(median(client)),
      against: `software key ${ms(median(took.map(({ key }) => key)))}; ${spread(client)}`,
      goal: `< ${TOUCH_GOAL_MS} ms`,
      met: median(client) < TOUCH_GOAL_MS,
      values: { [`touchClient${protocol}`]: median(client) },
    });
  }
  const cold = whole(PULLSTATION, "keys", "--json");
  figures.push({
    what: "`pullstation keys`, whole process, before a key answers",
    ours: ms(median(cold)),
    against: `node -e 1: ${ms(median(whole("-e", "1")))}; ${spread(cold)}`,
    goal: `< ${LIST_GOAL_MS} ms`,
    met: median(cold) < LIST_GOAL_MS,
    values: { keysCold: median(cold) },
  });
  const mocked = await listing();
  if (mocked !== null)
    figures.push({
      what: "the same with a key on the mocked device",
      ours: ms(median(mocked)),
      against: `the mock answers in steps of 50 ms; ${spread(mocked)}`,
      goal: null,
      met: null,
      values: { keysMocked: median(mocked) },
    });
  return figures;
}
