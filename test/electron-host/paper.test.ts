import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireProgram } from "../requires.ts";
import { buildFixture, killAll, open } from "./fixture/open.ts";
import { keepPrints, keptSoFar, refuseNextPrint } from "./electron-record.ts";
import type { AppHandle } from "./handle.ts";
import type { PrintJob } from "./host-record.ts";

/** Width and height in points, of the first page. */
const mediaBox = (bytes: Uint8Array): number[] =>
  (/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(Buffer.from(bytes).toString("latin1")) ?? [])
    .slice(1)
    .map((points) => Math.round(Number(points)));

/** Chromium rounds paper to its own units: a point more or less is the same sheet. */
const near = (points: number, wanted: number): number =>
  Math.abs(points - wanted) <= 1 ? wanted : points;

const told = ({ url, options, outcome, pdf }: PrintJob) => [url, options, outcome, mediaBox(pdf)];

describe.runIf(requireProgram("chromium"))("paper", () => {
  let app: AppHandle;
  let fixture: Awaited<ReturnType<typeof buildFixture>>;
  beforeAll(async () => {
    fixture = await buildFixture();
    app = await open({ main: fixture.main });
  });
  afterAll(async () => {
    await killAll();
    fixture.remove();
  });

  const pdf = (options: Electron.PrintToPDFOptions): Promise<Uint8Array> =>
    app.evaluate(async ({ BrowserWindow }, given) => {
      const [window] = BrowserWindow.getAllWindows();
      return new Uint8Array((await window?.webContents.printToPDF(given)) ?? []);
    }, options);

  it.each([
    [{ pageSize: "A4" }, [595, 842]],
    [{ pageSize: "A4", landscape: true }, [842, 595]],
    [{ pageSize: "Letter" }, [612, 792]],
    [{}, [612, 792]],
  ] as const)("makes a PDF of %j", async (options, [width, height]) => {
    const bytes = await pdf(options);
    expect(Buffer.from(bytes.subarray(0, 5)).toString()).toBe("%PDF-");
    const [w = 0, h = 0] = mediaBox(bytes);
    expect([near(w, width), near(h, height)]).toEqual([width, height]);
  });

  const show = (path: string): Promise<void> =>
    app.evaluate(async ({ BrowserWindow }, url) => {
      await BrowserWindow.getAllWindows()[0]?.loadURL(url);
    }, `app://fixture${path}`);

  it("keeps to the page's own size where that is asked for", async () => {
    await show("/paper");
    const [w = 0, h = 0] = mediaBox(await pdf({ pageSize: "Letter", preferCSSPageSize: true }));
    expect([near(w, 420), near(h, 595)]).toEqual([420, 595]);
    await show("/");
  });

  it("refuses options that it would ignore", async () => {
    await expect(pdf({ pageSize: "A7" as "A6" })).rejects.toThrow("stand-in: the page size A7");
    await expect(pdf({ displayHeaderFooter: true })).rejects.toThrow("displayHeaderFooter");
  });

  const print = (): Promise<unknown> =>
    app.evaluate(
      ({ BrowserWindow }) =>
        new Promise((resolve) => {
          const [window] = BrowserWindow.getAllWindows();
          window?.webContents.print({ silent: false, pageSize: "A4" }, (done, reason) =>
            resolve([done, reason]),
          );
        }),
    );

  it("records what is printed, and lets a test cancel", async () => {
    expect(await print()).toEqual([true, ""]);
    await app.cancelNextPrint("Print job canceled");
    expect(await print()).toEqual([false, "Print job canceled"]);
    expect(await print()).toEqual([true, ""]);
    const { printJobs } = await app.hostRecord();
    expect(printJobs.map(({ outcome, url }) => [outcome, url])).toEqual([
      ["printed", "app://fixture/"],
      ["Print job canceled", "app://fixture/"],
      ["printed", "app://fixture/"],
    ]);
    const [w = 0, h = 0] = mediaBox(printJobs[0]?.pdf ?? new Uint8Array());
    expect([near(w, 595), near(h, 842)]).toEqual([595, 842]);
    expect(printJobs[0]?.options).toEqual({ silent: false, pageSize: "A4" });
  });

  it("gives the same record when it is kept from inside main, as on a real Electron", async () => {
    const { printJobs: own } = await app.hostRecord();
    await app.evaluate(keepPrints);
    expect(await print()).toEqual([true, ""]);
    await app.evaluate(refuseNextPrint, "Print job canceled");
    expect(await print()).toEqual([false, "Print job canceled"]);
    const { printJobs } = await app.evaluate(keptSoFar);
    expect(printJobs.map(told)).toEqual(own.slice(0, 2).map(told));
  });
});
