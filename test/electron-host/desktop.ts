import { ifStillThere } from "./cdp.ts";
import { StrictEmitter } from "./emitter.ts";
import { type DialogMethod, hostRecord, takeAnswer } from "./host-record.ts";
import { strict } from "./strict.ts";
import { everyContents } from "./web-contents.ts";

// The desktop around the windows: dialogs, clipboard, power, theme, screen. Nothing of it touches the
// real desktop.

function shown(method: DialogMethod, args: readonly unknown[]): unknown {
  const options = args.findLast((arg) => typeof arg === "object") ?? args;
  hostRecord.dialogs.push({ method, options });
  const declared = takeAnswer(method);
  if (declared === undefined)
    throw new Error(`stand-in: dialog.${method} was shown, and no test declared an answer`);
  return declared.answer;
}

const asked =
  (method: DialogMethod) =>
  async (...args: readonly unknown[]): Promise<never> =>
    shown(method, args) as never;

export const dialog = strict("dialog", {
  showSaveDialog: asked("showSaveDialog"),
  showOpenDialog: asked("showOpenDialog"),
  showMessageBox: asked("showMessageBox"),
  showErrorBox: (title: string, content: string): void => {
    shown("showErrorBox", [{ title, content }]);
  },
} satisfies Pick<
  Electron.Dialog,
  "showSaveDialog" | "showOpenDialog" | "showMessageBox" | "showErrorBox"
>);

class PowerMonitor extends StrictEmitter {
  /** Seconds; a test sets it. */
  idleTime = 0;
  /** The screen's lock, which Linux only answers when it is asked; a test sets it. */
  screenLocked = false;

  constructor() {
    super(["suspend", "resume", "lock-screen", "unlock-screen", "shutdown"]);
  }

  getSystemIdleTime(): number {
    return this.idleTime;
  }

  getSystemIdleState(threshold: number): ReturnType<Electron.PowerMonitor["getSystemIdleState"]> {
    if (this.screenLocked) return "locked";
    return this.idleTime >= threshold ? "idle" : "active";
  }
}
export const powerMonitor = new PowerMonitor();

let copied = "";
export const clipboard = strict("clipboard", {
  readText: async () => copied,
  writeText: async (text: string) => {
    copied = text;
  },
  clear: () => {
    copied = "";
  },
  // Nothing here can be selected with a mouse; there is such a clipboard on Linux only.
  selection:
    process.platform === "linux"
      ? strict("clipboard.selection", {
          clear: () => undefined,
        } satisfies Pick<Electron.Clipboard, "clear">)
      : undefined,
} satisfies Pick<Electron.Clipboard, "readText" | "writeText" | "clear"> & { selection: unknown });

export const safeStorage = strict("safeStorage", {
  isEncryptionAvailable: () => false,
} satisfies Pick<Electron.SafeStorage, "isEncryptionAvailable">);

type ThemeSource = Electron.NativeTheme["themeSource"];

class NativeTheme extends StrictEmitter {
  #source: ThemeSource = "system";

  constructor() {
    super(["updated"]);
  }

  get themeSource(): ThemeSource {
    return this.#source;
  }

  set themeSource(source: ThemeSource) {
    this.#source = source;
    for (const { page } of everyContents()) void ifStillThere(page.setDark(this.forced));
    this.emit("updated");
  }

  get shouldUseDarkColors(): boolean {
    return this.#source === "dark";
  }

  /** Undefined: as the system has it. */
  get forced(): boolean | undefined {
    return this.#source === "system" ? undefined : this.#source === "dark";
  }
}
export const nativeTheme = new NativeTheme();

const display = strict("Display", {
  workAreaSize: { width: 1920, height: 1040 },
  size: { width: 1920, height: 1080 },
  scaleFactor: 1,
});
export const screen = strict("screen", { getPrimaryDisplay: () => display });

export const shell = strict("shell", {
  openExternal: async (url: string): Promise<never> => {
    hostRecord.external.push(url);
    throw new Error(`stand-in: shell.openExternal is not implemented (${url})`);
  },
});

export const Menu = strict("Menu", {
  setApplicationMenu: (menu: null) => {
    if (menu !== null) throw new Error("stand-in: an application menu is not implemented");
  },
});
