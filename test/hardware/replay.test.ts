import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { hex } from "../../crypto/bytes.ts";
import { Fido2Key } from "../../hardware/fido/key.ts";
import type { Draw } from "../../hardware/fido/pin-protocol.ts";
import type { PacketPort } from "../../hardware/packets.ts";
import { means, PIN, plugIn } from "./plugged.ts";
import { type Event, readRecording, type Recording } from "./replay/recording.ts";
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

const cancelled = load("solo-cancel.json");
const untouched = load("solo-touch-timeout.json");
const whole = names.filter((name) => load(name).exit === 0);
const problemsOf = async (recording: Recording): Promise<readonly string[]> =>
  (await replay(recording)).problems;

/** The recording with the key's last word changed. */
function ending(recording: Recording, change: (last: Uint8Array) => Uint8Array): Recording {
  const last = recording.events.at(-1)?.rx ?? new Uint8Array();
  return { ...recording, events: [...recording.events.slice(0, -1), { rx: change(last) }] };
}
const saying = (recording: Recording, status: number): Recording =>
  ending(recording, (last) => last.with(7, status));

test.each(whole)("%s: cut off anywhere but after a touch, it is not as recorded", async (name) => {
  const recording = load(name);
  const { events } = recording;
  const results = ["hmacOut", "salt1", "salt2", "credId"];
  const isResult = (at: number): boolean =>
    results.some((result) => Object.hasOwn(events[at] ?? {}, result));
  const accepted: number[] = [];
  for (let end = 1; end < events.length; end++)
    if ((await problemsOf({ ...recording, events: events.slice(0, end) })).length === 0)
      accepted.push(end);
  // A touch with its results is whole in itself.
  expect(accepted.filter((end) => !isResult(end - 1))).toEqual([]);
});

test.each(whole)("%s: a result that was taken out is missed, wherever it stood", async (name) => {
  const recording = load(name);
  const accepted = [];
  for (const [at, { hmacOut }] of recording.events.entries())
    if (hmacOut !== undefined) {
      const events = recording.events.toSpliced(at, 1);
      if ((await problemsOf({ ...recording, events })).length === 0) accepted.push(at);
    }
  expect(accepted).toEqual([]);
});

test.each(names)("%s: an answer whose request was taken out is noticed", async (name) => {
  const recording = load(name);
  const { events } = recording;
  const asked = events.flatMap(({ tx }, at) => (tx !== undefined && tx[4] === 0x90 ? [at] : []));
  const accepted: number[] = [];
  for (const at of asked) {
    // A key that only repeats its last answer was not asked anything else.
    const later = events.slice(at).find(({ rx }) => rx?.[4] === 0x90)?.rx;
    const before = events.slice(0, at).findLast(({ rx }) => rx?.[4] === 0x90)?.rx;
    if (later !== undefined && before !== undefined && hex(later) === hex(before)) continue;
    const problems = await problemsOf({ ...recording, events: events.toSpliced(at, 1) });
    if (problems.length === 0) accepted.push(at);
  }
  expect(asked.length).toBeGreaterThan(1);
  expect(accepted).toEqual([]);
});

/** What `work` says to the software key, recorded as the probe does; ends in a refusal. */
async function refused(work: (key: Fido2Key) => Promise<unknown>): Promise<Recording> {
  const events: Event[] = [];
  const { device } = plugIn();
  const note = <T extends Uint8Array>(name: keyof Event, bytes: T): T => {
    events.push({ [name]: bytes.slice() });
    return bytes;
  };
  const draw: Draw = {
    bytes: (length) => note("rand", means.draw.bytes(length)),
    scalar: () => note("ecdhPriv", means.draw.scalar()),
  };
  const connect = async (): Promise<PacketPort> => {
    const port = device.openPackets();
    return {
      ...port,
      write: (report) => port.write(note("tx", report)),
      listen: (take) => port.listen((report) => take(note("rx", report))),
    };
  };
  const key = new Fido2Key({ label: "n", connect }, { ...means, draw });
  await expect(work(key)).rejects.toThrow();
  return { device: "software key", args: [], exit: 2, events };
}

