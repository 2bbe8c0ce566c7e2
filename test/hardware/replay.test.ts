import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readRecording, type Recording } from "./replay/recording.ts";
import { replay } from "./replay/replay.ts";

// Conversations with three firmwares that nobody here wrote, packet for packet.

const DIR = join(import.meta.dirname, "..", "vectors", "ctap");
const names = readdirSync(DIR).filter((name) => name.endsWith(".json"));
const load = (name: string): Recording => readRecording(readFileSync(join(DIR, name), "utf8"));

test("there are recordings of three firmwares, both protocols, and both failures", () => {
  expect(new Set(names.map((name) => name.split("-")[0]))).toEqual(
    new Set(["cano", "pico", "solo"]),
  );
  expect(names.length).toBe(8);
});

test.each(names)("%s: every packet as recorded, every secret derived", async (name) => {
  const recording = load(name);
  const { derived, codes, problems } = await replay(recording);
  expect(problems).toEqual([]);
  expect(derived).toBe(recording.events.filter(({ hmacOut }) => hmacOut).length);
  if (recording.exit === 0) expect(derived).toBe(3);
  else expect(codes).toEqual([name.includes("cancel") ? "TOUCH_CANCELLED" : "TOUCH_TIMEOUT"]);
  if (name.includes("-pin")) expect(codes).toEqual(["PIN_WRONG"]);
});

const flip = (bytes: Uint8Array, at: number): Uint8Array =>
  bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));

test.each(["cano-p2-pin.json", "solo-p1-nopin.json"])(
  "%s: one changed bit in a salt or a result is noticed",
  async (name) => {
    const recording = load(name);
    const places = recording.events.flatMap((event, index) =>
      Object.keys(event)
        .filter((kind) => ["hmacOut", "salt1", "salt2"].includes(kind))
        .map((kind) => ({ kind, index })),
    );
    const missed: string[] = [];
    for (const { kind, index } of places) {
      const events = recording.events.map((event, at) =>
        at === index ? { [kind]: flip(Object.values(event)[0] as Uint8Array, 9) } : event,
      );
      const { problems } = await replay({ ...recording, events });
      if (problems.length === 0) missed.push(`${index} ${kind}`);
    }
    expect(places.length).toBe(7);
    expect(missed).toEqual([]);
  },
);
