import { type Foreign, pack, unpack } from "../codec.ts";
import { type CustomDomEvent, dom, type DomTarget, type HandshakeEvent } from "./dom.ts";

// The context bridge between a page's two worlds. Worlds share the DOM and no JavaScript object, so
// they talk through events on an element that neither puts into the document: a page can't listen in.
// Values are copied, functions and promises are proxied, as Electron's contextBridge does.

type World = "main" | "isolated";
type Callable = (...args: unknown[]) => unknown;

const other = (world: World): World => (world === "main" ? "isolated" : "main");

/** Electron's sentence for something thrown that is no error. */
const NO_ERROR =
  "An unknown exception occurred in the isolated context, an error occurred but a valid exception was not thrown.";

const messageOf = (thrown: unknown): string => {
  const message: unknown =
    typeof thrown === "object" && thrown !== null && "message" in thrown ? thrown.message : null;
  return typeof message === "string" ? message : NO_ERROR;
};

type Answer = { readonly ok: string } | { readonly thrown: string };

export class Bridge {
  readonly #me: World;
  readonly #meeting: DomTarget;
  readonly #functions = new Map<number, Callable>();
  readonly #waiting = new Map<number, { resolve(v: unknown): void; reject(e: unknown): void }>();
  readonly #foreign: Foreign;
  #last = 0;
  #answer: Answer | undefined;

  constructor(me: World, meeting: DomTarget) {
    this.#me = me;
    this.#meeting = meeting;
    this.#foreign = {
      keep: (value) => this.#keep(value),
      keepPromise: (value) => this.#keepPromise(value),
      call: (id) => this.#proxy(id),
      promise: (id) => new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject })),
    };
    this.#on("call", (detail) => this.#called(detail));
    this.#on("answer", (detail) => {
      this.#answer = JSON.parse(detail) as Answer;
    });
    this.#on("settled", (detail) => this.#settled(detail));
  }

  copyOut(value: unknown): string {
    return pack(value, this.#foreign);
  }

  copyIn(text: string): unknown {
    return unpack(text, this.#foreign);
  }

  /** Tells the other world something; it answers before this returns, or not at all. */
  emit(type: string, detail: string): void {
    this.#meeting.dispatchEvent(new dom.CustomEvent(`${other(this.#me)}:${type}`, { detail }));
  }

  #on(type: string, heard: (detail: string) => void): void {
    this.on(type, heard);
  }

  on(type: string, heard: (detail: string) => void): void {
    this.#meeting.addEventListener(`${this.#me}:${type}`, (event: CustomDomEvent) =>
      heard(event.detail),
    );
  }

  #keep(value: Callable): number {
    this.#last += 1;
    this.#functions.set(this.#last, value);
    return this.#last;
  }

  #keepPromise(value: Promise<unknown>): number {
    this.#last += 1;
    const id = this.#last;
    const settle = (how: object): void => this.emit("settled", JSON.stringify({ id, ...how }));
    value.then(
      (result) => settle({ ok: this.copyOut(result) }),
      (reason: unknown) => settle({ rejected: this.copyOut(reason) }),
    );
    return id;
  }

  #proxy(id: number): Callable {
    return (...args) => {
      this.emit("call", JSON.stringify({ id, args: this.copyOut(args) }));
      const answer = this.#answer;
      this.#answer = undefined;
      if (answer === undefined) throw new Error("stand-in: the other world is gone");
      if ("thrown" in answer) throw new Error(answer.thrown);
      return this.copyIn(answer.ok);
    };
  }

  #called(detail: string): void {
    const { id, args } = JSON.parse(detail) as { id: number; args: string };
    let answer: Answer;
    try {
      const result = this.#functions.get(id)?.(...(this.copyIn(args) as unknown[]));
      answer = { ok: this.copyOut(result) };
    } catch (error) {
      answer = { thrown: messageOf(error) };
    }
    this.emit("answer", JSON.stringify(answer));
  }

  #settled(detail: string): void {
    const { id, ok, rejected } = JSON.parse(detail) as Record<
      "ok" | "rejected",
      string | undefined
    > & {
      id: number;
    };
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (ok !== undefined) waiting?.resolve(this.copyIn(ok));
    else waiting?.reject(this.copyIn(rejected ?? "null"));
  }
}

/** The main world, which runs first, waits for the isolated world to show it the meeting place. */
export function awaitMeeting(token: string, met: (meeting: DomTarget) => void): void {
  const listener = (event: HandshakeEvent): void => {
    event.stopImmediatePropagation();
    dom.removeEventListener(token, listener);
    if (event.relatedTarget !== null) met(event.relatedTarget);
  };
  dom.addEventListener(token, listener);
}

export function openMeeting(token: string): DomTarget {
  const meeting = dom.document.createElement("span");
  // The one DOM event that hands a node over to the other world.
  dom.dispatchEvent(new dom.FocusEvent(token, { relatedTarget: meeting }));
  return meeting;
}
