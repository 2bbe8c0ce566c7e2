import { type IpcMainInvokeEvent, ipcMain, type WebContents } from "electron";
import type { Answering, Reply } from "../contract/serve.ts";
import { ORIGIN } from "./origin.ts";

/** The one channel that windows ask on, and the one event that they hear. */
const ASK = "ask";
const VIEW = "view";

interface Admitted {
  readonly page: string;
  readonly answer: Answering;
}

const REFUSED: Reply<never> = { ok: false, code: "SENDER_REFUSED", about: {} };

/**
 * One gate for every window: only a window that main admitted, only from its main frame, only while
 * it shows the page that it was admitted with. What it may ask is its own table of requests.
 */
export class Gate {
  readonly #admitted = new Map<number, Admitted>();

  constructor() {
    ipcMain.handle(ASK, (event, name: unknown, input: unknown) => {
      const admitted = this.#sender(event);
      if (admitted === null) return REFUSED;
      return typeof name === "string"
        ? admitted.answer(name, input)
        : { ok: false, code: "REQUEST_UNKNOWN", about: { name: typeof name } };
    });
  }

  admit(contents: WebContents, page: string, answer: Answering): void {
    this.#admitted.set(contents.id, { page, answer });
    contents.once("destroyed", () => this.#admitted.delete(contents.id));
  }

  #sender({ sender, senderFrame }: IpcMainInvokeEvent): Admitted | null {
    const admitted = this.#admitted.get(sender.id);
    // A frame that navigated or closed meanwhile is null.
    if (admitted === undefined || senderFrame === null) return null;
    if (senderFrame.parent !== null || senderFrame !== sender.mainFrame) return null;
    return senderFrame.url === `${ORIGIN}/${admitted.page}` ? admitted : null;
  }
}

export function sendView(contents: WebContents, view: unknown): void {
  if (!contents.isDestroyed()) contents.send(VIEW, view);
}