test("refusals of other kinds end in their codes too", async () => {
  const salt = new Uint8Array(32).fill(7);
  const enrol = { salt, userName: "n", pin: PIN };
  const excluded = await refused(async (key) => {
    const { credentialId } = await key.enrol(enrol);
    await key.enrol({ ...enrol, exclude: [credentialId] });
  });
  expect(await replay(excluded)).toMatchObject({
    codes: ["KEY_HAS_NO_CREDENTIAL", "KEY_ALREADY_ENROLLED"],
    problems: [],
  });
  const paused = await refused(async (key) => {
    const wrong = { credentialId: salt, salt, pin: "9999" };
    for (let tries = 0; tries < 2; tries++) await key.touch(wrong).catch(() => undefined);
    await key.touch(wrong);
  });
  expect(await replay(paused)).toMatchObject({
    codes: ["PIN_WRONG", "PIN_WRONG", "PIN_PAUSED"],
    problems: [],
  });
});

test("a run that failed is none that went well, and the other way round", async () => {
  for (const recording of [cancelled, untouched])
    expect(await problemsOf({ ...recording, exit: 0 })).not.toEqual([]);
  for (const name of whole) expect(await problemsOf({ ...load(name), exit: 2 })).not.toEqual([]);
});

test("a cancelled touch shows the CANCEL and the key's word for it, on its channel", async () => {
  const without = cancelled.events.filter(({ tx }) => tx?.[4] !== 0x91);
  expect(await problemsOf({ ...cancelled, events: without })).not.toEqual([]);
  for (const status of [0x00, 0x2e, 0x2f, 0x31, 0x3a])
    expect(await problemsOf(saying(cancelled, status))).not.toEqual([]);
  for (const recording of [cancelled, untouched]) {
    const { events } = recording;
    expect(await problemsOf(ending(recording, (last) => flip(last, 0)))).not.toEqual([]);
    expect(await problemsOf({ ...recording, events: events.slice(0, -1) })).not.toEqual([]);
  }
});

test("a touch that never came ends in the key's word for it", async () => {
  expect((await replay(saying(untouched, 0x2f))).codes).toEqual(["TOUCH_TIMEOUT"]);
  for (const status of [0x00, 0x2d])
    expect(await problemsOf(saying(untouched, status))).not.toEqual([]);
});

test.each(whole)("%s: another credential id than the one used is noticed", async (name) => {
  const recording = load(name);
  for (const [at, { credId }] of recording.events.entries())
    if (credId !== undefined) {
      const events = recording.events.with(at, { credId: flip(credId, 3) });
      expect(await problemsOf({ ...recording, events })).not.toEqual([]);
    }
});

test.each(whole)(
  "%s: results in any order, and ahead of their touch, are the same",
  async (name) => {
    const text = readFileSync(join(DIR, name), "utf8");
    const turned = JSON.parse(text) as { events: Record<string, string>[] };
    turned.events = turned.events.map((event) =>
      Object.fromEntries(Object.entries(event).toReversed()),
    );
    const split = JSON.parse(text) as { events: Record<string, string>[] };
    split.events = split.events.flatMap((event) =>
      Object.entries(event)
        .toReversed()
        .map(([key, value]) => ({ [key]: value })),
    );
    for (const other of [turned, split])
      expect(await replay(readRecording(JSON.stringify(other)))).toMatchObject({
        derived: 3,
        problems: [],
      });
  },
);

test("a folder that is not there is said in a sentence", () => {
  const script = join(import.meta.dirname, "replay.ts");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, "/missing"], {
    encoding: "utf8",
  });
  expect({ status, stdout, stderr }).toEqual({
    status: 2,
    stdout: "/missing can't be read as a folder (ENOENT).\n",
    stderr: "",
  });
});
