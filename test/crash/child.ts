import { open } from "../../ceremony/access/activation.ts";
import { close } from "../../ceremony/access/close.ts";
import { orderOf, portsOf } from "../ceremony/stage.ts";
import { numbered, pointed } from "./points.ts";

/** What the matrix tells its victim: where to die, or null to name every point it passes. */
export interface Errand {
  readonly endpoint: string;
  readonly dir: string;
  readonly accounts: number;
  readonly dieAt: string | null;
}

/** Opens and closes once; dies by SIGKILL, without any clean-up, at the named point. */
async function main(errand: Errand): Promise<void> {
  const points: string[] = [];
  let phase = "open";
  const at = numbered((point) => {
    const name = `${phase}: ${point}`;
    points.push(name);
    if (name === errand.dieAt) process.kill(process.pid, "SIGKILL");
  });
  const { ports } = await portsOf({ ...errand, answerMs: 3_000 });
  const order = orderOf(errand.accounts);
  const { held } = await open(order, pointed(ports, at));
  phase = "close";
  await close(held, "by hand");
  process.send?.(points);
  process.disconnect();
  process.exit(0);
}

await main(JSON.parse(process.argv[2] ?? "null") as Errand);
