import type { Propagation } from "./actions/action.ts";
import { failPractice } from "./errors.ts";

/** What happens to one request. */
export type RequestFault =
  /** The connection ends before AWS has read the request: nothing applied. */
  | "lost-request"
  /** Applied, then the connection ends before the answer. */
  | "lost-response"
  /** The connection ends before the answer; applied all the same, `LATE_MS` later. */
  | "late"
  /** Read, not applied, never answered. */
  | "hang"
  /** Not applied; 500. */
  | "http500"
  /** Not applied; Throttling, 400. */
  | "throttle"
  /** Not applied; AccessDenied, 403, whatever the policies say. */
  | "denied";

/** How late a call is that a network or a queue held back. */
export const LATE_MS = 250;

/** Typed data, so that it can be listed, drawn by lot and written into a drill's record. */
export type Fault =
  | {
      readonly kind: RequestFault;
      /** Name of the action ("PutUserPolicy"); left out, any. */
      readonly action?: string;
      /** Left out, both. */
      readonly service?: "iam" | "sts";
      /** Key id of the caller; left out, any. */
      readonly accessKeyId?: string;
      /** First matching request to hit, 1 = the next (default). */
      readonly nth?: number;
      /** How many in a row from there; "always" = until cleared (default 1). */
      readonly times?: number | "always";
    }
  /** AWS's clock against the machine's, in ms; stays until set again. */
  | { readonly kind: "clock"; readonly offsetMs: number }
  /** Half before, half after each request, in ms: a round-trip time. */
  | { readonly kind: "latency"; readonly ms: number }
  | ({ readonly kind: "propagation" } & Partial<Propagation>)
  /** Every request is taken in and never answered, until cleared. */
  | { readonly kind: "black-hole" };

export interface FaultControl {
  add(fault: Fault): void;
  /** Back to no faults; the clock offset, latency and propagation delays go back to the start's. */
  clear(): void;
  list(): readonly Fault[];
}

export interface Settings {
  offsetMs: number;
  latencyMs: number;
  propagation: Propagation;
  blackHole: boolean;
}

interface Armed {
  readonly fault: Extract<Fault, { readonly kind: RequestFault }>;
  seen: number;
}

const REQUEST_FAULTS: ReadonlySet<string> = new Set<RequestFault>([
  "lost-request",
  "lost-response",
  "late",
  "hang",
  "http500",
  "throttle",
  "denied",
]);

const isRequestFault = (fault: Fault): fault is Extract<Fault, { readonly kind: RequestFault }> =>
  REQUEST_FAULTS.has(fault.kind);

/** The faults in force and the settings that they steer. */
export class Faults implements FaultControl {
  readonly settings: Settings;
  readonly #start: Settings;
  #armed: Armed[] = [];
  #levels: Fault[] = [];

  constructor(start: Settings) {
    this.#start = { ...start };
    this.settings = { ...start };
  }

  add(fault: Fault): void {
    if (isRequestFault(fault)) {
      this.#armed.push({ fault, seen: 0 });
      return;
    }
    this.#levels.push(fault);
    if (fault.kind === "clock") this.settings.offsetMs = fault.offsetMs;
    else if (fault.kind === "latency") this.settings.latencyMs = fault.ms;
    else if (fault.kind === "black-hole") this.settings.blackHole = true;
    else {
      const { kind: _, ...delays } = fault;
      this.settings.propagation = { ...this.settings.propagation, ...delays };
    }
  }

  clear(): void {
    this.#armed = [];
    this.#levels = [];
    Object.assign(this.settings, this.#start);
  }

  list(): readonly Fault[] {
    return [...this.#levels, ...this.#armed.map(({ fault }) => fault)];
  }

  /** The fault that hits this request, if any; every matching one counts it. */
  hit(action: string, accessKeyId: string | null, service: "iam" | "sts"): RequestFault | null {
    let kind: RequestFault | null = null;
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (fault.action !== undefined && fault.action !== action) continue;
      if (fault.service !== undefined && fault.service !== service) continue;
      if (fault.accessKeyId !== undefined && fault.accessKeyId !== accessKeyId) continue;
      armed.seen += 1;
      const first = fault.nth ?? 1;
      const last = fault.times === "always" ? Infinity : first + (fault.times ?? 1) - 1;
      if (armed.seen >= first && armed.seen <= last) kind ??= fault.kind;
    }
    this.#armed = this.#armed.filter(
      ({ fault, seen }) =>
        fault.times === "always" || seen < (fault.nth ?? 1) + (fault.times ?? 1) - 1,
    );
    return kind;
  }
}

const whole = (value: unknown, least: number): value is number =>
  Number.isInteger(value) && (value as number) >= least;

const FACETS: readonly (keyof Propagation)[] = ["keys", "inline", "attached", "tags"];

const unknown = (): never => failPractice("PRACTICE_FAULT_UNKNOWN");

/** Reads a fault that came over the control path; `PRACTICE_FAULT_UNKNOWN` if it is none. */
export function readFault(value: unknown): Fault {
  if (typeof value !== "object" || value === null) return unknown();
  const fault = value as Readonly<Record<string, unknown>>;
  const { kind, action, service, accessKeyId, nth, times, offsetMs, ms } = fault;
  if (kind === "black-hole") return { kind };
  if (kind === "clock" && Number.isInteger(offsetMs)) return { kind, offsetMs: offsetMs as number };
  if (kind === "latency" && whole(ms, 0)) return { kind, ms };
  if (kind === "propagation" && FACETS.every((f) => fault[f] === undefined || whole(fault[f], 0)))
    return {
      kind,
      ...Object.fromEntries(FACETS.flatMap((f) => (fault[f] === undefined ? [] : [[f, fault[f]]]))),
    };
  if (typeof kind !== "string" || !REQUEST_FAULTS.has(kind)) return unknown();
  if (nth !== undefined && !whole(nth, 1)) return unknown();
  if (times !== undefined && times !== "always" && !whole(times, 1)) return unknown();
  if (action !== undefined && typeof action !== "string") return unknown();
  if (service !== undefined && service !== "iam" && service !== "sts") return unknown();
  if (accessKeyId !== undefined && typeof accessKeyId !== "string") return unknown();
  return {
    kind: kind as RequestFault,
    ...(action === undefined ? {} : { action }),
    ...(service === undefined ? {} : { service }),
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
    ...(nth === undefined ? {} : { nth }),
    ...(times === undefined ? {} : { times }),
  };
}
