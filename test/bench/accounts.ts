import { once } from "./activation.ts";
import type { Measured } from "./activation-child.ts";
import { type Figure, median, ms, spread } from "./figure.ts";

const ACCOUNTS = 50;
const RTT = 80;
const ROUNDS = 5;

/** Many accounts in one vault, opened and closed at once, beside one by itself in the same run. */
export async function measureAccounts(): Promise<readonly Figure[]> {
  await once(0, 2);
  const alone: Measured[] = [];
  const many: Measured[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(await once(RTT));
    many.push(await once(RTT, ACCOUNTS));
  }
  const figure = (
    what: string,
    of: (run: Measured) => number,
    cpuOf: (run: Measured) => number,
  ): Figure => {
    const [one, all] = [median(alone.map(of)), median(many.map(of))];
    const cpu = median(many.map(cpuOf));
    const ratio = all / one;
    return {
      what: `${what} ${ACCOUNTS} accounts at ${RTT} ms RTT: ratio to one`,
      ours: `${ratio.toFixed(2)} (${ms(all)})`,
      against: `one account ${ms(one)}; runs ${spread(many.map(of))}; client's CPU ${ms(cpu)}`,
      goal: "≤ 3",
      met: ratio <= 3,
      values: { accounts: ACCOUNTS, rttMs: RTT, oneMs: one, manyMs: all, ratio, cpuMs: cpu },
    };
  };
  return [
    figure(
      "opening",
      ({ open }) => open,
      ({ openCpu }) => openCpu,
    ),
    figure(
      "closing",
      ({ close }) => close,
      ({ closeCpu }) => closeCpu,
    ),
  ];
}
