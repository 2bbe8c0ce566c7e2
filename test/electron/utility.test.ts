import { fileURLToPath } from "node:url";
import { beforeAll, expect, test, vi } from "vitest";
import type { House } from "../../electron/house.ts";
import { startUtility } from "../../electron/utility.ts";
import { openPracticeAws } from "../../electron/station.ts";
import { app } from "../electron-host/app.ts";
import { familyOf, isRunning } from "../electron-host/processes.ts";

// Real processes, of the stand-in: as Electron's, one has no id and heeds no kill before it was spawned.

vi.mock("electron", async () => ({
  MessageChannelMain: vi.fn<() => void>(),
  utilityProcess: (await import("../electron-host/utility-process.ts")).utilityProcess,
}));
beforeAll(() => app.becomeReady());

const entry = fileURLToPath(new URL("../electron-host/fixture/child.ts", import.meta.url));
const children = (): number[] => familyOf(process.pid).slice(1);

test("a process that is ended in the breath that started it ends", async () => {
  const before = children();
  const started = startUtility(entry, "at once");
  const born = children().filter((pid) => !before.includes(pid));
  expect(born).toHaveLength(1);
  await started.end();
  expect(born.filter(isRunning)).toEqual([]);
  // Whoever ends it again waits for nothing.
  await started.end();
});

test("a practice AWS that can't be opened leaves no process", async () => {
  const before = children();
  const practice = fileURLToPath(new URL("../../practice/stage/process.ts", import.meta.url));
  // No folder can be made under a file.
  const house = { entries: { practice }, home: entry } as unknown as House;
  const opened = openPracticeAws(house);
  const born = children().filter((pid) => !before.includes(pid));
  expect(born).toHaveLength(1);
  await expect(opened).rejects.toMatchObject({ code: "PRACTICE_STATE_UNREADABLE" });
  expect(born.filter(isRunning)).toEqual([]);
});
