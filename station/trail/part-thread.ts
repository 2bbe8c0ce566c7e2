import { parentPort, workerData } from "node:worker_threads";
import { interestOf } from "../../aws/documents/trail/review.ts";
import { Trail } from "../../aws/documents/trail/trail.ts";
import { CodedError } from "../../crypto/errors.ts";
import { readFiles } from "./files.ts";
import type { PartAsked, PartTold } from "./part.ts";

/**
 * The thread in which a part of a trail is read: it gets names of files, says once what they came to,
 * and ends. What breaks it, beside an error with a code, is not told: the files are read again.
 */
async function read({ accounts, keys, files, first }: PartAsked): Promise<PartTold> {
  const trail = new Trail(interestOf(accounts, keys), first);
  try {
    await readFiles(trail, files);
    return { part: trail.part };
  } catch (error) {
    if (error instanceof CodedError) return { code: error.code, about: error.about };
    throw error;
  }
}

parentPort?.postMessage(await read(workerData as PartAsked));
