import { type ChildProcess, fork } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium, type Page } from "playwright-core";
import { withCompileCache } from "./compile-cache.ts";
import type { Order, Report } from "./control.ts";
import type { AppHandle, LaunchOptions } from "./handle.ts";
import type { HostRecord } from "./host-record.ts";
import { allGone, familyOf, killFamily } from "./processes.ts";
import { scratchFolder } from "./scratch.ts";

const REGISTER = new URL("./register.ts", import.meta.url).href;

/** How long an app may take until its first window has loaded. */
const FIRST_WINDOW_MS = 30_000;

type Unnumbered<T> = T extends unknown ? Omit<T, "id"> : never;

/** The host's end of the control channel. */
class Control {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(v: unknown): void; reject(e: Error): void }>();
  readonly endpoint: Promise<string>;
  #last = 0;

  constructor(child: ChildProcess) {
    this.#child = child;
    const ready = Promise.withResolvers<string>();
    this.endpoint = ready.promise;
    child.on("message", (report: Report) => {
      if (report.kind === "ready") {
        ready.resolve(report.endpoint);
        return;
      }
      const waiting = this.#waiting.get(report.id);
      this.#waiting.delete(report.id);
      if (report.kind === "done") waiting?.resolve(report.value);
      else waiting?.reject(new Error(report.message));
    });
    child.on("disconnect", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("main has exited"));
      this.#waiting.clear();
    });
  }

  order(order: Unnumbered<Order>): Promise<unknown> {
    this.#last += 1;
    const id = this.#last;
    return new Promise((resolve, reject) => {
      if (!this.#child.connected) {
        reject(new Error("main has exited"));
        return;
      }
      this.#waiting.set(id, { resolve, reject });
      this.#child.send({ ...order, id }, (error) => {
        if (error !== null) reject(error);
      });
    });
  }
}

function start(options: LaunchOptions, userData: string): ChildProcess {
  const args = [`--user-data-dir=${userData}`, ...(options.args ?? [])];
  return fork(options.main, args, {
    serialization: "advanced",
    execArgv: ["--import", REGISTER],
    env: withCompileCache({
      ...process.env,
      ...options.env,
      ...(options.headed === true ? { HEADED: "1" } : {}),
    }),
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
}

const isLoaded = (page: Page): boolean => !/^(?:about:|chrome-error:|$)/.test(page.url());

async function firstPage(pages: () => Page[]): Promise<Page> {
  const end = performance.now() + FIRST_WINDOW_MS;
  for (;;) {
    const [page] = pages();
    if (page !== undefined) return page;
    if (performance.now() > end) throw new Error("the app opened no window");
    await sleep(5);
  }
}

export async function launchStandIn(options: LaunchOptions): Promise<AppHandle> {
  const userData = options.userData ?? scratchFolder();
  const child = start(options, userData);
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      said[name] += text;
    });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const control = new Control(child);
  const pid = child.pid ?? -1;
  // Should this process end without a word, main's channel closes and main ends too; when it ends in
  // an orderly way it need not wait for that.
  const onExit = (): void => void killFamily(pid);
  process.once("exit", onExit);
  void exited.then(() => process.off("exit", onExit));

  const tooEarly = exited.then((code): never => {
    throw new Error(`main exited with ${code} before its first window\n${said.stderr}`);
  });
  tooEarly.catch(() => undefined);
  const whole = async (): Promise<AppHandle> => {
    const attached = await chromium.connectOverCDP(await control.endpoint, { noDefaults: true });
    const pages = (): Page[] =>
      attached
        .contexts()
        .flatMap((c) => c.pages())
        .filter(isLoaded);
    const page = await firstPage(pages);
    await page.waitForLoadState();
    return {
      kind: "stand-in",
      userData,
      pid,
      page,
      exited,
      pages,
      waitForPage: async (wanted, timeoutMs = 10_000) => {
        const end = performance.now() + timeoutMs;
        for (;;) {
          for (const one of pages()) if (await wanted(one)) return one;
          if (performance.now() > end) throw new Error("no such page came");
          await sleep(10);
        }
      },
      evaluate: async (run, arg) =>
        (await control.order({ kind: "evaluate", source: String(run), arg })) as never,
      hostRecord: async () => (await control.order({ kind: "record" })) as HostRecord,
      answerDialog: async (method, answer) => {
        await control.order({ kind: "answer-dialog", method, answer });
      },
      cancelNextPrint: async (reason = "cancelled") => {
        await control.order({ kind: "refuse-print", reason });
      },
      stdout: () => said.stdout,
      stderr: () => said.stderr,
      close: async () => {
        const family = familyOf(pid);
        await control
          .order({ kind: "evaluate", source: "({ app }) => app.quit()", arg: undefined })
          .catch(() => undefined);
        await exited;
        await attached.close().catch(() => undefined);
        await allGone(family);
      },
      kill: async () => {
        const killed = killFamily(pid);
        await exited;
        await attached.close().catch(() => undefined);
        await allGone(killed);
      },
    };
  };
  try {
    return await Promise.race([whole(), tooEarly]);
  } catch (error) {
    killFamily(pid);
    throw error;
  }
}
