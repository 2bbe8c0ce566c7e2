import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

/**
 * A regular file of at most `most` bytes, as it is. Media that come from elsewhere may hold anything
 * under any name: a pipe that never ends or a file larger than memory is an error with a code
 * (`NOT_A_FILE`, `TOO_LARGE`, or the system's own), never a wait.
 */
export function readBounded(path: string, most: number): Uint8Array {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw Object.assign(new Error("not a file"), { code: "NOT_A_FILE" });
    if (stat.size > most) throw Object.assign(new Error("too large"), { code: "TOO_LARGE" });
    return new Uint8Array(readFileSync(fd));
  } finally {
    closeSync(fd);
  }
}
