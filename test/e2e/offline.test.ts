import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { standing } from "../cli/drill-runs.ts";
import { familyOf } from "../electron-host/processes.ts";
import { withApp } from "./player.ts";

it(
  "says that nothing is proven while AWS can't be reached at the deadline, and closes once it can",
  () =>
    withApp(async (player) => {
      await player.seals();
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
      await player.presses("Close once more");
      await player.sees("The access is dead", player.page, 120_000);
      expect(standing(join(player.app.userData, "practice-station"))).toEqual({
        latched: true,
        active: 0,
      });
    }),
  500_000,
);
