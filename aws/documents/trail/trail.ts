import { type Digest, looksLikeDigest, readDigest } from "./digest.ts";
import { fieldsOf, readEvent, type TrailEvent } from "./event.ts";
import { fail, finding, type TrailFinding } from "./finding.ts";
import { type LogFile, readLogName } from "./logs.ts";
import { JsonEntries, parseJson } from "./split.ts";

/** An event and the files in which it stands. */
export interface Kept {
  readonly event: TrailEvent;
  readonly files: readonly number[];
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

/** How many events may be kept at once: some 300 bytes each. */
const MOST_EVENTS = 4_000_000;
/** More digests than a year of one region in one account. */
const MOST_DIGESTS = 20_000;
/** Names repeat from event to event; memory holds each once. */
const MOST_NAMES = 200_000;

/**
 * Trail files as they stream in, each reduced to what a review needs: logs (`Records`), answers of
 * LookupEvents (`Events`) and digests, in any order. Events that no closure can reach and that touch
 * no identity are counted and not kept.
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
  readonly #kept = new Map<string, { event: TrailEvent; files: number[] }>();
  readonly #logs: LogFile[] = [];
  readonly #names = new Map<string, string>();

  /** Reads one file: `push` its uncompressed bytes, then `end` it or say that it `failed`. */
  open(file: string): TrailReader {
    return new TrailReader(this, file, this.files.length);
  }

  get kept(): Iterable<Kept> {
    return this.#kept.values();
  }

  get logs(): readonly LogFile[] {
    return this.#logs;
  }

  add(event: TrailEvent, file: number): void {
    this.read++;
    if (event.category === "Insight") return;
    if (event.category === "Data") this.data++;
    const area = `${event.account} ${event.region}`;
    const seen = this.seen.get(area);
    if (seen === undefined)
      this.seen.set(this.#once(area), { count: 1, first: event.time, last: event.time });
    else {
      seen.count++;
      if (event.time < seen.first) seen.first = event.time;
      if (event.time > seen.last) seen.last = event.time;
    }
    const { key, user, session, issuer, switchedFrom } = event.actor;
    const named = key ?? user ?? session ?? issuer ?? switchedFrom;
    if (named === null && event.target === null) return;
    const known = this.#kept.get(event.id);
    if (known === undefined) {
      if (this.#kept.size >= MOST_EVENTS) fail("TRAIL_TOO_LARGE", { most: MOST_EVENTS });
      this.#kept.set(event.id, { event: this.#interned(event), files: [file] });
      return;
    }
    this.duplicates++;
    if (known.files.at(-1) !== file) known.files.push(file);
    if (sameEvent(known.event, event)) return;
    this.findings.push(
      finding("TRAIL_EVENTS_DIFFER", "error", {
        event: event.id,
        one: this.#nameOf(known.files[0] ?? file),
        other: this.#nameOf(file),
      }),
    );
    // Both stories are shown: one of them may be the true one.
    this.#kept.set(`${event.id} ${file} ${this.read}`, {
      event: this.#interned({ ...event, id: `${event.id} (other)` }),
      files: [file],
    });
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
    if (kind === "digest" || kind === "unknown") return;
    const named = readLogName(file.file);
    this.#logs.push({
      file: file.file,
      sha256,
      kind,
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

  #nameOf(file: number): string {
    return this.files[file]?.file ?? "?";
  }

  #once(text: string): string {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (this.#names.size < MOST_NAMES) this.#names.set(text, text);
    return text;
  }

  #interned(event: TrailEvent): TrailEvent {
    const maybe = (text: string | null): string | null => (text === null ? null : this.#once(text));
    const { actor } = event;
    return {
      ...event,
      service: this.#once(event.service),
      name: this.#once(event.name),
      region: this.#once(event.region),
      account: this.#once(event.account),
      error: maybe(event.error),
      source: this.#once(event.source),
      agent: this.#once(event.agent),
      params: this.#once(event.params),
      actor: {
        type: this.#once(actor.type),
        key: maybe(actor.key),
        user: maybe(actor.user),
        session: maybe(actor.session),
        issuer: maybe(actor.issuer),
        service: maybe(actor.service),
        name: this.#once(actor.name),
        switchedFrom: maybe(actor.switchedFrom),
      },
    };
  }
}

const sameEvent = (a: TrailEvent, b: TrailEvent): boolean =>
  a.time === b.time && JSON.stringify(a) === JSON.stringify(b);

/** One file on its way into a trail. */
export class TrailReader {
  readonly #trail: Trail;
  readonly #file: string;
  readonly #index: number;
  readonly #entries: JsonEntries;
  #events = 0;
  #odd = 0;
  #firstOdd = "";
  #lists = new Set<string>();
  #oldest: number | null = null;
  #newest: number | null = null;
  #account: string | null = null;
  #region: string | null = null;

  constructor(trail: Trail, file: string, index: number) {
    this.#trail = trail;
    this.#file = file;
    this.#index = index;
    // The place is kept: files that are read at the same time don't take it.
    trail.files[index] = { file, kind: "unknown", events: 0, oldest: null, newest: null };
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
    const fields = fieldsOf(around);
    const isLookup = this.#lists.has("Events") || Array.isArray(fields?.["Events"]);
    const isLog = this.#lists.has("Records") || Array.isArray(fields?.["Records"]);
    if (!isLookup && !isLog) {
      if (!looksLikeDigest(around)) {
        this.#trail.findings.push(finding("TRAIL_FILE_UNKNOWN", "warning", { file: this.#file }));
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
    this.#trail.add(event, this.#index);
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
