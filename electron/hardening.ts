import { app, type Session, type WebContents } from "electron";
import { ORIGIN } from "./origin.ts";

/**
 * Chromium stays dead to any network, also while the access is open: only the online process reaches
 * AWS, by Node's own HTTP stack. Browser-level blocking alone still sends packets (measured); these
 * switches together send none. They must be set before the app is ready.
 */
const SWITCHES = [
  ["host-resolver-rules", "MAP * ~NOTFOUND"],
  ["proxy-server", "socks5://127.0.0.1:1"],
  ["proxy-bypass-list", "<-loopback>"],
  ["disable-background-networking", ""],
  ["disable-component-update", ""],
  ["disable-domain-reliability", ""],
  ["disable-quic", ""],
  ["no-pings", ""],
  ["webrtc-ip-handling-policy", "disable_non_proxied_udp"],
] as const;

export function hardenApp(): void {
  app.enableSandbox();
  for (const [name, value] of SWITCHES) app.commandLine.appendSwitch(name, value);
  app.on("web-contents-created", (_, contents) => hardenContents(contents));
}

/** Every webContents, however it came to be: it stays on its page, opens nothing, embeds nothing. */
function hardenContents(contents: WebContents): void {
  contents.on("will-navigate", (event) => event.preventDefault());
  contents.on("will-attach-webview", (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: "deny" }));
  contents.setWebRTCIPHandlingPolicy("disable_non_proxied_udp");
}

const own = (url: string): boolean => url === ORIGIN || url.startsWith(`${ORIGIN}/`);

/** `camera`: whether pages of this session may ask for video; nothing else is ever granted. */
export function hardenSession(session: Session, camera: () => boolean): void {
  session.setPermissionCheckHandler(
    (_, permission, origin) => permission === "media" && own(origin) && camera(),
  );
  session.setPermissionRequestHandler((_, permission, decide, details) => {
    const wanted = "mediaTypes" in details ? (details.mediaTypes ?? []) : [];
    decide(
      permission === "media" &&
        own(details.requestingUrl) &&
        wanted.every((type) => type === "video") &&
        camera(),
    );
  });
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false);
  session.enableNetworkEmulation({ offline: true });
}
