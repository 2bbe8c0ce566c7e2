import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readStory } from "../../../station/records-folder.ts";
import { realStation } from "../../station/real-station.ts";
import { type Player, withApp } from "../player.ts";
import { cable } from "./room.ts";

// A fresh laptop becomes a station again, from copies on sticks where a desktop mounts them.

const scratch = mkdtempSync(join(tmpdir(), "pullstation-restore-"));
const old = join(scratch, "old");
const media = join("/media", userInfo().username);
let vaultId = "";

beforeAll(async () => {
  cable.out();
  await realStation(old);
  vaultId = readStory(old)[0]?.vaultId ?? "";
});
afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
  for (const name of readdirSync(media)) rmSync(join(media, name), { recursive: true });
});

function plug(name: string, of: string): () => void {
  const folder = join(media, name);
  for (const file of ["vault.pullstation", "records", "runbook.md"])
    cpSync(join(of, file), join(folder, "acme", file), { recursive: true });
  return () => rmSync(folder, { recursive: true });
}

const onLaptop = (name: string, work: (player: Player) => Promise<void>): Promise<void> =>
  withApp(work, { userData: join(scratch, name) });

it("names what a stick holds, restores a spare, and asks there before the glass is broken", async () => {
  const station = join(scratch, "spare", "station");
  await onLaptop("spare", async (player) => {
    const { page } = player;
    await player.presses("Restore from a copy");
    await player.sees("Plug in the stick with the copy");
    await page.getByText("missing").first().waitFor();
    const pull = plug("USB-PRIYA", old);
    await player.sees("USB-PRIYA/acme is plugged in");
    await page.getByLabel("Vault’s id").fill("0".repeat(32));
    await player.presses("Look at the copy");
    await player.sees("No station can be made of this");
    await page.getByText("These are the records of vault").waitFor();
    expect(existsSync(station)).toBe(false);
    await player.presses("Look again");
    await player.sees("USB-PRIYA/acme is plugged in");
    await page.getByLabel("Vault’s id").fill(vaultId);
    await player.presses("Look at the copy");
    await player.sees("A whole copy of Acme Prod, epoch 1");
    await page.getByText("Nothing says that this is the newest copy.").waitFor();
    await player.presses("Next: the old station");
    await player.sees("Is the old station gone?");
    await player.presses("Restore it");
    await page.getByText("Say what became of the old station").waitFor();
    await page.getByRole("radio", { name: /^Still there/ }).check();
    await page.getByLabel("Who restores").fill("Mia Roth");
    pull();
    await player.presses("Restore it");
    await page.getByText("The sticks hold something else now").waitFor();
    plug("USB-PRIYA", old);
    await player.sees("USB-PRIYA/acme is plugged in");
    await player.presses("Look at the copy");
    await player.presses("Next: the old station");
    await page.getByRole("radio", { name: /^Still there/ }).check();
    await page.getByLabel("Who restores").fill("Mia Roth");
    await player.presses("Restore it");
    await player.sees("Restored: this is a spare");
    await player.presses("Next: print the record");
    await player.sees("Record 000003");
    await page.getByText("this station is not certified yet").waitFor();
    await player.presses("Done");
    await player.sees("Sealed, epoch 1: the spare");

    await player.presses("Break the glass");
    await player.sees("This is the spare station");
    await player.presses("Use the primary");
    await player.sees("Sealed, epoch 1: the spare");
    await player.presses("Break the glass");
    await page.getByRole("radio", { name: /^Out of reach/ }).check();
    await page.getByLabel("Who says so").fill("Rui Tan");
    await player.presses("Record it, and go on");
    await player.sees("Say why the glass is broken");
    await player.presses("Stop, change nothing");
    await player.sees("Sealed, epoch 1: the spare");
    // New shares are another matter: only where the primary is gone.
    await player.presses("Upkeep");
    await player.presses("Rotate the shares");
    await player.sees("This is the spare station");
    expect(await page.getByRole("radio").count()).toBe(1);
    await player.presses("Use the primary");

    // Brought up to date: by a copy of this vault only, and not by an older one.
    await player.presses("Home");
    await player.presses("Restore it anew");
    await player.sees("USB-PRIYA/acme is plugged in");
    await player.presses("Look at the copy");
    await player.sees("A whole copy of Acme Prod, epoch 1");
    await page.getByText("Records 3 to 4 are this spare’s own").waitFor();
    await player.presses("Stop, change nothing");
    await player.sees("Sealed, epoch 1: the spare");
    await player.presses("Restore it anew");
    await player.presses("Look at the copy");
    await player.presses("Next: the old station");
    await page.getByRole("radio", { name: /^Still there/ }).check();
    await page.getByLabel("Who restores").fill("Mia Roth");
    await player.presses("Restore it");
    await player.sees("Restored: this is a spare");
    await player.presses("Next: print the record");
    await player.presses("Done");
    await player.sees("Sealed, epoch 1: the spare");
  });
  expect(readStory(station).map(({ kind }) => kind)).toEqual(["sealed", "committed", "restored"]);
  // What it was is put away, and lost nothing.
  const before = readdirSync(join(scratch, "spare")).find((name) => name.startsWith("station."));
  const kept = readStory(join(scratch, "spare", before ?? ""));
  expect(kept.map(({ kind }) => kind)).toEqual(["sealed", "committed", "restored", "took-over"]);
  expect(kept.at(-1)).toMatchObject({
    who: { officer: "Rui Tan" },
    evidence: { primary: "unreachable" },
  });
}, 600_000);

it("names the fork when both stations went on, and writes nothing", async () => {
  plug("USB-AMARA", join(scratch, "spare", "station"));
  const primary = join(scratch, "primary", "station");
  await onLaptop("primary", async (player) => {
    const { page } = player;
    await player.presses("Restore from a copy");
    await player.sees("Two copies are plugged in");
    await player.presses("Look at the copy");
    await player.sees(/^A whole copy/);
    await page.getByText("A laptop that no seal names signed this").waitFor();
    await page.getByText("ends at record").waitFor();
    await player.presses("Next: the old station");
    await page.getByRole("radio", { name: /^Gone for good/ }).check();
    await page.getByLabel("Who restores").fill("Mia Roth");
    await player.presses("Restore it");
    await player.sees("Restored: this is the primary");
    await player.presses("Next: print the record");
    await player.presses("Done");
    await player.sees("Sealed, epoch 1");
  });
  plug("USB-SAM", primary);
  rmSync(join(media, "USB-AMARA"), { recursive: true });
  // The spare goes on by itself, from where it was.
  await onLaptop("spare", async (player) => {
    await player.sees("Sealed, epoch 1: the spare");
    await player.presses("Break the glass");
    await player.page.getByRole("radio", { name: /^Gone for good/ }).check();
    await player.page.getByLabel("Who says so").fill("Rui Tan");
    await player.presses("Record it, and go on");
    await player.presses("Stop, change nothing");
    await player.sees("Sealed, epoch 1");
    await player.presses("Records");
    await player.page.getByText("Two stories exist from record 4").waitFor();
  });
  plug("USB-AMARA", join(scratch, "spare", "station"));
  await onLaptop("third", async (player) => {
    await player.presses("Restore from a copy");
    await player.sees("Three copies are plugged in");
    await player.presses("Look at the copy");
    await player.sees("No station can be made of this");
    await player.page.getByText("Two stories exist from record 4").waitFor();
    await player.presses("Stop, change nothing");
    await player.sees("Nothing is sealed here yet");
  });
  expect(existsSync(join(scratch, "third", "station"))).toBe(false);
}, 600_000);
