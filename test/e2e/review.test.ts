import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { reviewStates } from "../../ceremony/review.ts";
import { verify } from "../../ceremony/verify.ts";
import { readCopy } from "../../station/record-store.ts";
import { readStory } from "../../station/records-folder.ts";
import { event, userIdentity } from "../aws/trail-kit.ts";
import { type Player, withSealedApp } from "./player.ts";

// After a use: what waits for the review, the trail from a stick, the signatures, the evidence.

const station = (userData: string): string => join(userData, "practice-station");

/** What CloudTrail would tell of the practice access: one call inside it. */
function layTrail(dir: string): string {
  const open = readStory(dir).find(({ kind }) => kind === "access-open");
  const [account] = (open?.evidence["accounts"] ?? []) as readonly string[];
  const at = Date.parse(open?.at.time ?? "") + 1000;
  const who = userIdentity({
    accountId: account,
    arn: `arn:aws:iam::${account}:user/breakglass/bg-emergency`,
  });
  const call = event("ec2:DescribeInstances", at, {
    userIdentity: who,
    recipientAccountId: account,
  });
  const stick = join(dir, "practice", "sticks", "AUDIT");
  mkdirSync(join(stick, "AWSLogs"), { recursive: true });
  writeFileSync(join(stick, "AWSLogs", "events.json"), JSON.stringify({ Records: [call] }));
  return stick;
}

async function reviews({ page, presses, sees }: Bound, dir: string): Promise<void> {
  await presses("Review: INC-DRILL");
  await sees("Plug in the stick with the trail");
  layTrail(dir);
  await sees("AUDIT is plugged in");
  await page.getByLabel("Regions that are enabled").fill("nowhere");
  await presses("Read the trail");
  await page.getByText("“nowhere” is no region's name").waitFor();
  await page.getByLabel("Regions that are enabled").fill("us-east-1, eu-west-1");
  await page.getByLabel(/^No other region is enabled/).check();
  await presses("Read the trail");
  await sees("Something must be explained");
  await presses("Show the whole review");
  await page.frameLocator("iframe").getByText("DescribeInstances").first().waitFor();
  expect(await page.frameLocator("iframe").getByText("Nobody stated").count()).toBe(0);
  await presses("Print it");
  await page.getByText("It went to the printer.").waitFor();
  await presses("Back to the findings");
  await presses("Next: who signs");
}

interface Bound {
  readonly page: Player["page"];
  readonly presses: Player["presses"];
  readonly sees: Player["sees"];
}
const bound = (player: Player): Bound => ({
  page: player.page,
  presses: (name, page) =>
    player.presses(name instanceof RegExp ? name : new RegExp(`^${name}`), page),
  sees: (title, page) => player.sees(title, page),
});

it(
  "waits for the review, takes the trail from a stick, is signed by two touches, and makes evidence",
  () =>
    withSealedApp(async (player) => {
      const { app, page } = player;
      const dir = station(app.userData);
      const { presses, sees } = bound(player);
      await player.breaksTheGlass();
      await player.opensTheAccess();
      await player.closes();
      await presses("Done");
      await presses("Break the glass");
      await sees("A real station would wait here");
      await presses("Back");
      await sees("Sealed, epoch 1");

      await reviews(bound(player), dir);
      const keys = page.getByLabel(/^Who signs with/);
      await presses("Record, then sign");
      await page.getByText("nobody is named").waitFor();
      await page.getByText("This key broke the glass.").waitFor();
      await keys.nth(0).fill("Lise Moreau");
      await keys.nth(1).fill("Tomo Aoki");
      await presses("Record, then sign");
      await page.getByText("Something was found that must be explained").waitFor();
      await page.getByLabel("What explains it").fill("A rehearsal has no CloudTrail of its own.");
      await presses("Record, then sign");
      await sees("Two signatures are missing");
      // Leaving loses nothing: the review is taken up where it was left.
      await presses("Sign later");
      await presses("Review: INC-DRILL");
      await player.hands("Hand over to Lise Moreau", (window) => player.touches(window));
      await sees("One signature is missing");
      expect(reviewStates(readStory(dir))).toMatchObject([{ signed: false }]);
      await player.hands("Hand over to Tomo Aoki", (window) => player.touches(window));
      await sees("The review is signed");
      await presses("Done");
      await sees("Sealed, epoch 1");
      expect(reviewStates(readStory(dir))).toMatchObject([{ signed: true }]);
      await presses("Break the glass");
      await sees("Say why the glass is broken");
      await presses("Stop, change nothing");

      await keepsCustody(player);
      await exportsEvidence(player, dir);
      const copy = readCopy(dir);
      expect(verify(copy === null ? [] : [copy], {})).toMatchObject({ verdict: "UNANCHORED" });
      const { networkAttempts, failures } = await app.hostRecord();
      expect({ networkAttempts, failures }).toEqual({ networkAttempts: [], failures: [] });
    }),
  600_000,
);

