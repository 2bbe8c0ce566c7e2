import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireProgram } from "../requires.ts";
import { buildFixture, killAll, open } from "./fixture/open.ts";
import type { AppHandle } from "./handle.ts";

describe.runIf(requireProgram("chromium"))("permissions", () => {
  let app: AppHandle;
  let fixture: Awaited<ReturnType<typeof buildFixture>>;
  beforeAll(async () => {
    fixture = await buildFixture();
    app = await open({ main: fixture.main, args: ["--use-fake-device-for-media-stream"] });
    await app.evaluate(({ session }) => {
      const { defaultSession } = session;
      Object.assign(globalThis, { scanning: false });
      defaultSession.setPermissionRequestHandler((_contents, permission, answer, details) => {
        const { mediaTypes } = details as Electron.MediaAccessPermissionRequest;
        const scanning = Reflect.get(globalThis, "scanning") === true;
        answer(scanning && permission === "media" && mediaTypes?.join() === "video");
      });
      defaultSession.setPermissionCheckHandler(() => false);
    });
  });
  afterAll(async () => {
    await killAll();
    fixture.remove();
  });

  const outcome = (call: string): Promise<unknown> =>
    app.page.evaluate(`${call}.then(() => "given", (error) => error.name)`);
  const camera = "navigator.mediaDevices.getUserMedia({ video: true })";

  it("gives the camera while main allows it, and only then", async () => {
    expect(await outcome(camera)).toBe("NotAllowedError");
    await app.evaluate(() => void Object.assign(globalThis, { scanning: true }));
    expect(await outcome(camera)).toBe("given");
    expect(await outcome("navigator.mediaDevices.getUserMedia({ audio: true, video: true })")).toBe(
      "NotAllowedError",
    );
    await app.evaluate(() => void Object.assign(globalThis, { scanning: false }));
    expect(await outcome(camera)).toBe("NotAllowedError");
    expect((await app.hostRecord()).permissions.map(({ granted }) => granted)).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  it("asks main about everything else that a page may ask for", async () => {
    expect(await outcome("navigator.clipboard.readText()")).toBe("NotAllowedError");
    expect(await outcome("navigator.mediaDevices.getDisplayMedia()")).toBe("NotAllowedError");
    expect(await app.page.evaluate("Notification.requestPermission()")).toBe("denied");
    expect(
      await app.page.evaluate(
        "new Promise((done) => navigator.geolocation.getCurrentPosition(done, (e) => done(e.code)))",
      ),
    ).toBe(1);
    expect(
      await app.page.evaluate(
        'navigator.permissions.query({ name: "camera" }).then(({ state }) => state)',
      ),
    ).toBe("denied");
  });
});
