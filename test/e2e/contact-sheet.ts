import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

/** `node test/e2e/contact-sheet.ts DIR FILE`: the light screens of a folder on one picture, named. */
const [dir = "test/e2e/screens", file = "test/e2e/contact-sheet.png"] = process.argv.slice(2);
const WIDE = 5;

const figures = readdirSync(dir)
  .filter((name) => name.endsWith("-light.png"))
  .toSorted()
  .map((name) => {
    const picture = readFileSync(join(dir, name)).toString("base64");
    const label = name.replace("-light.png", "");
    return `<figure><img src="data:image/png;base64,${picture}"><figcaption>${label}</figcaption></figure>`;
  });
const page = `<style>
  body { margin: 8px; background: #fff; display: grid; grid-template-columns: repeat(${WIDE}, 300px); gap: 8px }
  figure { margin: 0 } img { width: 300px; display: block; border: 1px solid #d3ccbd }
  figcaption { font: 11px sans-serif }
</style>${figures.join("")}`;

const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM_BIN"] ?? "/usr/bin/chromium",
  chromiumSandbox: process.getuid?.() !== 0,
});
const sheet = await browser.newPage({ viewport: { width: WIDE * 308 + 16, height: 400 } });
await sheet.setContent(page);
writeFileSync(file, await sheet.screenshot({ fullPage: true }));
await browser.close();
