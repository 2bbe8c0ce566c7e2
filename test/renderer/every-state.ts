import { test } from "vitest";
import { axeViolations, clipped, primaries, scrolling, untranslated, walkByTab } from "./checks.ts";
import type { Windows } from "./harness.ts";
import { NOW } from "./samples.ts";
import type { State } from "./states.ts";

/**
 * The floor that no screen may fall below, for every state of one window. Several at once: each
 * waits for its screen to settle.
 */
export function everyState(states: ReadonlyMap<string, State>, windows: () => Windows): void {
  const all = [...states];

  test.concurrent.for(all)("%s", { timeout: 60_000 }, async ([, state], { expect }) => {
    const { page, complaints, close } = await windows().open(state.window, state.stage, NOW);
    await state.reach?.(page);
    expect.soft(await axeViolations(page), "axe, light").toEqual([]);
    await page.emulateMedia({ colorScheme: "dark" });
    // The themes differ in their colours only.
    expect.soft(await axeViolations(page, ["color-contrast"]), "axe, dark").toEqual([]);
    expect.soft(await scrolling(page, state.scrolls === true), "scrolls at 1366 × 768").toEqual([]);
    expect.soft(await clipped(page), "clipped at 1366 × 768").toEqual([]);
    expect.soft(await primaries(page), "primary actions").toBe(state.primaries ?? 1);
    await page.setViewportSize({ width: 683, height: 384 });
    expect.soft(await clipped(page), "clipped at 683").toEqual([]);
    await page.setViewportSize({ width: 1366, height: 768 });
    const walk = await walkByTab(page);
    expect.soft(walk, "by Tab alone").toEqual({ missed: [], back: [], unseen: [] });
    expect(complaints).toEqual([]);
    await close();
  });

  test.concurrent.for(all)(
    "%s, two fifths longer",
    { timeout: 60_000 },
    async (one, { expect }) => {
      const [, state] = one;
      const { page, close } = await windows().open(state.window, state.stage, NOW, {
        locale: "pseudo",
      });
      await state.reach?.(page);
      expect
        .soft(await untranslated(page, JSON.stringify(state.stage)), "not of the catalogue")
        .toEqual([]);
      expect.soft(await clipped(page), "clipped at 1366 × 768").toEqual([]);
      await page.setViewportSize({ width: 683, height: 384 });
      expect.soft(await clipped(page), "clipped at 683").toEqual([]);
      await close();
    },
  );
}
