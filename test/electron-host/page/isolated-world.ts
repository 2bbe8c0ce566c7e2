import {
  type PermissionQuestion,
  TO_HOST,
  TO_PAGE,
  type ToHost,
  type ToPage,
} from "../page-messages.ts";
import { absent, strict } from "../strict.ts";
import { Bridge, openMeeting } from "./bridge.ts";
import { dom, isLoadedTop } from "./dom.ts";
import { IpcRenderer } from "./ipc-renderer.ts";
import { PagePorts } from "./ports.ts";
import { Questions } from "./questions.ts";

/** Its parameters are the scope of a CommonJS module: require, process, module and exports. */
type Preload = (
  load: (name: string) => unknown,
  process: object,
  module: { readonly exports: object },
  face: object,
) => void;

interface Setting {
  readonly token: string;
  readonly platform: string;
  readonly arguments: readonly string[];
}

function contextBridge(bridge: Bridge): object {
  let exposed = "";
  bridge.on("exposed", (done) => {
    exposed = done;
  });
  return strict("contextBridge", {
    exposeInMainWorld: (key: string, api: unknown): void => {
      bridge.emit("expose", JSON.stringify({ key, api: bridge.copyOut(api) }));
      if (exposed !== "true")
        throw new Error("Cannot bind an API on top of an existing property on the window object");
    },
  });
}

/** The preload's world: everything Electron gives to a sandboxed preload, and nothing else. */
export function open(setting: Setting, preload: Preload): void {
  if (!isLoadedTop()) return;
  const global = globalThis as unknown as Record<string, (text: string) => void>;
  const binding = global[TO_HOST];
  const tell = (message: ToHost): void => binding?.(JSON.stringify(message));
  const ports = new PagePorts(tell);
  const questions = new Questions(tell);
  const ipc = new IpcRenderer(tell, questions, ports);
  Object.defineProperty(globalThis, TO_PAGE, {
    value: (message: ToPage) => {
      if (message.kind === "reply") questions.answered(message);
      else if (message.kind === "event") ipc.receive(message);
      else ports.receive(message);
    },
  });
  const bridge = new Bridge("isolated", openMeeting(setting.token));
  const askHost = (question: PermissionQuestion): Promise<unknown> =>
    questions.ask((id) => ({ kind: "permission", id, ...question }));
  bridge.emit("permissions", bridge.copyOut(askHost));
  const electron = strict("electron (in a preload)", {
    contextBridge: contextBridge(bridge),
    ipcRenderer: strict("ipcRenderer", ipc.face),
    webFrame: absent("webFrame"),
    webUtils: absent("webUtils"),
  });
  const load = (name: string): unknown => {
    if (name === "electron" || name === "electron/renderer") return electron;
    throw new Error(`module not found: ${name}`);
  };
  const process = strict("process (in a preload)", {
    argv: setting.arguments,
    contextIsolated: true,
    env: {},
    platform: setting.platform,
    sandboxed: true,
    type: "renderer",
    versions: {},
  });
  const face = {};
  try {
    preload(load, process, { exports: face }, face);
  } catch (error) {
    dom.console.error("Unable to load preload script", error);
    const { message, stack } = error as Error;
    tell({ kind: "preload-failed", message: stack ?? message });
  }
}