async function keepsCustody(player: Player): Promise<void> {
  const { page } = player;
  const { presses, sees } = bound(player);
  await presses("Custody");
  await sees("Where shares and keys are kept");
  await presses("Write a line for Share 1");
  await page.getByLabel("Kept at").fill("Bank, box 12");
  await page.getByLabel("Serial on the bag").fill("A-001");
  await page.getByLabel("Who did it").fill("Lise Moreau");
  await presses("Write it down");
  await page.getByText("Bank, box 12").waitFor();
  await presses("Show the sheet");
  await page.frameLocator("iframe").getByText("A-001").waitFor();
  await presses("Back to the register");
  await presses("Back");
}

/** Main checks every record again after each action: what is pressed meanwhile is not taken. */
async function compares(page: Player["page"], told: string): Promise<void> {
  await expect
    .poll(async () => {
      await page.getByRole("button", { name: "Compare with paper" }).click();
      await page.waitForTimeout(500);
      return page.getByText(told).isVisible();
    })
    .toBe(true);
}

async function exportsEvidence(player: Player, dir: string): Promise<void> {
  const { app, page } = player;
  const { presses, sees } = bound(player);
  await presses("Records");
  await sees(/records$/);
  await page.getByText("Every record is whole.").waitFor();
  const out = join(app.userData, "evidence");
  await app.answerDialog("showSaveDialog", { canceled: false, filePath: out });
  await presses("Export the evidence");
  await page.getByText(`Made: ${out}`).waitFor();
  execFileSync("sha256sum", ["--check", "--quiet", "SHA256SUMS"], { cwd: out });
  expect(readFileSync(join(out, "index.html"), "utf8")).toContain("Lise Moreau signed the review");
  expect(readdirSync(join(out, "reviews"))).toHaveLength(1);
  await app.answerDialog("showSaveDialog", { canceled: false, filePath: out });
  await presses("Export the evidence");
  await page.getByText(`${out} is there already.`).waitFor();

  // A printed head that this chain doesn't reach, and a copy on a stick that tells another story.
  const last = readStory(dir).length;
  await page.getByLabel(/^Number and hash/).fill("seven");
  await compares(page, "“seven” is not a record");
  await page.getByLabel(/^Number and hash/).fill(`${last + 3}:${"ab".repeat(32)}`);
  await compares(page, "The records are not whole.");
  await page.getByText(`Record ${last + 3} with the printed hash is not in this chain`).waitFor();
  await page.getByLabel(/^Number and hash/).fill("");
  const copy = join(dir, "practice", "sticks", "COPY");
  mkdirSync(join(copy, "records"), { recursive: true });
  for (const name of readdirSync(join(dir, "records")))
    if (name < "000004")
      writeFileSync(join(copy, "records", name), readFileSync(join(dir, "records", name)));
  writeFileSync(
    join(copy, "records", "000003.json"),
    readFileSync(join(dir, "records", "000002.json")),
  );
  await compares(page, "Two stories exist from record 3");
  rmSync(copy, { recursive: true });
  await compares(page, "Every record is whole.");
  expect(existsSync(join(dir, "records"))).toBe(true);
  await presses("Home");
}
