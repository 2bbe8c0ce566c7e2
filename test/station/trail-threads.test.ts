import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Trail } from "../../aws/documents/trail/trail.ts";
import { bundle } from "../../build/bundle.ts";
import { forkProcess } from "../../cli/fork.ts";
import { lanes } from "../../contract/port.ts";
import { reviewRequests } from "../../contract/review.ts";
import { connect } from "../../contract/serve.ts";
import { CodedError } from "../../crypto/errors.ts";
import { readBeside } from "../../station/trail/part.ts";
import { readTrail } from "../../station/trail/read.ts";
import {
  ACCOUNT,
  CLOSED,
  event,
  goodEvents,
  INCIDENT,
  iso,
  KEY,
  makeSigner,
  makeTrail,
  OPENED,
  REGION,
  roleIdentity,
} from "../aws/trail-kit.ts";
import { layRecords } from "../bench/trail.ts";

// A trail that is worth it is read in two threads, from source, by the command and in the bundle; and
// whatever becomes of the second one, it is read.

const SOUGHT = { accounts: [ACCOUNT], keys: [KEY] };
const COMMAND = fileURLToPath(new URL("../../cli/pullstation.mjs", import.meta.url));
const signer = makeSigner();
let root: string;
let logs: string;
let vaultId: string;

/** Text that gzip can't make much smaller. */
const dense = (seed: number): string =>
  Array.from({ length: 700 }, (_, at) =>
    createHash("sha512").update(`${seed} ${at}`).digest("base64"),
  ).join("");

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "threads-"));
  logs = join(root, "logs");
  mkdirSync(logs);
  const record = await layRecords(root);
  const first: unknown = JSON.parse(readFileSync(join(root, "records/000001.json"), "utf8"));
  ({ vaultId } = first as { vaultId: string });
  const busy = Array.from({ length: 80 }, (_, at) =>
    event("ec2:DescribeInstances", OPENED + at * 1000, {
      userIdentity: roleIdentity(`ASIA${String(at).padStart(16, "0")}`),
      requestParameters: { text: dense(at) },
    }),
  );
  const made = makeTrail([...goodEvents(record), ...busy], signer, { perLog: 7 });
  for (const { name, zipped } of [...made.logs, ...made.digests])
    writeFileSync(join(logs, name), zipped);
  writeFileSync(join(root, "keys.json"), JSON.stringify(signer.list));
  writeFileSync(join(root, "meta.json"), JSON.stringify(made.meta));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const told = (trail: Trail) => ({
  ...trail.part,
  findings: trail.findings,
  duplicates: trail.duplicates,
});

const gone = () => ({ part: Promise.resolve(null), stop: () => Promise.resolve() });
/** In one thread: what a trail read in two must be. */
const alone = async (): Promise<ReturnType<typeof told>> => {
  return told(await readTrail([logs], SOUGHT, gone));
};
const code = (text: string): URL => new URL(`data:text/javascript,${encodeURIComponent(text)}`);
const TOO_LARGE = `import { parentPort } from "node:worker_threads";
  parentPort.postMessage({ code: "TRAIL_TOO_LARGE", about: { most: 7 } });`;

