import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "qrcode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Windows } from "./harness.ts";
import { tasks } from "./sample-tasks.ts";
import { NOW } from "./samples.ts";
import { PASSPHRASE, payload, stageOf } from "./stages.ts";

const WIDTH = 640;
const HEIGHT = 480;

/** A film of one picture: the card's code, as a camera would see it (YUV4MPEG2, 4:2:0). */
function film(text: string): Buffer {
  const { modules } = create(text, { errorCorrectionLevel: "M" });
  const scale = Math.floor(360 / (modules.size + 8));
  const side = modules.size * scale;
  const [left, top] = [Math.floor((WIDTH - side) / 2), Math.floor((HEIGHT - side) / 2)];
  const luma = Buffer.alloc(WIDTH * HEIGHT, 235);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      if (modules.get(Math.floor(y / scale), Math.floor(x / scale)) !== 0)
        luma[(top + y) * WIDTH + left + x] = 16;
  const frame = Buffer.concat([
    Buffer.from("FRAME\n"),
    luma,
    Buffer.alloc((WIDTH * HEIGHT) / 2, 128),
  ]);
  return Buffer.concat([
    Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420jpeg\n`),
    frame,
    frame,
  ]);
}

let folder: string;
let windows: Windows;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "pullstation-film-"));
  const file = join(folder, "card.y4m");
  writeFileSync(file, film(payload));
  windows = await Windows.start({}, [
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-video-capture=${file}`,
  ]);
}, 60_000);
afterAll(async () => {
  await windows.end();
  rmSync(folder, { recursive: true, force: true });
});

describe("the card’s code before the camera", () => {
  it("is checked where a card is checked alone", async () => {
    const { page, complaints, close } = await windows.open("ceremony", stageOf(tasks.check), NOW);
    await page.getByRole("tab", { name: "Show the QR code" }).click();
    await page.locator(".found-card").waitFor();
    await page.locator(".foot .act").click();
    await page.locator(".calm").waitFor();
    const asked = await page.evaluate(() => window.underTest.asked);
    const last = asked.findLast(({ name }) => name !== "links");
    expect(last).toEqual({ lane: "check", name: "checkCard", input: { card: { payload } } });
    expect(complaints).toEqual([]);
    await close();
  });

  it("is read, and the camera ends with the reading", async () => {
    const { page, complaints, close } = await windows.open("ceremony", stageOf(tasks.share), NOW);
    await page.getByRole("tab", { name: "Show the QR code" }).click();
    const stream = page.locator("video");
    await stream.waitFor();
    await page.locator(".found-card").waitFor();
    expect(await page.locator(".found-card").innerText()).toContain("Read from the camera.");
    expect(await stream.count()).toBe(0);
    await page.locator(".foot .act").click();
    await page.locator("#passphrase").fill(PASSPHRASE);
    await page.keyboard.press("Enter");
    await page.locator(".calm").waitFor();
    const asked = await page.evaluate(() => window.underTest.asked);
    const last = asked.findLast(({ name }) => name !== "links");
    expect(last?.input).toEqual({ card: { payload }, passphrase: PASSPHRASE });
    expect(complaints).toEqual([]);
    await close();
  });
});
