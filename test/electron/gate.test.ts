import { EventEmitter } from "node:events";
import type { IpcMainInvokeEvent, WebContents } from "electron";
import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { z } from "zod";
import { answering } from "../../contract/serve.ts";
import { Gate } from "../../electron/gate.ts";
import { ORIGIN } from "../../electron/origin.ts";

// The stand-in never sends a frame but the main one: here the events are made as Electron's could be.

type Asked = (event: IpcMainInvokeEvent, name: unknown, input: unknown) => unknown;

const ipc = vi.hoisted(() => ({ asked: null as unknown }));
vi.mock("electron", () => ({
  ipcMain: { handle: (_: string, asked: unknown) => (ipc.asked = asked) },
  protocol: {},
  net: {},
}));

interface Frame {
  readonly url: string;
  readonly parent: Frame | null;
}

class Contents extends EventEmitter {
  readonly id: number;
  mainFrame: Frame;

  constructor(id: number, page: string) {
    super();
    this.id = id;
    this.mainFrame = { url: `${ORIGIN}/${page}`, parent: null };
  }
}

const requests = { add: { input: z.strictObject({ by: z.int() }), output: z.int() } };

function room() {
  let sum = 0;
  const gate = new Gate();
  const window = new Contents(7, "app.html");
  const answer = answering(requests, { add: ({ by }) => (sum += by) });
  gate.admit(window as unknown as WebContents, "app.html", answer);
  const ask = (sender: Contents, senderFrame: Frame | null, ...said: [unknown, unknown]): unknown =>
    (ipc.asked as Asked)({ sender, senderFrame } as unknown as IpcMainInvokeEvent, ...said);
  return { window, ask, sum: () => sum };
}

const ONE = ["add", { by: 1 }] as const;
const refused = { ok: false, code: "SENDER_REFUSED", about: {} };

test("a window that was admitted is answered from its main frame, on its page", async () => {
  const { window, ask, sum } = room();
  expect(await ask(window, window.mainFrame, ...ONE)).toEqual({ ok: true, value: 1 });
  expect(sum()).toBe(1);
});

test("no other sender is answered, and none of them changes anything", async () => {
  const { window, ask, sum } = room();
  const { mainFrame } = window;
  expect(await ask(window, null, ...ONE)).toEqual(refused);
  expect(await ask(window, { url: mainFrame.url, parent: mainFrame }, ...ONE)).toEqual(refused);
  expect(await ask(window, { url: mainFrame.url, parent: null }, ...ONE)).toEqual(refused);
  const stranger = new Contents(8, "app.html");
  expect(await ask(stranger, stranger.mainFrame, ...ONE)).toEqual(refused);
  for (const url of [
    "https://example.com/app.html",
    `${ORIGIN}/ceremony.html`,
    `${ORIGIN}/app.html?other`,
    `${ORIGIN}.example.com/app.html`,
    "file:///app.html",
    "about:blank",
    "",
  ]) {
    window.mainFrame = { url, parent: null };
    expect([url, await ask(window, window.mainFrame, ...ONE)]).toEqual([url, refused]);
  }
  expect(sum()).toBe(0);
});

test("a window that is gone is a stranger", async () => {
  const { window, ask } = room();
  window.emit("destroyed");
  expect(await ask(window, window.mainFrame, ...ONE)).toEqual(refused);
});

test("what is no request of the table, or not in its form, changes nothing", async () => {
  const { window, ask, sum } = room();
  await fc.assert(
    fc.asyncProperty(fc.anything(), fc.anything(), async (name, input) => {
      const reply = await ask(window, window.mainFrame, name, input);
      expect(reply).toMatchObject({ ok: false });
    }),
    { numRuns: 500 },
  );
  await fc.assert(
    fc.asyncProperty(fc.anything(), async (input) => {
      const reply = await ask(window, window.mainFrame, "add", input);
      expect(reply).toMatchObject({ ok: false, code: "REQUEST_INVALID" });
    }),
    { numRuns: 500 },
  );
  expect(sum()).toBe(0);
});
