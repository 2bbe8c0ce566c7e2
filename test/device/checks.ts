/** What is checked, said as it goes: one line each, and a last one. */

const started = performance.now();
let held = 0;
let broke = 0;

export function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

export async function check(by: string, what: string, run: () => Promise<void>): Promise<void> {
  const from = performance.now();
  let broken = "";
  try {
    await run();
  } catch (error) {
    broken = error instanceof Error ? error.message : String(error);
  }
  if (broken === "") held++;
  else broke++;
  const mark = broken === "" ? "ok  " : "FAIL";
  const time = `${Math.round(performance.now() - from)} ms`;
  process.stdout.write(`${mark} ${by.padEnd(12)} ${what}  ${time}\n`);
  if (broken !== "") process.stdout.write(`     ${broken}\n`);
}

/** Says how many hold; how many do not. */
export function summary(): number {
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${held} of ${held + broke} checks hold, ${seconds} s\n`);
  return broke;
}
