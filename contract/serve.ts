import type { z } from "zod";
import type { Port } from "./port.ts";

/** One request: what goes in and what comes out, both checked at the serving end. */
export interface Shape {
  readonly input: z.ZodType;
  readonly output: z.ZodType;
}
export type Requests = Readonly<Record<string, Shape>>;
export type Input<R extends Requests, K extends keyof R> = z.output<R[K]["input"]>;
export type Output<R extends Requests, K extends keyof R> = z.output<R[K]["output"]>;

export type Handlers<R extends Requests> = {
  readonly [K in keyof R]: (
    input: Input<R, K>,
  ) => Promise<z.input<R[K]["output"]>> | z.input<R[K]["output"]>;
};

export type About = Readonly<Record<string, string | number>>;
export type Reply<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: string; readonly about: About };

/** A failure that the far end answered with: its code and public facts, never its stack. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly code: string;
  readonly about: About;

  constructor(code: string, about: About) {
    super([code, ...Object.entries(about).map(([key, value]) => `${key}=${value}`)].join(" "));
    this.code = code;
    this.about = about;
  }
}

export interface Serving {
  /** The one event: tells the far end what changed. Public facts only. */
  viewChanged(view: unknown): void;
  /** Resolves once everything that was asked so far is done, whether or not its answer is awaited. */
  settled(): Promise<void>;
}

/** Answers one request; never rejects. */
export type Answering = (name: string, input: unknown) => Promise<Reply<unknown>>;

/**
 * Validates input and output and maps errors. An error that carries a code is answered with it;
 * anything else becomes UNEXPECTED with its name only, because an unforeseen message may hold what
 * must not leave the process.
 */
export function answering<R extends Requests>(requests: R, handlers: Handlers<R>): Answering {
  return async (name, input) => {
    const shape = Object.hasOwn(requests, name) ? requests[name] : undefined;
    if (shape === undefined)
      return { ok: false, code: "REQUEST_UNKNOWN", about: { name: name.slice(0, NAME_LENGTH) } };
    const given = shape.input.safeParse(input);
    if (!given.success) {
      // Paths name fields; values stay out of the answer.
      const field = given.error.issues[0]?.path.join(".") ?? "";
      return { ok: false, code: "REQUEST_INVALID", about: { name, field } };
    }
    try {
      const handle = handlers[name as keyof R] as (input: unknown) => unknown;
      return { ok: true, value: shape.output.parse(await handle(given.data)) };
    } catch (error) {
      return refusal(error);
    }
  };
}

/** How much of a name that is none is said back. */
const NAME_LENGTH = 40;

/** Answers requests on a port. */
export function serve<R extends Requests>(
  port: Port,
  requests: R,
  handlers: Handlers<R>,
  mayAsk: () => boolean = () => true,
): Serving {
  const answer = answering(requests, handlers);
  const underWay = new Set<Promise<unknown>>();
  port.listen((message) => {
    const { ask, name, input } = Object(message) as {
      ask?: unknown;
      name?: unknown;
      input?: unknown;
    };
    if (typeof ask !== "number" || typeof name !== "string") return;
    const reply: Promise<Reply<unknown>> = mayAsk()
      ? answer(name, input)
      : Promise.resolve({ ok: false, code: "SENDER_REFUSED", about: {} });
    underWay.add(reply);
    void reply.then((said) => {
      underWay.delete(reply);
      port.send({ answer: ask, reply: said });
    });
  });
  return {
    viewChanged: (view) => port.send({ view }),
    settled: async () => void (await Promise.all(underWay)),
  };
}

function refusal(error: unknown): Reply<never> {
  const { code, about } = error as { code?: unknown; about?: About };
  if (typeof code === "string" && typeof about === "object") return { ok: false, code, about };
  const kind = error instanceof Error ? error.name : typeof error;
  const system = typeof code === "string" ? { code } : {};
  return { ok: false, code: "UNEXPECTED", about: { kind, ...system } };
}

export interface Client<R extends Requests> {
  /** Rejects with `Refused` (the far end's code), or PROCESS_ENDED when it is gone. */
  ask<K extends keyof R & string>(name: K, input: z.input<R[K]["input"]>): Promise<Output<R, K>>;
}

export function connect<R extends Requests>(
  port: Port,
  requests: R,
  onView: (view: unknown) => void = () => undefined,
): Client<R> {
  const waiting = new Map<
    number,
    { name: string; resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  let last = 0;
  let gone = false;
  port.listen((message) => {
    const { answer, reply, view } = message as {
      answer?: unknown;
      reply?: Reply<unknown>;
      view?: unknown;
    };
    if (view !== undefined) onView(view);
    if (typeof answer !== "number" || reply === undefined) return;
    const asked = waiting.get(answer);
    if (asked === undefined) return;
    waiting.delete(answer);
    if (reply.ok) {
      const shape = requests[asked.name];
      const value = shape?.output.safeParse(reply.value);
      if (value?.success === true) asked.resolve(value.data);
      else asked.reject(new Refused("REPLY_INVALID", { name: asked.name }));
    } else asked.reject(new Refused(reply.code, reply.about));
  });
  port.ended(() => {
    gone = true;
    for (const { name, reject } of waiting.values()) reject(new Refused("PROCESS_ENDED", { name }));
    waiting.clear();
  });
  return {
    ask: (name, input) =>
      new Promise((resolve, reject) => {
        if (gone) {
          reject(new Refused("PROCESS_ENDED", { name }));
          return;
        }
        const ask = ++last;
        waiting.set(ask, { name, resolve: resolve as (value: unknown) => void, reject });
        port.send({ ask, name, input });
      }),
  };
}
