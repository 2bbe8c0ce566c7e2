import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, inject, it } from "vitest";
import { Journal } from "../../../ceremony/access/journal.ts";
import { createJournal } from "../../../station/journal-file.ts";
import { readStory } from "../../../station/records-folder.ts";
import { type Player, withApp } from "../player.ts";
import { bundlesWithUsb } from "../usb/port.ts";
import {
  agree,
  type Custodian,
  enrolsKey,
  entersShare,
  filmOf,
  measured,
  isAwaited,
  says,
  touchesAsNamed,
  touchesKey,
  wordsOn,
  writesDown,
} from "./custodian.ts";
import { amazon, hurries } from "./amazon.ts";
import { holdsFullDrill } from "./full-drill.ts";
import { opensAtAws } from "./opens-at-aws.ts";
import { ACCOUNT, cable, keyFile, policy, RUNBOOK, SECRETS, Stick } from "./room.ts";

// A real station: real isolation (an interface whose link comes and goes), sticks where a desktop
// mounts them, keys at a stand-in for the HID addon, and AWS's own names led to practice AWS by TLS.
// Only silence.sh runs these: they need namespaces of their own.

const PIN = "482913";
const userData = mkdtempSync(join(tmpdir(), "pullstation-real-"));
const station = join(userData, "station");
const people: Custodian[] = ["Priya Nair", "Amara Obi", "Sam Kjær"].map((name) => ({
  name,
  passphrase: "",
  words: [],
  card: new Uint8Array(),
}));
const [priya, amara, sam] = people as [Custodian, Custodian, Custodian];
let bundles: ReturnType<typeof bundlesWithUsb>;

beforeAll(() => {
  bundles = bundlesWithUsb(inject("dist"));
  hurries(bundles.main);
  for (const label of ["red-1", "blue-2", "safe-3"]) bundles.usb.owns(label, PIN);
});
beforeEach(() => cable.out());
afterAll(() => {
  bundles.remove();
  rmSync(userData, { recursive: true, force: true });
});

/** What the laptop's camera sees. */
const film = join(userData, "camera.y4m");
const CAMERA = ["--use-fake-device-for-media-stream", `--use-file-for-fake-video-capture=${film}`];

const onStation = (work: (player: Player) => Promise<void>): Promise<void> =>
  withApp(work, { userData, main: bundles.main, args: CAMERA });

const enrols = (player: Player, label: string, go: RegExp | string): Promise<void> =>
  enrolsKey(player, bundles.usb, PIN, label, go);
const touches = (player: Player, label: string): Promise<void> =>
  touchesKey(player, bundles.usb, PIN, label);

