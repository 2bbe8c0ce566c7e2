import { rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readStory } from "../../station/records-folder.ts";
import { judged, recoverIn, sealIn, setStage } from "./rehearsal.ts";
import { freshFolder, remove } from "./seal-kills.ts";

test("a sealing that a crash cut before its commit is finished, and says what was re-entered", async () => {
  const dir = freshFolder();
  await setStage(dir);
  await sealIn(dir);
  const [sealed, committed] = readStory(dir);
  expect(sealed?.evidence["about"]).toMatchObject({ trialOpenedWith: ["north", "south"] });
  expect(committed?.evidence["reentered"]).toMatchObject([
    { place: 1, at: expect.any(String) as string },
    { place: 2, at: expect.any(String) as string },
  ]);
  for (const end of ["", ".sig"]) rmSync(join(dir, "records", `000002.json${end}`));
  expect(await recoverIn(dir)).toBe("finished");
  expect(readStory(dir)[1]?.evidence["reentered"]).toMatchObject([
    { place: 1, at: null },
    { place: 2, at: null },
  ]);
  expect((await judged(dir)).verdict).toBe("VALID");
  remove(dir);
}, 60_000);
