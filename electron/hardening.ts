import { app, type Session, type WebContents } from "electron";
import { ORIGIN } from "./origin.ts";
import { SWITCHES } from "./switches.ts";

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