it("seals a real vault: isolated, from one stick, with three keys and cards that are on no disk", async () => {
  cable.in();
  await onStation(async (player) => {
    const { page, app } = player;
    await page.getByText("CONNECTED", { exact: true }).waitFor();
    await player.presses("Open the set-up list");
    await player.sees("Twelve things to bring together");
    for (const box of await page.getByRole("checkbox").all()) {
      await box.click();
      await expect.poll(() => box.isChecked()).toBe(true);
    }
    await player.sees("All twelve are ready");
    await player.presses("Start sealing");

    await player.sees("Pull out the cable");
    await page.getByText("cable0", { exact: true }).waitFor();
    expect(await isAwaited(player, "Go on, isolated")).toBe(true);
    cable.out();
    await player.sees("The cable is out");
    await page.getByText("ISOLATED", { exact: true }).waitFor();
    await player.presses("Go on, isolated");

    await player.sees("Plug in the import stick");
    const stick = new Stick("IMPORT");
    stick.put(...keyFile("emergency"));
    stick.put("policy.json", policy(0));
    await player.sees("IMPORT is plugged in");
    await page.getByText("missing").waitFor();
    expect(await isAwaited(player, "Read what is sealed")).toBe(true);
    stick.put("runbook.md", RUNBOOK);
    await page.getByLabel("Name of this vault").fill("Acme Prod");
    await expect.poll(() => isAwaited(player, "Read what is sealed")).toBe(false);
    await player.presses("Read what is sealed");
    await page.getByText("is not valid at `proof.overSeconds`").waitFor();
    stick.put("policy.json", policy(10));
    await player.presses("Read what is sealed");
    await page.getByText("activator").waitFor();
    stick.put(...keyFile("activator"));
    await page.getByText(`${ACCOUNT}-activator.csv`).waitFor();
    expect(await page.getByLabel("Name of this vault").inputValue()).toBe("Acme Prod");
    await player.presses("Read what is sealed");

    await player.sees("One account will be sealed");
    await page.getByText(`Typed at every opening: ${ACCOUNT}`).waitFor();
    await player.presses("Next: custodians");
    for (let fewer = 0; fewer < 2; fewer++) await player.presses("One custodian fewer");
    await player.presses("One fewer must agree");
    for (const [index, { name }] of people.entries())
      await page.getByLabel(`Custodian ${index + 1}`).fill(name);
    await player.presses("Next: passphrases");
    for (const who of people) await writesDown(player, who);

    const { usb } = bundles;
    await enrols(player, "red-1", /^Enrol/);
    usb.unplug("red-1");
    usb.plug("blue-2");
    await player.hands(/^Enrol/, async (window) => {
      await window.getByLabel(/^Label/).fill("red-1");
      await window.locator("input[type=password]").fill(PIN);
      await player.presses("Enrol this key", window);
      await window.getByText("is labelled red-1 already").waitFor();
      await window.getByLabel(/^Label/).fill("blue-2");
      await window.locator("input[type=password]").fill("000000");
      usb.touch("blue-2");
      await player.presses("Enrol this key", window);
      await window.getByText("tries left: 7").waitFor();
      await window.locator("input[type=password]").fill(PIN);
      await player.presses("Enrol this key", window);
      await player.presses(/^Done/, window);
    });
    usb.lifts("blue-2");
    await player.sees("The keys are enrolled");
    await player.presses("Enrol another key");
    usb.unplug("blue-2");
    await enrols(player, "safe-3", /^Enrol/);

    await player.presses("Seal the vault");
    await page.locator(".verdict").filter({ hasText: "unplugged" }).waitFor();
    for (const label of ["red-1", "blue-2"]) usb.plug(label);
    cable.in();
    await page.getByText("CONNECTED", { exact: true }).waitFor();
    await player.presses("Seal the vault");
    await player.sees("Pull out the cable");
    cable.out();
    await player.presses("Go on, isolated");
    // Every key proves that it opens what was sealed; the screen names the one that blinks.
    await touchesAsNamed(player, bundles.usb, /cards to print and prove$/);

    for (const [index, who] of people.entries()) {
      const own = index === 0 ? new Stick("PRIYA") : null;
      await player.hands(`Hand over to ${who.name}`, async (window) => {
        if (own !== null) {
          await player.presses("Write it to my stick", window);
          await window
            .getByText(/Written and read back: PRIYA\/share-[0-9a-f]{8}-e1-001\.txt\./)
            .waitFor();
        }
        if (who === sam) {
          await window.getByLabel("Paper").selectOption("Letter");
          await window.getByRole("img", { name: /^The card/ }).waitFor();
        }
        await player.presses("Print the card", window);
        await window.getByText("It went to the printer.").waitFor();
        const { printJobs } = await app.hostRecord();
        who.card = printJobs.at(-1)?.pdf ?? who.card;
        who.words = wordsOn(who.card);
        expect(who.words).not.toContain("");
        const { sheet, pitch } = measured(who.card);
        expect(sheet).toMatch(who === sam ? /^612 x 792/ : /^59[45].* x 84[12]/);
        // A quarter of 125 mm: the drawing is at its own size, and with it the code.
        expect(pitch).toBeCloseTo(((125 / 4) * 72) / 25.4, 0);
        await player.presses("I have the card in hand", window);
        await entersShare(player, window, who);
        if (index === 0) {
          cable.in();
          await player.presses("Prove this card", window);
          await window.getByText("A network link is up: cable0").waitFor();
          cable.out();
        }
        await player.presses("Prove this card", window);
        await player.presses(/^Done/, window);
      });
      own?.pull();
    }
    await player.sees("Sealed, and it counts");
    stick.pull();
    await player.presses("Next: print the record");
    await player.sees(/^Record /);
    await player.presses("Done");
    await player.sees("Nothing may be left lying about");
    expect(await isAwaited(player, "Done, to home")).toBe(true);
    for (const box of await page.getByRole("checkbox").all()) await box.check();
    await player.presses("Done, to home");
    await player.sees("Sealed, epoch 1");
    await page.getByText("Any 2 of 3 custodians and 1 of 3 keys open it.").waitFor();
  });
  const kept = readdirSync(station, { recursive: true, encoding: "utf8" });
  expect(kept.some((file) => file.startsWith("cards"))).toBe(false);
  const onDisk = kept
    .map((file) => join(station, file))
    .filter(
      (file) =>
        !readdirSync(station, { withFileTypes: true }).some(
          (entry) => entry.isDirectory() && join(station, entry.name) === file,
        ),
    )
    .map((file) => readFileSync(file, "latin1"))
    .join("\n");
  for (const { passphrase, words } of people) {
    expect(onDisk).not.toContain(passphrase);
    expect(onDisk).not.toContain(words.slice(0, 5).join(" "));
  }
  for (const secret of SECRETS) expect(onDisk).not.toContain(secret);
  expect(onDisk).not.toContain("4711-0815");
}, 600_000);

