import { marksOf, type Seeds } from "./closure.ts";
import { type Digest, looksLikeDigest, readDigest } from "./digest.ts";
import { fieldsOf, readEvent, type TrailEvent } from "./event.ts";
import { fail, finding, type TrailFinding } from "./finding.ts";
import { areaOf, type LogFile } from "./logs.ts";
import { readLogName } from "./names.ts";
import { JsonEntries, parseJson } from "./split.ts";

/** An event and the files in which it stands. */
export interface Kept {
  readonly event: TrailEvent;
  readonly files: readonly number[];
}

/** What a trail is read for: what the seeds may reach, and what concerns the reader besides. */
export interface Interest {
  readonly seeds: Seeds;
  readonly concerns: (event: TrailEvent) => boolean;
}

/** What a file was, once it was read. */
export interface TrailFile {
  readonly file: string;
  readonly kind: "log" | "lookup" | "digest" | "unreadable" | "unknown";
  readonly events: number;
  /** Epoch ms of its oldest and newest event. */
  readonly oldest: number | null;
  readonly newest: number | null;
}

/** How many events of an access may be kept at once. */
const MOST_EVENTS = 1_000_000;
/** More digests than a year of one region in one account. */
const MOST_DIGESTS = 20_000;
/** Keys, users and sessions that may still turn out to belong to the access. */
const MOST_MARKS = 2_000_000;

/**
 * Trail files as they stream in, each reduced to what a review needs: logs (`Records`), answers of
 * LookupEvents (`Events`) and digests, in any order. Of an event that nothing known so far links to
 * the seeds only its links are kept; when a later file makes one of them count, `due` names the
 * files to read again.
 */
export class Trail {
  readonly files: TrailFile[] = [];
  readonly digests: Digest[] = [];
  readonly findings: TrailFinding[] = [];
  read = 0;
  duplicates = 0;
  data = 0;
  /** Account and region → events, and their first and last (epoch ms). */
  readonly seen = new Map<string, { count: number; first: number; last: number }>();
  readonly #interest: Interest;
  readonly #reached: Set<string>;
  /** Links that were not reached when they were seen, and in which files. */
  readonly #passed = new Map<string, number[]>();
  readonly #kept = new Map<string, { event: TrailEvent; files: number[] }>();
  readonly #logs: LogFile[] = [];
  readonly #names = new Map<string, string>();
  readonly #actors = new Map<string, TrailEvent["actor"]>();

  constructor(interest: Interest) {
    this.#interest = interest;
    this.#reached = new Set([...interest.seeds.users, ...interest.seeds.keys]);
  }

  /** Reads one file: `push` its uncompressed bytes, then `end` it or say that it `failed`. */
  open(file: string): TrailReader {
    const index = this.files.length;
    // The place is kept: files that are read at the same time don't take it.
    this.files[index] = { file, kind: "unknown", events: 0, oldest: null, newest: null };
    return new TrailReader(this, file, index, false);
  }

