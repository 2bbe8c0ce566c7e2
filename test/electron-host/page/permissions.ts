import type { PermissionQuestion } from "../page-messages.ts";

// Electron asks main whenever a page asks for something powerful. Chromium by itself only has a
// setting per origin, denied here from the start; so the page's entry points are wrapped to ask main
// first, and main's answer becomes the setting just before the real function runs.

export type AskHost = (question: PermissionQuestion) => Promise<boolean>;

type Entry = (...args: unknown[]) => unknown;
type Holder = Record<string, Entry | undefined>;

/** An object that is there, by the path of its names from the global one. */
function at(path: string): Holder | undefined {
  let value: unknown = globalThis;
  for (const name of path.split("."))
    value = (value as Record<string, unknown> | undefined)?.[name];
  return value as Holder | undefined;
}

function wrap(path: string, name: string, around: (original: Entry) => Entry): void {
  const holder = at(path);
  const original = holder?.[name];
  if (holder === undefined || original === undefined) return;
  Object.defineProperty(holder, name, {
    value: around(original.bind(holder)),
    configurable: true,
    writable: true,
  });
}

/** Where pages ask, and what Electron calls it. */
const ASKING = [
  ["Notification", "requestPermission", "notifications"],
  ["navigator", "requestMIDIAccess", "midi"],
  ["navigator.clipboard", "read", "clipboard-read"],
  ["navigator.clipboard", "readText", "clipboard-read"],
  ["navigator.clipboard", "write", "clipboard-sanitized-write"],
  ["navigator.clipboard", "writeText", "clipboard-sanitized-write"],
  ["navigator.geolocation", "getCurrentPosition", "geolocation"],
  ["navigator.geolocation", "watchPosition", "geolocation"],
] as const;

/** Choosers of devices and screens: nobody here ever answers one. */
const CHOOSERS = [
  ["navigator.bluetooth", "requestDevice"],
  ["navigator.hid", "requestDevice"],
  ["navigator.serial", "requestPort"],
  ["navigator.usb", "requestDevice"],
  ["navigator.mediaDevices", "getDisplayMedia"],
] as const;

const QUERIED: Readonly<Record<string, string>> = { camera: "media", microphone: "media" };

export function wrapPermissions(ask: AskHost): void {
  const request = (permission: string): Promise<boolean> =>
    ask({ how: "request", permission, mediaTypes: [] });
  for (const [path, name, permission] of ASKING)
    wrap(path, name, (original) => async (...args) => {
      await request(permission);
      return original(...args);
    });
  for (const [path, name] of CHOOSERS)
    wrap(path, name, () => async () => {
      throw Object.assign(new Error("stand-in: nobody answers the chooser"), {
        name: "NotAllowedError",
      });
    });
  wrap("navigator.mediaDevices", "getUserMedia", (original) => async (wanted) => {
    const kinds = (wanted ?? {}) as Record<"video" | "audio", unknown>;
    const mediaTypes = (["video", "audio"] as const).filter((kind) => Boolean(kinds[kind]));
    await ask({ how: "request", permission: "media", mediaTypes });
    return original(wanted);
  });
  wrap("navigator.permissions", "query", (original) => async (descriptor) => {
    const { name } = (descriptor ?? {}) as { readonly name?: string };
    const permission = QUERIED[name ?? ""] ?? name ?? "";
    const mediaTypes = name === "camera" ? (["video"] as const) : (["audio"] as const);
    await ask({ how: "check", permission, mediaTypes: permission === "media" ? mediaTypes : [] });
    return original(descriptor);
  });
}
