import type { Session } from "electron";
import { expect, test, vi } from "vitest";
import { hardenSession } from "../../electron/hardening.ts";
import { ORIGIN } from "../../electron/origin.ts";

// What a session is told; that Chromium keeps to such handlers is test/electron-host's.

vi.mock("electron", () => ({ app: {}, protocol: {}, net: {} }));

type Check = (contents: null, permission: string, origin: string) => boolean;
type Request = (
  contents: null,
  permission: string,
  decide: (granted: boolean) => void,
  details: { requestingUrl: string; mediaTypes?: readonly string[] },
) => void;

function hardened(camera: () => boolean) {
  const set = new Map<string, unknown>();
  const names = [
    "setPermissionCheckHandler",
    "setPermissionRequestHandler",
    "setDevicePermissionHandler",
    "setSpellCheckerEnabled",
    "enableNetworkEmulation",
  ];
  const session = Object.fromEntries(
    names.map((name) => [name, (value: unknown) => set.set(name, value)]),
  );
  hardenSession(session as unknown as Session, camera);
  return {
    set,
    checks: (permission: string, origin = ORIGIN) =>
      (set.get("setPermissionCheckHandler") as Check)(null, permission, origin),
    asks: (
      permission: string,
      mediaTypes: readonly string[],
      requestingUrl = `${ORIGIN}/x.html`,
    ) => {
      let granted: boolean | null = null;
      (set.get("setPermissionRequestHandler") as Request)(
        null,
        permission,
        (decided) => (granted = decided),
        { requestingUrl, mediaTypes },
      );
      return granted;
    },
  };
}

test("the camera is given where a card may be shown, and its sound never", () => {
  const session = hardened(() => true);
  expect(session.checks("media")).toBe(true);
  expect(session.asks("media", ["video"])).toBe(true);
  expect(session.asks("media", ["audio"])).toBe(false);
  expect(session.asks("media", ["video", "audio"])).toBe(false);
});

test("no camera where none is needed: the main window's, and a ceremony's without a card", () => {
  const session = hardened(() => false);
  expect(session.checks("media")).toBe(false);
  expect(session.asks("media", ["video"])).toBe(false);
});

test("nobody else's page, and nothing else", () => {
  const session = hardened(() => true);
  for (const foreign of ["https://example.com", `${ORIGIN}.example.com`, "file:///", ""]) {
    expect([foreign, session.checks("media", foreign)]).toEqual([foreign, false]);
    expect([foreign, session.asks("media", ["video"], `${foreign}/x`)]).toEqual([foreign, false]);
  }
  for (const other of [
    "clipboard-read",
    "display-capture",
    "geolocation",
    "hid",
    "usb",
    "openExternal",
  ]) {
    expect([other, session.checks(other)]).toEqual([other, false]);
    expect([other, session.asks(other, [])]).toEqual([other, false]);
  }
  expect((session.set.get("setDevicePermissionHandler") as () => boolean)()).toBe(false);
  expect(session.set.get("setSpellCheckerEnabled")).toBe(false);
  expect(session.set.get("enableNetworkEmulation")).toEqual({ offline: true });
});
