import { marksOf, type Seeds } from "./closure.ts";
import { type Digest, looksLikeDigest, readDigest } from "./digest.ts";
import { fieldsOf, type Outline, readEvent, type TrailEvent } from "./event.ts";
import { fail, finding, type TrailFinding } from "./finding.ts";
import { type Kept, KeptEvents } from "./kept.ts";
import { areaOf, type LogFile } from "./logs.ts";
import { readLogName } from "./names.ts";
import { Outlines } from "./outline.ts";
import { type Limits, LIMITS, type Seen, type TrailFile, type TrailPart } from "./part.ts";
import { JsonEntries, parseJson } from "./split.ts";
import type { Walk } from "./walk.ts";

/** What a trail is read for: what the seeds may reach, and what concerns the reader besides. */
export interface Interest {
  readonly seeds: Seeds;
  readonly concerns: (event: Outline) => boolean;
}

const LISTS = ["Records", "Events"] as const;

/**
 * Trail files as they stream in, each reduced to what a review needs: logs (`Records`), answers of
 * LookupEvents (`Events`) and digests, in any order. Of an event that nothing known so far links to
 * the seeds only its links are kept; when a later file makes one of them count, `due` names the
 * files to read again.
 */
export class Trail {
  readonly files: TrailFile[] = [];
  readonly digests: Digest[] = [];
  readonly outlines = new Outlines();
  read = 0;
  data = 0;
  /** Account and region → events, and their first and last (epoch ms). */
  readonly seen = new Map<string, Seen>();
  readonly #findings: TrailFinding[] = [];
  readonly #interest: Interest;
  readonly #reached: Set<string>;
  /** Links that were not reached when they were seen, and in which files. */
  readonly #passed = new Map<string, number[]>();
  readonly #kept: KeptEvents;
  readonly #first: number;
  readonly #most: Limits;
  #logs: LogFile[] = [];
  #area = { account: "", region: "", name: areaOf("", "") };

  /** `first`: the number of the first file, in a part that another trail will take in. */
  constructor(interest: Interest, first = 0, most = LIMITS) {
    this.#interest = interest;
    this.#most = most;
    this.#kept = new KeptEvents(most.events);
    this.#reached = new Set([...interest.seeds.users, ...interest.seeds.keys]);
    this.#first = first;
    this.files.length = first;
  }

  /** Reads one file: `push` its uncompressed bytes, then `end` it or say that it `failed`. */
  open(file: string): TrailReader {
    const index = this.files.length;
    // The place is kept: files that are read at the same time don't take it.
    this.files[index] = {
      file,
      sha256: null,
      kind: "unknown",
      events: 0,
      oldest: null,
      newest: null,
    };
    return new TrailReader(this, file, index, false);
  }

  get kept(): Iterable<Kept> {
    return this.#kept;
  }

  get duplicates(): number {
    return this.#kept.duplicates;
  }

