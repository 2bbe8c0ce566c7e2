import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

// The processes below one process, from /proc.

interface Entry {
  readonly pid: number;
  readonly parent: number;
  readonly state: string;
}

function entryOf(pid: number): Entry | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command, in parentheses, may itself hold spaces and parentheses.
    const [state, parent] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { pid, parent: Number(parent), state: state ?? "" };
  } catch {
    return undefined;
  }
}

const everyProcess = (): Entry[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => entryOf(Number(name)) ?? []);

/** A process and everything below it, as it is now. */
export function familyOf(pid: number): number[] {
  const entries = everyProcess();
  const family = [pid];
  for (const member of family)
    for (const entry of entries) if (entry.parent === member) family.push(entry.pid);
  return family;
}

/** A zombie has ended; only its parent has not heard of it yet. */
export function isRunning(pid: number): boolean {
  const entry = entryOf(pid);
  return entry !== undefined && entry.state !== "Z" && entry.state !== "X";
}

/** SIGKILL to a family, and to whatever it started meanwhile. */
export function killFamily(pid: number): number[] {
  const killed = new Set<number>();
  for (let round = 0; round < 3; round += 1)
    for (const member of [...familyOf(pid), ...killed]) {
      killed.add(member);
      try {
        process.kill(member, "SIGKILL");
      } catch {
        // Gone already.
      }
    }
  return [...killed];
}

export async function allGone(pids: readonly number[], timeoutMs = 5_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const left = pids.filter(isRunning);
    if (left.length === 0) return;
    if (performance.now() > end) throw new Error(`still running: ${left.join(", ")}`);
    await sleep(20);
  }
}
