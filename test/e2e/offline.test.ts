import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { maybeOpen } from "../../station/unfinished.ts";
import { standing } from "../cli/drill-runs.ts";
import { familyOf } from "../electron-host/processes.ts";
import { withApp, withSealedApp } from "./player.ts";

it(
  "says that nothing is proven while AWS can't be reached at the deadline, and does not leave it before it is closed",
  () =>
    withSealedApp(async (player) => {
      await player.breaksTheGlass(20);
      await player.opensTheAccess();
      const aws = familyOf(player.app.pid).find((pid) =>
        readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("practice-process.js"),
      );
      // It answers nothing any more, as a network that is gone.
      process.kill(aws ?? 0, "SIGSTOP");
      try {
        await player.page
          .locator(".verdict")
          .filter({ hasText: "AWS did not answer in time." })
          .waitFor({ timeout: 120_000 });
        await player.presses("Stop asking for now");
        await player.sees("It is not proven dead", player.page, 120_000);
        expect(standing(join(player.app.userData, "practice-station"))).toEqual({
          latched: false,
          active: 1,
        });
      } finally {
        process.kill(aws ?? 0, "SIGCONT");
      }
      // Who goes on from there does not get past it: the closer shuts it, people bring it to rest.
      await player.presses("Go on, not at rest");
      await player.sees("The access is shut, not yet at rest", player.page, 60_000);
      expect(await player.page.locator(".band").innerText()).toContain("open");
      await player.presses("Go on with the custodians");
      for (let seat = 1; seat <= 2; seat++)
        await player.hands("Hand over the keyboard", (window) => player.entersShare(window));
      await player.hands("Hand over the keyboard", (window) => player.touches(window));
      await player.presses("Bring it to rest");
      await player.sees("The access is dead", player.page, 120_000);
      expect(standing(join(player.app.userData, "practice-station"))).toEqual({
        latched: true,
        active: 0,
      });
    }),
  600_000,
);

it("names a closer's file whose journal is gone, and has it brought to rest", async () => {
  const userData = mkdtempSync(join(tmpdir(), "pullstation-app-"));
  const dir = join(userData, "practice-station");
  try {
    await withSealedApp(() => Promise.resolve(), { userData });
    mkdirSync(join(dir, "open"), { recursive: true });
    // As a crash leaves it: begun, and no session whole in it.
    writeFileSync(join(dir, "open", "INC-LOST.close"), '{"mode":"PRACT');
    await withApp(
      async (player) => {
        await player.sees("An access may still be open");
        await player.page.getByText("open/INC-LOST.close lay here").waitFor();
        await player.presses("Go on with the custodians");
        await player.sees(/custodians are needed/);
        for (let seat = 1; seat <= 2; seat++)
          await player.hands("Hand over the keyboard", (window) => player.entersShare(window));
        await player.hands("Hand over the keyboard", (window) => player.touches(window));
        await player.presses("Bring it to rest");
        await player.sees("The access is dead", player.page, 120_000);
        await player.presses("Go to the record");
        await player.page.locator("iframe").waitFor();
        await player.presses("Done");
        await player.sees("Sealed, epoch 1");
      },
      { userData },
    );
    expect(await maybeOpen(dir)).toEqual([]);
    expect(standing(dir)).toEqual({ latched: true, active: 0 });
  } finally {
    rmSync(userData, { recursive: true, force: true });
  }
}, 600_000);
