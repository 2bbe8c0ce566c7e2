import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type PracticeAws, startPracticeAws } from "../../practice/aws/server.ts";
import { folder, orderOf, worldOf } from "../ceremony/stage.ts";
import type { Errand } from "./child.ts";
import { recover } from "./recover.ts";
import type { Outcome } from "./table.ts";

const CHILD = fileURLToPath(new URL("child.ts", import.meta.url));

/** Runs the victim to its end; gives back the points it named, or null when it died. */
function send(errand: Errand, watch?: (pid: number) => void): Promise<readonly string[] | null> {
  return new Promise((resolve, reject) => {
    const child = fork(CHILD, [JSON.stringify(errand)], {
      execArgv: ["--disable-warning=ExperimentalWarning"],
    });
    let points: readonly string[] | null = null;
    const late = setTimeout(() => child.kill("SIGKILL"), 30_000);
    child.on("message", (message) => (points = message as readonly string[]));
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      clearTimeout(late);
      if (code !== 0 && signal === null) reject(new Error(`the victim failed with ${code}`));
      else resolve(points);
    });
    if (child.pid !== undefined) watch?.(child.pid);
  });
}

/** One death and the recovery from it. */
async function death(
  accounts: number,
  dieAt: string | null,
  choice: "reopen" | "close",
  onRequest?: (aws: PracticeAws, phase: string, action: string, pid: number) => void,
): Promise<Outcome> {
  const { dir, remove } = folder();
  let pid = 0;
  const aws: PracticeAws = await startPracticeAws({
    world: worldOf(accounts),
    onRequest: ({ phase, action }) => onRequest?.(aws, phase, action, pid),
  });
  const order = orderOf(accounts);
  try {
    const points = await send({ endpoint: aws.endpoint, dir, accounts, dieAt }, (id) => (pid = id));
    if (points !== null) return { end: "NOT REACHED", broken: [] };
    const { broken, resumed } = await recover(aws, dir, order, choice);
    return { end: resumed, broken };
  } finally {
    await aws.close();
    remove();
  }
}

/** Every point that one clean run passes. */
export async function pointsOf(accounts: number): Promise<readonly string[]> {
  const { dir, remove } = folder();
  const aws = await startPracticeAws({ world: worldOf(accounts) });
  try {
    return (await send({ endpoint: aws.endpoint, dir, accounts, dieAt: null })) ?? [];
  } finally {
    await aws.close();
    remove();
  }
}

export const deathAt = (
  accounts: number,
  point: string,
  choice: "reopen" | "close",
): Promise<Outcome> => death(accounts, point, choice);

/** Dies when AWS has done it and not said so yet: the nth request of this action. */
export function deathInFlight(
  accounts: number,
  action: string,
  nth: number,
  choice: "reopen" | "close",
): Promise<Outcome> {
  let seen = 0;
  return death(accounts, null, choice, (_, phase, asked, pid) => {
    if (phase === "applied" && asked === action && ++seen === nth && pid !== 0)
      process.kill(pid, "SIGKILL");
  });
}
