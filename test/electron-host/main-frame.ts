import type { PageTarget } from "./page-target.ts";
import { strict } from "./strict.ts";

/** The one frame that has a preload: `event.senderFrame` and `webContents.mainFrame` are this object. */
export function mainFrameOf(
  page: PageTarget,
  id: number,
  isDestroyed: () => boolean,
): Electron.WebFrameMain {
  const frame: object = strict("WebFrameMain", {
    get url() {
      return page.url;
    },
    get origin() {
      const { protocol, host } = new URL(page.url);
      return host === "" ? "null" : `${protocol}//${host}`;
    },
    get osProcessId() {
      return page.pid;
    },
    get processId() {
      return page.pid;
    },
    get top(): object {
      return frame;
    },
    frames: [],
    frameTreeNodeId: id,
    detached: false,
    name: "",
    parent: null,
    routingId: 1,
    isDestroyed,
  });
  return frame as Electron.WebFrameMain;
}
