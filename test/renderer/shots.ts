import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Windows } from "./harness.ts";
import { recordPage } from "./record-page.ts";
import { NOW } from "./samples.ts";
import { appStates } from "./app-states.ts";
import { ceremonyStates } from "./ceremony-states.ts";

/** `node test/renderer/shots.ts DIR [name…]`: a picture of every state, light and dark. */
const [dir = "renderer-shots", ...names] = process.argv.slice(2);
mkdirSync(dir, { recursive: true });
const windows = await Windows.start({ "record-page.html": recordPage() });
const themes = (process.env["THEMES"] ?? "light dark").split(" ") as ("light" | "dark")[];
for (const [name, state] of [...appStates, ...ceremonyStates]) {
  if (names.length > 0 && !names.some((wanted) => name.startsWith(wanted))) continue;
  for (const theme of themes) {
    const { page, complaints, close } = await windows.open(state.window, state.stage, NOW, {
      theme,
      width: Number(process.env["WIDTH"] ?? 1366),
      ...(process.env["LOCALE"] === "pseudo" ? { locale: "pseudo" } : {}),
    });
    try {
      await state.reach?.(page);
      await page.waitForTimeout(60);
    } catch (error) {
      process.stdout.write(`${name}: ${String(error)}\n`);
    }
    await page.screenshot({ path: join(dir, `${name}-${theme}.png`) });
    if (complaints.length > 0) process.stdout.write(`${name}: ${complaints.join("; ")}\n`);
    await close();
  }
}
await windows.end();