describe("from source", () => {
  it("a second thread reads the second half, and all is as read in one", async () => {
    let part: unknown = null;
    const trail = await readTrail([logs], SOUGHT, (asked) => {
      const beside = readBeside(asked);
      void beside.part.then((found) => (part = found));
      return beside;
    });
    expect(told(trail)).toEqual(await alone());
    const half = part as Trail["part"];
    expect(half.files.length).toBeGreaterThan(trail.files.length / 4);
    expect(half.read).toBeGreaterThan(20);
    expect(half.read).toBeLessThan(trail.read);
  });

  it("its error is the review's", async () => {
    const reading = readTrail([logs], SOUGHT, (asked) => readBeside(asked, code(TOO_LARGE)));
    await expect(reading).rejects.toEqual(new CodedError("TRAIL_TOO_LARGE", { most: 7 }));
  });

  it.each([
    ["is not there", pathToFileURL("/nowhere/part-thread.js")],
    ["is no file", new URL("https://localhost/part-thread.js")],
    ["breaks", code("throw new Error('broken')")],
    ["ends without a word", code("process.exit(0)")],
    ["has no memory", undefined, { maxOldGenerationSizeMb: 4 }],
  ] as const)("one that %s costs time and nothing else", async (_, thread, limits?: object) => {
    const beside = vi.fn<typeof readBeside>((asked) => readBeside(asked, thread, limits));
    expect(told(await readTrail([logs], SOUGHT, beside))).toEqual(await alone());
    expect(beside).toHaveBeenCalledOnce();
    expect(await beside.mock.results[0]?.value.part).toBeNull();
  });

  it("little is read in one", async () => {
    const beside = vi.fn<typeof readBeside>();
    const small = join(root, "small.json");
    writeFileSync(small, JSON.stringify({ Records: goodEvents() }));
    await readTrail([small, small], SOUGHT, beside);
    expect(beside).not.toHaveBeenCalled();
  });
});

it("the command reads it in two threads", async () => {
  const listen = code(`
    import threads, { isMainThread } from "node:worker_threads";
    import { syncBuiltinESMExports } from "node:module";
    if (isMainThread) {
      threads.Worker = class extends threads.Worker {
        constructor(...given) {
          super(...given);
          this.once("message", ({ part }) => console.error("read beside:", part.files.length));
        }
      };
      syncBuiltinESMExports();
    }`);
  const args = ["--import", listen.href, COMMAND, "review", "--trail", logs, "--record", root];
  args.push("--public-keys", join(root, "keys.json"), "--digest-meta", join(root, "meta.json"));
  const said = await new Promise<{ out: string; err: string }>((resolve) => {
    execFile(process.execPath, [...args, "--json"], (_, out, err) => resolve({ out, err }));
  });
  expect(said.err).toMatch(/^read beside: \d+\n$/);
  expect(JSON.parse(said.out)).toMatchObject({ verdict: "CLEAR", read: { events: 92 } });
});

describe("in the bundle", () => {
  let dist: string;
  beforeAll(async () => {
    dist = join(root, "dist");
    symlinkSync(
      fileURLToPath(new URL("../../node_modules", import.meta.url)),
      join(root, "node_modules"),
    );
    await bundle(dist);
  }, 120_000);

  const review = async (): Promise<unknown> => {
    const child = forkProcess(pathToFileURL(join(dist, "review-process.js")));
    try {
      return await connect(lanes(child.port, ["main"]).main, reviewRequests).ask("review", {
        dir: root,
        vaultId,
        incident: INCIDENT,
        trail: [logs],
        publicKeys: [join(root, "keys.json")],
        digestMeta: [join(root, "meta.json")],
        regions: [REGION],
        allRegions: true,
        sources: [],
        at: iso(CLOSED + 5 * 3_600_000),
      });
    } finally {
      await child.end();
    }
  };

  it("the thread reads what it is given", async () => {
    const files = [join(logs, "nowhere.json")];
    const thread = pathToFileURL(join(dist, "part-thread.js"));
    const { part } = readBeside({ ...SOUGHT, files, first: 3 }, thread);
    expect(await part).toMatchObject({ files: [{ file: files[0], kind: "unreadable" }] });
  });

  it("the review process starts it from beside itself", async () => {
    expect(await review()).toMatchObject({ verdict: "CLEAR", read: 92 });
    writeFileSync(join(dist, "part-thread.js"), TOO_LARGE);
    await expect(review()).rejects.toMatchObject({ code: "TRAIL_TOO_LARGE", about: { most: 7 } });
  });

  it("and does without", async () => {
    rmSync(join(dist, "part-thread.js"));
    expect(await review()).toMatchObject({ verdict: "CLEAR", read: 92 });
  });
});
