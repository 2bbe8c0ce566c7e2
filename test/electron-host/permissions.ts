import { browser } from "./browser.ts";
import { ifStillThere } from "./cdp.ts";
import { hostRecord } from "./host-record.ts";
import type { PermissionQuestion } from "./page-messages.ts";
import type { PageTarget } from "./page-target.ts";
import { toWire } from "./schemes.ts";
import type { Session } from "./sessions.ts";

// Main's permission handlers, asked when a page asks, as in Electron; without one, everything is
// granted, as in Electron.

/** Electron's names, and what Chromium calls the setting behind them. */
const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  "clipboard-read": ["clipboard-read"],
  "clipboard-sanitized-write": ["clipboard-write"],
  geolocation: ["geolocation"],
  media: ["camera", "microphone"],
  midi: ["midi"],
  notifications: ["notifications"],
};

type Context = Promise<string | undefined>;

async function set(names: readonly string[], granted: boolean, origin: string, context: Context) {
  const { browser: target } = browser().chromium.devtools;
  const browserContextId = await context;
  const setting = granted ? "granted" : "denied";
  await Promise.all(
    names.map((name) =>
      ifStillThere(
        target.send("Browser.setPermission", {
          permission: { name },
          setting,
          origin,
          ...(browserContextId === undefined ? {} : { browserContextId }),
        }),
      ),
    ),
  );
}

const denied = new Map<string, Promise<void>>();

/** Before an origin is first shown, everything is denied to it until main says otherwise. */
export async function denyAll(url: string, context: Context): Promise<void> {
  const { origin } = new URL(toWire(url));
  if (origin === "null") return;
  const key = `${(await context) ?? ""} ${origin}`;
  const names = Object.values(SETTINGS).flat();
  const done = denied.get(key) ?? set(names, false, origin, context);
  denied.set(key, done);
  await done;
}

function askedToGrant(
  question: PermissionQuestion,
  contents: { readonly page: PageTarget },
  session: Session,
): Promise<boolean> | boolean {
  const { permission, mediaTypes, how } = question;
  const requestingUrl = contents.page.url;
  const from = contents as unknown as Electron.WebContents;
  const { permissionRequest, permissionCheck } = session;
  if (how === "check") {
    if (permissionCheck === null) return true;
    const details = { isMainFrame: true, requestingUrl, mediaType: mediaTypes[0] ?? "unknown" };
    const { origin } = new URL(requestingUrl);
    return permissionCheck(from, permission as never, `${origin}/`, details as never);
  }
  if (permissionRequest === null) return true;
  const details = { isMainFrame: true, requestingUrl, mediaTypes };
  return new Promise((resolve) =>
    permissionRequest(from, permission as never, resolve, details as never),
  );
}

export async function decide(
  question: PermissionQuestion,
  contents: { readonly page: PageTarget },
  session: Session,
): Promise<boolean> {
  const granted = await askedToGrant(question, contents, session);
  const { permission } = question;
  hostRecord.permissions.push({ permission, url: contents.page.url, granted });
  return granted;
}

export async function applyPermission(
  { permission, mediaTypes }: PermissionQuestion,
  granted: boolean,
  page: PageTarget,
  context: Context,
): Promise<void> {
  const kinds = { video: "camera", audio: "microphone" } as const;
  const names =
    permission === "media" ? mediaTypes.map((kind) => kinds[kind]) : (SETTINGS[permission] ?? []);
  await set(names, granted, new URL(toWire(page.url)).origin, context);
}