  get kept(): Iterable<Kept> {
    return this.#kept.values();
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

  add(event: TrailEvent, file: number, again: boolean): void {
    if (!again) this.#count(event);
    if (event.category === "Insight") return;
    const marks = marksOf(event);
    if (marks.some((mark) => this.#reached.has(mark))) {
      const { key } = event.actor;
      if (key !== null) this.#reached.add(key);
      for (const { mark } of event.grants) this.#reached.add(mark);
      this.#keep(event, file);
    } else if (!again && this.#interest.concerns(event)) this.#keep(event, file);
    if (again) return;
    for (const mark of marks) {
      if (this.#reached.has(mark)) continue;
      const passed = this.#passed.get(mark);
      if (passed === undefined) {
        if (this.#passed.size >= MOST_MARKS) fail("TRAIL_TOO_LARGE", { most: MOST_MARKS });
        this.#passed.set(mark, [file]);
      } else if (passed.at(-1) !== file) passed.push(file);
    }
  }

  #count(event: TrailEvent): void {
    this.read++;
    if (event.category === "Data") this.data++;
    const area = areaOf(event.account, event.region);
    const seen = this.seen.get(area);
    if (seen === undefined) this.seen.set(area, { count: 1, first: event.time, last: event.time });
    else {
      seen.count++;
      if (event.time < seen.first) seen.first = event.time;
      if (event.time > seen.last) seen.last = event.time;
    }
  }

  #keep(event: TrailEvent, file: number): void {
    const known = this.#kept.get(event.id);
    if (known === undefined) {
      if (this.#kept.size >= MOST_EVENTS) fail("TRAIL_TOO_LARGE", { most: MOST_EVENTS });
      this.#kept.set(event.id, { event: this.#shared(event), files: [file] });
      return;
    }
    const same = sameEvent(known.event, event);
    if (known.files.includes(file) && same) return;
    this.duplicates++;
    if (same) {
      known.files.push(file);
      return;
    }
    this.findings.push(
      finding("TRAIL_EVENTS_DIFFER", "error", {
        event: event.id,
        one: this.#nameOf(known.files[0] ?? file),
        other: this.#nameOf(file),
      }),
    );
    // Both stories are shown: one of them may be the true one.
    const id = `${event.id} (told by file ${file + 1})`;
    this.#kept.set(id, { event: { ...event, id }, files: [file] });
  }

  /** Called by the reader when the file is over. */
  close(
    index: number,
    read: Omit<TrailFile, "file"> & { readonly file: string; readonly sha256: string | null },
    about: { readonly account: string | null; readonly region: string | null },
  ): void {
    const { sha256, ...file } = read;
    this.files[index] = file;
    const { kind } = file;
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

  digest(value: unknown, file: string, sha256: string): void {
    const digest = readDigest(value, file, sha256);
    if (typeof digest === "string")
      fail("TRAIL_FILE_UNREADABLE", { why: `a digest without a whole ${digest}` });
    if (this.digests.length >= MOST_DIGESTS) fail("TRAIL_TOO_LARGE", { most: MOST_DIGESTS });
    this.digests.push(digest);
  }

  /** The same event with names and actor that are held once: they repeat from call to call. */
  #shared(event: TrailEvent): TrailEvent {
    const { actor, service, name, region, account, source, agent, params } = event;
    const who = Object.values(actor).join("\n");
    const known = this.#actors.get(who);
    if (known === undefined) this.#actors.set(who, actor);
    return {
      ...event,
      service: this.#once(service),
      name: this.#once(name),
      region: this.#once(region),
      account: this.#once(account),
      source: this.#once(source),
      agent: this.#once(agent),
      params: this.#once(params),
      actor: known ?? actor,
    };
  }

  #once(text: string): string {
    const known = this.#names.get(text);
    if (known === undefined) this.#names.set(text, text);
    return known ?? text;
  }

  #nameOf(file: number): string {
    return this.files[file]?.file ?? "?";
  }
}

const sameEvent = (a: TrailEvent, b: TrailEvent): boolean =>
  a.time === b.time && JSON.stringify(a) === JSON.stringify(b);

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
    this.#entries = new JsonEntries(["Records", "Events"], (entry, list) => {
      this.#take(entry, list);
    });
  }

  /** `TRAIL_FILE_UNREADABLE`, `TRAIL_TOO_LARGE`. */
  push(bytes: Uint8Array): void {
    this.#entries.push(bytes);
  }

  /** `sha256` (hex) of all that was pushed. The same errors. */
  end(sha256: string): void {
    const around = this.#entries.end();
    if (this.#again) return;
    const fields = fieldsOf(around);
    const isLookup = this.#lists.has("Events") || Array.isArray(fields?.["Events"]);
    const isLog = this.#lists.has("Records") || Array.isArray(fields?.["Records"]);
    if (!isLookup && !isLog) {
      if (!looksLikeDigest(around)) {
        // Other files may lie beside the logs; one that is called a log or digest must be one.
        const severity = this.#file.includes("_CloudTrail") ? "error" : "warning";
        this.#trail.findings.push(finding("TRAIL_FILE_UNKNOWN", severity, { file: this.#file }));
        this.#close("unknown", sha256);
        return;
      }
      this.#trail.digest(around, this.#file, sha256);
      this.#close("digest", sha256);
      return;
    }
    if (isLookup && typeof fields?.["NextToken"] === "string")
      this.#trail.findings.push(finding("TRAIL_LOOKUP_CUT", "error", { file: this.#file }));
    this.#close(isLookup ? "lookup" : "log", sha256);
  }

  /** The file could not be read to its end: what came before stays, and the review says so. */
  failed(why: string): void {
    if (this.#again) return;
    this.#trail.findings.push(finding("TRAIL_FILE_UNREADABLE", "error", { file: this.#file, why }));
    this.#close("unreadable", null);
  }

  #close(kind: TrailFile["kind"], sha256: string | null): void {
    if (this.#odd > 0)
      this.#trail.findings.push(
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

  #take(entry: Uint8Array, list: string): void {
    this.#lists.add(list);
    this.#events++;
    const event = readEntry(entry, list);
    if (typeof event === "string") {
      if (this.#odd === 0) this.#firstOdd = `number ${this.#events}, ${event}`;
      this.#odd++;
      return;
    }
    if (this.#oldest === null || event.time < this.#oldest) this.#oldest = event.time;
    if (this.#newest === null || event.time > this.#newest) this.#newest = event.time;
    this.#account ??= event.account;
    this.#region ??= event.region;
    this.#trail.add(event, this.#index, this.#again);
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
