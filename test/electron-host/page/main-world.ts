import { awaitMeeting, Bridge } from "./bridge.ts";
import { isLoadedTop } from "./dom.ts";
import { type AskHost, wrapPermissions } from "./permissions.ts";

function frozen<T>(value: T): T {
  if ((typeof value === "object" || typeof value === "function") && value !== null) {
    if (ArrayBuffer.isView(value)) return value;
    for (const part of Object.values(value)) frozen(part);
    Object.freeze(value);
  }
  return value;
}

/** The page's own world: takes what a preload exposes, before any script of the page runs. */
export function open({ token }: { readonly token: string }): void {
  if (!isLoadedTop()) return;
  awaitMeeting(token, (meeting) => {
    const bridge = new Bridge("main", meeting);
    bridge.on("permissions", (ask) => wrapPermissions(bridge.copyIn(ask) as AskHost));
    bridge.on("expose", (detail) => {
      const { key, api } = JSON.parse(detail) as { key: string; api: string };
      const taken = Object.hasOwn(globalThis, key);
      if (!taken)
        Object.defineProperty(globalThis, key, {
          value: frozen(bridge.copyIn(api)),
          enumerable: true,
        });
      bridge.emit("exposed", String(!taken));
    });
  });
}