  /** What is wrong with the files by themselves, in their order, and then between them. */
  get findings(): readonly TrailFinding[] {
    return [...this.#findings, ...this.#kept.findings((file) => this.files[file]?.file ?? "?")];
  }

  get logs(): readonly LogFile[] {
    return this.#logs;
  }

  /** Files, by number, that hold events which count only since they were read. Asking settles it. */
  due(): readonly number[] {
    const files = new Set<number>();
    for (const mark of this.#reached) {
      for (const file of this.#passed.get(mark) ?? []) files.add(file);
      this.#passed.delete(mark);
    }
    return [...files].toSorted((a, b) => a - b);
  }

  /** Reads a file that is due again: only what counts since is taken. */
  again(file: number): TrailReader {
    return new TrailReader(this, this.files[file]?.file ?? "", file, true);
  }

  /** `whole` is asked for only if the event has to be kept. */
  add(event: Outline, file: number, again: boolean, whole: () => TrailEvent): void {
    if (!again) this.#count(event);
    if (event.category === "Insight") return;
    const marks = marksOf(event);
    if (marks.some((mark) => this.#reached.has(mark))) {
      const { key } = event.actor;
      if (key !== null) this.#reached.add(key);
      const kept = whole();
      for (const { mark } of kept.grants) this.#reached.add(mark);
      this.#kept.add(kept, file);
    } else if (!again && this.#interest.concerns(event)) this.#kept.add(whole(), file);
    if (again) return;
    for (const mark of marks) {
      if (this.#reached.has(mark)) continue;
      const passed = this.#passed.get(mark);
      if (passed === undefined) this.#pass(mark, [file]);
      else if (passed.at(-1) !== file) passed.push(file);
    }
  }

  #pass(mark: string, files: number[]): void {
    const most = this.#most.marks;
    if (this.#passed.size >= most) fail("TRAIL_TOO_LARGE", { most });
    this.#passed.set(mark, files);
  }

  #count({ account, region, category, time }: Outline): void {
    this.read++;
    if (category === "Data") this.data++;
    // Most events are of where the one before was.
    const last = this.#area;
    if (last.account !== account || last.region !== region)
      this.#area = { account, region, name: areaOf(account, region) };
    this.#see(this.#area.name, 1, time, time);
  }

  #see(area: string, count: number, first: number, last: number): void {
    const seen = this.seen.get(area);
    if (seen === undefined) this.seen.set(area, { count, first, last });
    else {
      seen.count += count;
      if (first < seen.first) seen.first = first;
      if (last > seen.last) seen.last = last;
    }
  }

  /** Called by the reader when the file is over. */
  close(
    index: number,
    file: TrailFile,
    about: { readonly account: string | null; readonly region: string | null },
  ): void {
    this.files[index] = file;
    const { kind, sha256 } = file;
    const named = readLogName(file.file);
    if (kind === "digest" || (kind === "unknown" && named === null)) return;
    this.#logs.push({
      file: file.file,
      sha256: kind === "unknown" ? null : sha256,
      kind: kind === "unknown" ? "unreadable" : kind,
      account: named?.account ?? about.account,
      region: named?.region ?? about.region,
      delivered: named?.delivered ?? file.newest,
    });
  }

  /** The second reading was not of what the first one read: what stands in the file proves nothing. */
  spoil(index: number, code: "TRAIL_FILE_UNREADABLE" | "TRAIL_FILE_CHANGED", why: string): void {
    const known = this.files[index];
    if (known === undefined) return;
    const { file } = known;
    this.note(finding(code, "error", { file, why }));
    this.files[index] = { ...known, sha256: null, kind: "unreadable" };
    this.#logs = this.#logs.map((log) =>
      log.file === file ? { ...log, sha256: null, kind: "unreadable" } : log,
    );
  }

  digest(value: unknown, file: string, sha256: string): void {
    const digest = readDigest(value, file, sha256);
    if (typeof digest === "string")
      fail("TRAIL_FILE_UNREADABLE", { why: `a digest without a whole ${digest}` });
    this.#take(digest);
  }

  #take(digest: Digest): void {
    const most = this.#most.digests;
    if (this.digests.length >= most) fail("TRAIL_TOO_LARGE", { most });
    this.digests.push(digest);
  }

  note(found: TrailFinding): void {
    this.#findings.push(found);
  }

  /** All of it so far, as plain data: it can be handed from thread to thread. */
  get part(): TrailPart {
    const { read, data, seen } = this;
    return {
      files: this.files.slice(this.#first),
      digests: this.digests,
      findings: this.#findings,
      logs: this.#logs,
      read,
      data,
      seen,
      passed: this.#passed,
      reached: this.#reached,
      kept: this.#kept.stories,
    };
  }

  /**
   * Takes in the files that follow, which were read elsewhere with the same interest, and were numbered
   * from here. Then all is as if they had been read here, but for what is `due`. `TRAIL_TOO_LARGE`.
   */
  take(part: TrailPart): void {
    for (const file of part.files) this.files.push(file);
    for (const digest of part.digests) this.#take(digest);
    for (const found of part.findings) this.#findings.push(found);
    for (const log of part.logs) this.#logs.push(log);
    this.read += part.read;
    this.data += part.data;
    for (const [area, { count, first, last }] of part.seen) this.#see(area, count, first, last);
    for (const mark of part.reached) this.#reached.add(mark);
    for (const { event, files } of part.kept) for (const file of files) this.#kept.add(event, file);
    for (const [mark, files] of part.passed) {
      const passed = this.#passed.get(mark);
      if (passed === undefined) this.#pass(mark, [...files]);
      else for (const file of files) passed.push(file);
    }
  }
}

/** One file on its way into a trail. */
export class TrailReader {
  readonly #trail: Trail;
  readonly #file: string;
  readonly #index: number;
  readonly #again: boolean;
  readonly #entries: JsonEntries;
  #events = 0;
  #odd = 0;
  #firstOdd = "";
  #lists = new Set<string>();
  #oldest: number | null = null;
  #newest: number | null = null;
  #account: string | null = null;
  #region: string | null = null;

