import type { WebContents } from "electron";

/** A page that answers nobody for so long is given up. */
const HANGS_MS = 10_000;

/**
 * Tells when the process of a page is gone: crashed, killed, or ended here because it hangs. Not while
 * the page `waits` for a dialog of the system, which looks the same.
 */
export function whenGone(
  contents: WebContents,
  gone: () => void,
  waits: () => boolean = () => false,
): void {
  let late: ReturnType<typeof setTimeout> | undefined;
  const answers = (): void => clearTimeout(late);
  contents.on("render-process-gone", () => {
    answers();
    // In a turn of its own: what loads the page anew inside the event takes main with it
    // (electron/electron, pull request 51900).
    setImmediate(() => {
      if (!contents.isDestroyed()) gone();
    });
  });
  contents.on("unresponsive", () => {
    answers();
    late = setTimeout(() => {
      if (!contents.isDestroyed() && !waits()) contents.forcefullyCrashRenderer();
    }, HANGS_MS);
  });
  contents.on("responsive", answers);
  contents.once("destroyed", answers);
}

/** A page may come back so often within this time. */
const MOST = 3;
const WITHIN_MS = 60_000;

/**
 * The main window mirrors what main knows, so a page of it that is gone is loaded anew and nothing is
 * lost. One that goes again and again is given up; `reload` may be called afterwards, too.
 */
export function revived(
  contents: WebContents,
  ports: {
    readonly reload: () => void;
    readonly giveUp: (times: number) => void;
    /** Whether a dialog of the system is open over it. */
    readonly waits: () => boolean;
    readonly now: () => number;
  },
): void {
  let gone: number[] = [];
  const again = (): void => {
    const now = ports.now();
    gone = [...gone.filter((at) => now - at < WITHIN_MS), now];
    if (gone.length <= MOST) {
      ports.reload();
      return;
    }
    const times = gone.length;
    gone = [];
    ports.giveUp(times);
  };
  whenGone(contents, again, ports.waits);
}