it("says what a crash left before anything else: the cable first, or the custodians without it", async () => {
  const journal = new Journal(await createJournal(station, "INC-0"), {
    now: () => new Date().toISOString(),
    monotonic: () => performance.now(),
  });
  const { vaultId } = readStory(station)[0] ?? { vaultId: "" };
  const user = `arn:aws:iam::${ACCOUNT}:user`;
  await journal.write({
    kind: "opened",
    format: "pullstation-journal-1",
    mode: "REAL",
    vaultId,
    epoch: 1,
    incident: "INC-0",
    durationSeconds: 1800,
    regions: ["us-east-1"],
    accounts: [
      {
        accountId: ACCOUNT,
        partition: "aws",
        emergencyUserArn: `${user}/emergency`,
        latchArn: `arn:aws:iam::${ACCOUNT}:policy/latch`,
        emergencyKeyId: "AKIAZXCVBNMASDFGHQWE",
      },
    ],
  });
  const about = { name: "window" };
  await journal.write({
    kind: "intent",
    id: 1,
    account: ACCOUNT,
    action: "iam:PutUserPolicy",
    about,
  });
  await onStation(async (player) => {
    const { page } = player;
    await player.sees("An access may still be open");
    await page.getByText("Plug in the cable: AWS is asked").waitFor();
    await page.getByText(ACCOUNT).first().waitFor();
    await player.presses("Go on with the custodians");
    await player.sees(/custodians are needed/);
    await player.presses("Stop, change nothing");
    // Nothing else is offered before it is at rest.
    await player.sees("An access may still be open");
  });
  // What is left stays so until it is at rest: the next start says it again.
  await onStation(async (player) => {
    await player.sees("An access may still be open");
  });
  rmSync(join(station, "journal"), { recursive: true });
}, 600_000);

