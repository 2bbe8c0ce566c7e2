import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readStory } from "../../station/records-folder.ts";
import { maybeOpen } from "../../station/unfinished.ts";
import { standing } from "../cli/drill-runs.ts";
import { familyOf } from "../electron-host/processes.ts";
import { type Player, withApp, withSealedApp } from "./player.ts";

/** Practice AWS answers nothing any more, as a network that is gone; the way to let it answer again. */
function silenced({ app }: Player): () => void {
  const aws = familyOf(app.pid).find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("practice-process.js"),
  );
  process.kill(aws ?? 0, "SIGSTOP");
  return () => process.kill(aws ?? 0, "SIGCONT");
}

it(
  "lets people stop asking an AWS that does not answer, and stays in sight while the access is open",
  () =>
    withSealedApp(async (player) => {
      const dir = join(player.app.userData, "practice-station");
      const kinds = (): string[] => readStory(dir).map(({ kind }) => kind);
      await player.breaksTheGlass();
      const answers = silenced(player);
      try {
        await player.presses("Open the access");
        await player.sees("Practice AWS is opening the access");
        const from = performance.now();
        await player.presses("Stop asking for now");
        await player.sees("Sealed, epoch 1");
        // By itself it would ask four times, for 10 s each.
        expect(performance.now() - from).toBeLessThan(20_000);
      } finally {
        answers();
      }
      expect(standing(dir)).toEqual({ latched: true, active: 0 });
      expect(kinds()).toContain("glass-broken");
      expect(kinds()).not.toContain("access-open");

      // The incident that did not open is over: another one opens.
      await player.breaksTheGlass();
      await player.opensTheAccess();
      await player.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
      await player.page.locator(".verdict").filter({ hasText: "this window stays" }).waitFor();
      expect(standing(dir)).toEqual({ latched: false, active: 1 });
      await player.stops("Close now", "Close the access", "Keep it open");
      await player.presses("Close once more");
      await player.presses("Go to the record");
      await player.page.locator("iframe").waitFor();
      expect(standing(dir)).toEqual({ latched: true, active: 0 });
      await player.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
      expect(await player.app.exited).toBe(0);
    }),
  600_000,
);

/** Whether a process of this entry runs, and which. */
const running = ({ app }: Player, entry: string): number | undefined =>
  familyOf(app.pid).find((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(entry);
    } catch {
      // It ended just now.
      return false;
    }
  });

it("ends a process that hangs while it closes, and the closer's that hangs after it; the next one shuts", () =>
  withSealedApp(async (player) => {
    const dir = join(player.app.userData, "practice-station");
    await player.breaksTheGlass();
    await player.opensTheAccess();
    expect(standing(dir)).toEqual({ latched: false, active: 1 });
    const hung = running(player, "online-process.js");
    process.kill(hung ?? 0, "SIGSTOP");
    await player.stops("Close now", "Close the access", "Keep it open");
    await player.sees("The access is being closed");
    await player.presses("Stop asking for now");
    // It is offered only once nothing was said for a minute and a half.
    await player.button("End the process").waitFor({ timeout: 150_000 });
    await player.stops("End the process", "End it and shut", "Wait on");
    let closer: number | undefined;
    await expect
      .poll(() => (closer = running(player, "online-process.js")), { interval: 20 })
      .not.toBe(hung);
    await expect
      .poll(() => (closer = running(player, "online-process.js")), { interval: 20 })
      .toBeDefined();
    process.kill(closer ?? 0, "SIGSTOP");
    // The screen is that of a closing which is asked, and not yet of one that hangs.
    await player.button("Stop asking for now").waitFor();
    expect(await player.button("End the process").count()).toBe(0);
    expect(standing(dir)).toEqual({ latched: false, active: 1 });
    await player.button("End the process").waitFor({ timeout: 150_000 });
    await player.stops("End the process", "End it and shut", "Wait on");
    await player.sees("The access is shut, not yet at rest");
    for (const pid of [hung, closer]) expect(familyOf(player.app.pid)).not.toContain(pid);
    expect(standing(dir)).toEqual({ latched: true, active: 1 });
    expect(await maybeOpen(dir)).toHaveLength(1);

    // The journal is whole: custodians and a key bring it to rest, and its record says so.
    await player.presses("Go on with the custodians");
    for (let seat = 1; seat <= 2; seat++)
      await player.hands("Hand over the keyboard", (window) => player.entersShare(window));
    await player.hands("Hand over the keyboard", (window) => player.touches(window));
    await player.presses("Bring it to rest");
    await player.presses("Go to the record");
    await player.page.locator("iframe").waitFor();
    expect(standing(dir)).toEqual({ latched: true, active: 0 });
    expect(await maybeOpen(dir)).toEqual([]);
    expect(readStory(dir).map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["access-open", "resumed", "closed"]),
    );
  }));

it("says after a kill in the middle of the opening that nothing was begun at AWS", async () => {
  const userData = mkdtempSync(join(tmpdir(), "pullstation-app-"));
  try {
    await withSealedApp(
      async (player) => {
        await player.breaksTheGlass();
        silenced(player);
        await player.presses("Open the access");
        await player.sees("Practice AWS is opening the access");
        await player.button("Stop asking for now").waitFor();
        await player.app.kill();
      },
      { userData },
    );
    await withApp(
      async (player) => {
        await player.sees("Sealed, epoch 1");
        await player.page.getByText("and nothing was begun at AWS").waitFor();
        // No record says how it ended, so its review is due all the same.
        await player.presses("Break the glass");
        await player.sees("A real station would wait here");
      },
      { userData },
    );
  } finally {
    rmSync(userData, { recursive: true, force: true });
  }
}, 600_000);
