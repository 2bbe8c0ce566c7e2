import { hashRaw as addon } from "@node-rs/argon2";

/** Stands where crypto/ imports the addon: the addon itself, under a stopwatch. */
let spent = 0;

/** Milliseconds in the addon since the last call of this. */
export function takeSpent(): number {
  const was = spent;
  spent = 0;
  return was;
}

export async function hashRaw(...args: Parameters<typeof addon>): ReturnType<typeof addon> {
  const from = performance.now();
  try {
    return await addon(...args);
  } finally {
    spent += performance.now() - from;
  }
}
