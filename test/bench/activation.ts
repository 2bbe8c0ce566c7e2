import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startPracticeAws } from "../../practice/aws/server.ts";
import { folder, worldOf } from "../ceremony/stage.ts";
import type { Errand, Measured } from "./activation-child.ts";
import { type Figure, median, ms, spread } from "./figure.ts";

const RTTS = [0, 80, 200];
const ROUNDS = 5;
const CHILD = fileURLToPath(new URL("activation-child.ts", import.meta.url));

/** A fresh client process against a fresh practice AWS in this one. */
export async function once(latencyMs: number, accounts = 1): Promise<Measured> {
  const { dir, remove } = folder();
  const aws = await startPracticeAws({ world: worldOf(accounts), latencyMs });
  try {
    const child = fork(
      CHILD,
      [JSON.stringify({ endpoint: aws.endpoint, dir, accounts } satisfies Errand)],
      {
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      },
    );
    return await new Promise((resolve, reject) => {
      child.once("message", (measured) => resolve(measured as Measured));
      child.once("exit", (code) => reject(new Error(`the client exited with ${code}`)));
    });
  } finally {
    await aws.close();
    remove();
  }
}

function figuresOf(rtt: number, depth: number, runs: readonly Measured[]): readonly Figure[] {
  const all = (name: keyof Measured): number[] => runs.map((run) => run[name]);
  const of = (name: keyof Measured): number => median(all(name));
  const [opened, closed, call] = [of("open"), of("close"), of("call")];
  const closeDepth = Math.max(...all("closeDepth"));
  if (rtt === 0)
    return [
      {
        what: "activation at 0 ms RTT: its own work",
        ours: ms(opened),
        against: `no floor at 0; one warm call ${ms(call)}, × depth ${ms(call * depth)}`,
        goal: null,
        met: null,
        values: { rttMs: rtt, openMs: opened, callMs: call },
      },
    ];
  const floor = depth * rtt;
  const ratio = opened / floor;
  const closeFloor = closeDepth * rtt;
  return [
    {
      what: `activation at ${rtt} ms RTT: ratio to its floor`,
      ours: `${ratio.toFixed(2)} (${ms(opened)})`,
      against: `floor ${depth} × ${rtt} = ${ms(floor)}; runs ${spread(all("open"))}`,
      goal: "≤ 1.15",
      met: ratio <= 1.15,
      values: { rttMs: rtt, openMs: opened, floorMs: floor, ratio },
    },
    {
      what: `  close at ${rtt} ms RTT, until at rest`,
      ours: `${(closed / closeFloor).toFixed(2)} (${ms(closed)})`,
      against: `floor ${closeDepth} × ${rtt} = ${ms(closeFloor)}`,
      goal: null,
      met: null,
      values: { rttMs: rtt, closeMs: closed, floorMs: closeFloor, closeDepth },
    },
  ];
}

/** Activation and close of one account, journal and closer's file on the disk as always. */
export async function measureActivation(): Promise<readonly Figure[]> {
  await once(0);
  const byRtt = new Map<number, Measured[]>();
  for (let count = 0; count < ROUNDS; count++)
    for (const rtt of RTTS) byRtt.set(rtt, [...(byRtt.get(rtt) ?? []), await once(rtt)]);
  const slow = [...byRtt].filter(([rtt]) => rtt > 0).flatMap(([, runs]) => runs);
  // Where the network outweighs our own work the calls' times tell the depth; it is one number.
  const depth = Math.max(...slow.map(({ openDepth }) => openDepth));
  const calls = Math.max(...slow.map(({ openCalls }) => openCalls));
  return [
    {
      what: "activation's depth, round trips in a row",
      ours: String(depth),
      against: `${calls} calls in all`,
      goal: "≤ 7",
      met: depth <= 7,
      values: { depth, calls },
    },
    ...[...byRtt].flatMap(([rtt, runs]) => figuresOf(rtt, depth, runs)),
  ];
}