  constructor(trail: Trail, file: string, index: number, again: boolean) {
    this.#trail = trail;
    this.#file = file;
    this.#index = index;
    this.#again = again;
    this.#entries = new JsonEntries(LISTS, (entry, list, members) => {
      this.#take(entry, list, members);
    });
  }

  /** `TRAIL_FILE_UNREADABLE`, `TRAIL_TOO_LARGE`. */
  push(bytes: Uint8Array): void {
    this.#entries.push(bytes);
  }

  /** `sha256` (hex) of all that was pushed. The same errors. */
  end(sha256: string): void {
    const around = this.#entries.end();
    if (this.#again) {
      if (this.#trail.files[this.#index]?.sha256 !== sha256)
        this.#trail.spoil(this.#index, "TRAIL_FILE_CHANGED", "changed");
      return;
    }
    const fields = fieldsOf(around);
    // The stream's own reader takes every list out: what is left there was never read.
    for (const name of LISTS) {
      const left = fields?.[name];
      if (Array.isArray(left) && left.length > 0)
        fail("TRAIL_FILE_UNREADABLE", { why: "events stand where they were not read" });
    }
    const isLookup = this.#lists.has("Events") || Array.isArray(fields?.["Events"]);
    const isLog = this.#lists.has("Records") || Array.isArray(fields?.["Records"]);
    if (!isLookup && !isLog) {
      if (!looksLikeDigest(around)) {
        // Other files may lie beside the logs; one that is called a log or digest must be one.
        const severity = this.#file.includes("_CloudTrail") ? "error" : "warning";
        this.#trail.note(finding("TRAIL_FILE_UNKNOWN", severity, { file: this.#file }));
        this.#close("unknown", sha256);
        return;
      }
      this.#trail.digest(around, this.#file, sha256);
      this.#close("digest", sha256);
      return;
    }
    if (isLookup && typeof fields?.["NextToken"] === "string")
      this.#trail.note(finding("TRAIL_LOOKUP_CUT", "error", { file: this.#file }));
    this.#close(isLookup ? "lookup" : "log", sha256);
  }

  /** The file could not be read to its end: what came before stays, and the review says so. */
  failed(why: string): void {
    if (this.#again) {
      // Once is enough for what broke in the first reading already.
      if (this.#trail.files[this.#index]?.sha256 !== null)
        this.#trail.spoil(this.#index, "TRAIL_FILE_UNREADABLE", `read once more, ${why}`);
      return;
    }
    this.#trail.note(finding("TRAIL_FILE_UNREADABLE", "error", { file: this.#file, why }));
    this.#close("unreadable", null);
  }

  #close(kind: TrailFile["kind"], sha256: string | null): void {
    if (this.#odd > 0)
      this.#trail.note(
        finding("TRAIL_EVENT_UNREADABLE", "error", {
          file: this.#file,
          count: this.#odd,
          first: this.#firstOdd,
        }),
      );
    this.#trail.close(
      this.#index,
      {
        file: this.#file,
        sha256,
        kind,
        events: this.#events,
        oldest: this.#oldest,
        newest: this.#newest,
      },
      { account: this.#account, region: this.#region },
    );
  }

  #take(entry: Uint8Array, list: string, members: Walk | null): void {
    this.#lists.add(list);
    this.#events++;
    const { outlines } = this.#trail;
    const outline = members === null || list !== "Records" ? null : outlines.of(entry, members);
    const known = outline === null ? readEntry(entry, list) : null;
    const event = outline ?? known;
    if (event === null || typeof event === "string") {
      if (this.#odd === 0) this.#firstOdd = `number ${this.#events}, ${event}`;
      this.#odd++;
      return;
    }
    if (this.#oldest === null || event.time < this.#oldest) this.#oldest = event.time;
    if (this.#newest === null || event.time > this.#newest) this.#newest = event.time;
    this.#account ??= event.account;
    this.#region ??= event.region;
    this.#trail.add(event, this.#index, this.#again, () =>
      wholeOf(known ?? readEntry(entry, list)),
    );
  }
}

/** LookupEvents gives the event itself as text inside its own entry. */
function readEntry(entry: Uint8Array, list: string): TrailEvent | string {
  try {
    const value = parseJson(entry);
    if (list === "Records") return readEvent(value);
    const text = fieldsOf(value)?.["CloudTrailEvent"];
    return typeof text === "string" ? readEvent(JSON.parse(text)) : "CloudTrailEvent";
  } catch {
    return "not JSON";
  }
}

/** What has an outline can be read whole. */
function wholeOf(event: TrailEvent | string): TrailEvent {
  if (typeof event === "string") throw new Error(`an outline of what is no event: ${event}`);
  return event;
}
