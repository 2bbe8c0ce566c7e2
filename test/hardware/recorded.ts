import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { COMMAND } from "../../hardware/fido/frames.ts";
import { readRecording, stepsOf } from "./replay/recording.ts";

export const RECORDINGS = join(import.meta.dirname, "..", "vectors", "ctap");

/** Every CTAP2 answer in the recordings. */
export const recordedAnswers = (): Uint8Array[] =>
  readdirSync(RECORDINGS)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => stepsOf(readRecording(readFileSync(join(RECORDINGS, name), "utf8"))))
    .flatMap(({ answer }) => (answer?.command === COMMAND.CBOR ? [answer.payload] : []));
