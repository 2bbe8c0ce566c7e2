/// <reference lib="dom" />
import type { AppView } from "../../contract/app.ts";
import type { CeremonyLane } from "../../contract/ceremony-window.ts";
import type { Reply } from "../../contract/serve.ts";

/**
 * What runs inside the page under test: the bridge that a preload would lay there, and the far ends
 * of its ports. Bundled to one script that comes before the page's own.
 */

/**
 * What the far end answers: one reply for every asking, or one after the other; "blinking": a key is
 * waited for, and says so.
 */
export type Answers = Readonly<
  Record<string, Reply<unknown> | "silence" | "blinking" | readonly Reply<unknown>[]>
>;

export interface Stage {
  readonly view?: AppView;
  readonly task?: unknown;
  /** By request of the bridge. */
  readonly replies?: Answers;
  /** By lane, then by request. */
  readonly lanes?: Readonly<Partial<Record<CeremonyLane, Answers>>>;
}

export interface Asked {
  readonly lane: string;
  readonly name: string;
  readonly input: unknown;
}

export interface PageUnderTest {
  readonly asked: Asked[];
  push(view: AppView): void;
  /** Pastes into what has the focus. */
  paste(text: string): void;
  /** Ends the far end of a lane. */
  end(lane: string): void;
}

declare global {
  interface Window {
    stage: Stage;
    underTest: PageUnderTest;
  }
}

const asked: Asked[] = [];
const counts = new Map<string, number>();

type Answer = Reply<unknown> | "silence" | "blinking";

function answerTo(answers: Answers, lane: string, name: string): Answer {
  const answer = answers[name];
  if (answer === undefined) return { ok: true, value: null };
  if (typeof answer === "string" || !Array.isArray(answer)) return answer as Answer;
  const key = `${lane} ${name}`;
  const count = counts.get(key) ?? 0;
  counts.set(key, count + 1);
  return answer[Math.min(count, answer.length - 1)] as Reply<unknown>;
}

const listeners = new Set<(view: unknown) => void>();
/** The windows' own ends: a browser says nothing when the far one goes, Electron does. */
const nearEnds = new Map<string, MessagePort>();

function openLanes(): void {
  for (const [lane, answers] of Object.entries(window.stage.lanes ?? {})) {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", ({ data }) => {
      const { name, input, ...message } = data as { ask: number; name: string; input: unknown };
      asked.push({ lane, name, input });
      const reply = answerTo(answers, lane, name);
      if (reply === "blinking")
        port1.postMessage({ view: { kind: "keepalive", what: "touch", label: null } });
      else if (reply !== "silence") port1.postMessage({ answer: message.ask, reply });
    });
    port1.start();
    window.postMessage({ pullstationLane: lane }, "*", [port2]);
  }
}

window.addEventListener("message", ({ data, ports: [port] }: MessageEvent<unknown>) => {
  const { pullstationLane: lane } = Object(data) as { pullstationLane?: unknown };
  if (typeof lane === "string" && port !== undefined) nearEnds.set(lane, port);
});

async function ask(name: string, input: unknown): Promise<Reply<unknown>> {
  const { stage } = window;
  asked.push({ lane: "main", name, input });
  if (name === "view") return { ok: true, value: stage.view };
  if (name === "task") {
    queueMicrotask(openLanes);
    return { ok: true, value: stage.task };
  }
  const reply = answerTo(stage.replies ?? {}, "main", name);
  return typeof reply === "string" ? new Promise(() => undefined) : reply;
}

Object.assign(window, {
  pullstation: {
    ask,
    onView: (listener: (view: unknown) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  },
  underTest: {
    asked,
    push: (view: AppView) => {
      for (const listener of listeners) listener(view);
    },
    paste: (text: string) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text", text);
      document.activeElement?.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }),
      );
    },
    end: (lane: string) => nearEnds.get(lane)?.dispatchEvent(new Event("close")),
  } satisfies PageUnderTest,
});
