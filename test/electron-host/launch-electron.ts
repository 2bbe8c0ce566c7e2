import { setTimeout as sleep } from "node:timers/promises";
import { _electron } from "playwright-core";
import { keepPrints, keepRequests, keptSoFar, refuseNextPrint } from "./electron-record.ts";
import type { AppHandle, LaunchOptions } from "./handle.ts";
import { emptyRecord } from "./host-record.ts";
import { allGone, familyOf, killFamily } from "./processes.ts";
import { scratchFolder } from "./scratch.ts";

/** The same handle on a real Electron, for the same specs. Never exercised where there is no binary. */
export async function launchElectron(options: LaunchOptions, binary: string): Promise<AppHandle> {
  const userData = options.userData ?? scratchFolder();
  const env = { ...process.env, ...options.env };
  const app = await _electron.launch({
    executablePath: binary,
    chromiumSandbox: process.getuid?.() !== 0,
    args: [options.main, `--user-data-dir=${userData}`, ...(options.args ?? [])],
    env: Object.fromEntries(
      Object.entries(env).flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])),
    ),
  });
  const child = app.process();
  const pid = child.pid ?? -1;
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      said[name] += text;
    });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const page = await app.firstWindow();
  await page.waitForLoadState();
  await app.evaluate(keepPrints);
  await app.evaluate(keepRequests);
  return {
    kind: "electron",
    userData,
    pid,
    page,
    exited,
    pages: () => app.windows(),
    waitForPage: async (wanted, timeoutMs = 10_000) => {
      const end = performance.now() + timeoutMs;
      for (;;) {
        for (const one of app.windows()) if (await wanted(one)) return one;
        if (performance.now() > end) throw new Error("no such page came");
        await sleep(10);
      }
    },
    evaluate: (run, arg) => app.evaluate(run as never, arg as never) as never,
    hostRecord: async () => {
      const { printJobs, networkAttempts } = await app.evaluate(keptSoFar);
      return { ...emptyRecord(), printJobs, networkAttempts };
    },
    answerDialog: async (method, answer) => {
      await app.evaluate(
        ({ dialog }, [name, value]) => {
          Object.assign(dialog, { [name as string]: async () => value });
        },
        [method, answer],
      );
    },
    cancelNextPrint: (reason = "cancelled") => app.evaluate(refuseNextPrint, reason),
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    close: () => app.close(),
    kill: async () => {
      const killed = [...killFamily(pid), ...familyOf(pid)];
      await exited;
      await allGone(killed);
    },
  };
}
