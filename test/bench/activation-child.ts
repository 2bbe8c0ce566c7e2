import { open } from "../../ceremony/access/activation.ts";
import { close } from "../../ceremony/access/close.ts";
import { PATIENCE, type Progress } from "../../ceremony/access/ports.ts";
import { orderOf, portsOf } from "../ceremony/stage.ts";

/** One fresh client, as an online process is: it opens once and closes once. */
export interface Measured {
  /** From the order to the proven access, in ms. */
  readonly open: number;
  readonly openDepth: number;
  readonly openCalls: number;
  /** From the wish to close until AWS stands at rest (the proofs after it take the policy's time). */
  readonly close: number;
  readonly closeDepth: number;
  /** One call by itself over the same client, warm. */
  readonly call: number;
  /** The client's own CPU time in both, in ms. */
  readonly openCpu: number;
  readonly closeCpu: number;
}

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

interface Span {
  readonly from: number;
  readonly to: number;
}

/** Most calls of which each began after the one before had ended: the round trips in a row. */
function depthOf(spans: readonly Span[]): number {
  let depth = 0;
  let ended = -Infinity;
  for (const { from, to } of spans.toSorted((a, b) => a.to - b.to))
    if (from >= ended) {
      depth++;
      ended = to;
    }
  return depth;
}

export interface Errand {
  readonly endpoint: string;
  readonly dir: string;
  readonly accounts: number;
}

async function main({ endpoint, dir, accounts }: Errand): Promise<void> {
  let spans: Span[] = [];
  let atRest = 0;
  let restedCpu = 0;
  const rested = new Set<string>();
  const report = (progress: Progress): void => {
    const now = performance.now();
    // A call's own time is rounded to 0.1 ms.
    if (progress.kind === "call") spans.push({ from: now - progress.call.ms + 0.1, to: now });
    else if (progress.kind === "step" && progress.step === "at-rest") {
      // Until every account is, for the first time.
      rested.add(progress.account);
      if (rested.size === accounts && atRest === 0) {
        atRest = now;
        restedCpu = cpu();
      }
    }
  };
  const { ports, cloud } = await portsOf({
    endpoint,
    dir,
    patience: PATIENCE,
    attempts: 4,
    answerMs: 10_000,
    report,
  });
  const fromCpu = cpu();
  const from = performance.now();
  const { held, opening } = await open(orderOf(accounts), ports);
  const opened = performance.now() - from;
  const openCpu = cpu() - fromCpu;
  const active = opening.kind === "OPENED" && opening.accounts.every((a) => a.state === "ACTIVE");
  if (!active) throw new Error(`the opening ended with ${JSON.stringify(opening)}`);
  const opens = spans;
  spans = [];
  const beganCpu = cpu();
  const began = performance.now();
  await close(held, "by hand");
  if (atRest === 0) throw new Error("the close did not reach rest");
  const closes = spans.filter(({ to }) => to <= atRest);
  const calls: number[] = [];
  for (let count = 0; count < 9; count++) {
    const asked = performance.now();
    await held.accesses[0]?.plain.identity();
    calls.push(performance.now() - asked);
  }
  const measured: Measured = {
    open: opened,
    openDepth: depthOf(opens),
    openCalls: opens.length,
    close: atRest - began,
    closeDepth: depthOf(closes),
    call: calls.toSorted((a, b) => a - b)[4] ?? 0,
    openCpu,
    closeCpu: restedCpu - beganCpu,
  };
  cloud.end();
  process.send?.(measured, () => process.exit(0));
}

await main(JSON.parse(process.argv[2] ?? "null") as Errand);