it("breaks the glass: shares only while isolated, a key that is pulled, and the cable at the end", async () => {
  const { usb } = bundles;
  for (const label of ["red-1", "blue-2", "safe-3"]) usb.lifts(label);
  cable.in();
  await onStation(async (player) => {
    const { page } = player;
    await player.sees("Sealed, epoch 1");
    await player.presses("Break the glass");
    await says(player, "INC 7");
    await player.presses("Next: custodians");
    await page.getByText("The incident id").waitFor();
    await page.getByLabel("Incident id").fill("INC-7");
    await player.presses("Next: custodians");
    await player.sees("Pull out the cable");
    cable.out();
    await player.presses("Next: custodians");
    await player.sees(/custodians are needed/);

    await player.hands("Hand over the keyboard", async (window) => {
      await entersShare(player, window, amara);
      cable.in();
      await player.presses("Check this share", window);
      await window.getByText("A network link is up: cable0").waitFor();
      await window.getByText("CONNECTED", { exact: true }).waitFor();
      cable.out();
      await player.presses("Check this share", window);
      await player.presses("Give the keyboard back", window);
    });
    writeFileSync(film, filmOf(sam.card));
    await player.hands("Hand over the keyboard", async (window) => {
      await window.getByRole("tab", { name: "Show the QR code" }).click();
      await window.getByText("Read from the camera.").waitFor();
      await player.presses("Next: passphrase", window);
      await window.getByLabel("Passphrase", { exact: true }).fill(priya.passphrase);
      await player.presses("Check this share", window);
      await window.locator(".verdict").filter({ hasText: "does not fit the card" }).waitFor();
      await window.getByLabel("Passphrase", { exact: true }).fill(sam.passphrase);
      await player.presses("Check this share", window);
      await player.presses("Give the keyboard back", window);
    });

    usb.unplug("red-1");
    usb.unplug("blue-2");
    await player.hands("Hand over the keyboard", async (window) => {
      await window.locator("input[type=password]").fill(PIN);
      await player.presses("Ask the key", window);
      await player.sees("Touch the key that is blinking", window);
      usb.unplug("safe-3");
      await window.locator(".verdict").waitFor();
      await player.presses("Stop, change nothing", window);
    });
    usb.plug("blue-2");
    await touches(player, "blue-2");

    await player.sees("Plug in the cable");
    expect(await isAwaited(player, "Open the access")).toBe(true);
    cable.in();
    await player.sees("The cable is in");
    await expect.poll(() => isAwaited(player, "Open the access")).toBe(false);
    // AWS itself is as far as a laptop without one can go.
    await player.stops("Go back, sealed", "Go back, sealed", "Stay here");
    await player.sees("Sealed, epoch 1");
  });
  const story = readStory(station);
  const told = "sealed committed refused glass-broken cancelled";
  expect(story.map(({ kind }) => kind)).toEqual(told.split(" "));
  expect(story.at(-2)?.who).toMatchObject({ officer: "Rui Tan", responder: "Ivo Brandt" });
  expect(existsSync(join(station, "journal"))).toBe(false);
}, 600_000);

it("waits for the review of a use whose end nothing records, and opens when the quorum overrides it", async () => {
  const { usb } = bundles;
  for (const label of ["red-1", "blue-2", "safe-3"]) usb.lifts(label);
  // As a crash between the hand-over and the next record leaves it.
  for (const end of ["", ".sig"]) rmSync(join(station, "records", `000005.json${end}`));
  await onStation(async (player) => {
    const { page } = player;
    await player.sees("Sealed, epoch 1");
    await player.button(/^Review/).waitFor();
    await player.presses("Break the glass");
    await player.sees("A review is not signed yet");
    await player.presses("Open all the same");
    await says(player, "INC-8");
    await player.presses("Next: custodians");
    await page.getByText("The review of INC-7 is not signed.").waitFor();
    await agree(player, [amara, priya]);
    await touches(player, "blue-2");
    await player.sees("Plug in the cable");
    await player.stops("Go back, sealed", "Go back, sealed", "Stay here");
    await player.sees("Sealed, epoch 1");
  });
  const broken = readStory(station).findLast(({ kind }) => kind === "glass-broken");
  expect(broken?.evidence).toMatchObject({ incident: "INC-8", overrides: ["INC-7"] });
}, 600_000);

it("holds a full drill: each real card and key proven alone, and the practice vault opened in its place", async () => {
  const { usb } = bundles;
  for (const label of ["red-1", "blue-2", "safe-3"]) usb.lifts(label);
  await onStation((player) =>
    holdsFullDrill(player, station, { people: [amara, sam], usb, key: "blue-2", pin: PIN }),
  );
}, 600_000);

it("opens the access at AWS with a typed code, and says that it is dead before the cable comes out", async () => {
  const { usb } = bundles;
  for (const label of ["red-1", "blue-2", "safe-3"]) usb.lifts(label);
  const files = [keyFile("activator"), keyFile("emergency")];
  const aws = await amazon(bundles.main, ACCOUNT, files, policy(10));
  try {
    await onStation((player) =>
      opensAtAws(player, aws, [amara, sam], () => touches(player, "blue-2")),
    );
  } finally {
    await aws.close();
  }
  const told = readStory(station).filter(({ evidence }) => evidence["incident"] === "INC-9");
  const kinds = "glass-broken aws-calls access-open aws-calls closed";
  expect(told.map(({ kind }) => kind)).toEqual(kinds.split(" "));
}, 600_000);
