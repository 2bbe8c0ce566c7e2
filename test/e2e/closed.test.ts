import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readStory } from "../../station/records-folder.ts";
import { type Player, withApp, withSealedApp } from "./player.ts";

// The glass is broken, AWS was not asked yet, and the app ends: by its window's cross, or by itself.

const closesWindow = ({ app }: Player): Promise<void> =>
  app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());

const endOf = (dir: string): string[] =>
  readStory(dir)
    .map(({ kind }) => kind)
    .slice(-2);

it("asks before it closes, and calls the opening off", () =>
  withSealedApp(async (player) => {
    const dir = join(player.app.userData, "practice-station");
    await player.breaksTheGlass();
    await closesWindow(player);
    const verdict = player.page.locator(".verdict");
    await verdict.filter({ hasText: "ends what is going on here" }).waitFor();
    expect(endOf(dir).at(-1)).toBe("glass-broken");
    await closesWindow(player);
    expect(await player.app.exited).toBe(0);
    expect(endOf(dir)).toEqual(["glass-broken", "cancelled"]);
    expect(existsSync(join(dir, "unasked.json"))).toBe(false);
  }));

it("calls it off at the next start, says so, and lets the glass be broken at once", async () => {
  const userData = mkdtempSync(join(tmpdir(), "pullstation-app-"));
  const dir = join(userData, "practice-station");
  try {
    await withSealedApp(
      async (player) => {
        await player.breaksTheGlass();
        await player.app.kill();
      },
      { userData },
    );
    expect(endOf(dir).at(-1)).toBe("glass-broken");
    await withApp(
      async (player) => {
        await player.sees("Sealed, epoch 1");
        await player.page.getByText("nothing was begun at AWS").waitFor();
        expect(endOf(dir)).toEqual(["glass-broken", "cancelled"]);
        await player.presses("Break the glass");
        await player.sees("Say why the glass is broken");
      },
      { userData },
    );
  } finally {
    rmSync(userData, { recursive: true, force: true });
  }
}, 600_000);
