import type { Page } from "playwright-core";
import type { CeremonyTask } from "../../contract/ceremony-window.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readPhoto } from "../station/paper-reading.ts";
import type { Asked, Stage } from "./in-page.ts";
import { Windows } from "./harness.ts";
import { act, paste } from "./keyboard.ts";
import { tasks } from "./sample-tasks.ts";
import { NOW } from "./samples.ts";
import { cardWords, no, ok, PASSPHRASE, payload, reviewersKey, stageOf } from "./stages.ts";

let windows: Windows;
beforeAll(async () => {
  windows = await Windows.start();
}, 60_000);
afterAll(() => windows.end());

async function at(stage: Stage, work: (page: Page) => Promise<void>): Promise<void> {
  const { page, complaints, close } = await windows.open("ceremony", stage, NOW);
  await work(page);
  expect(complaints).toEqual([]);
  await close();
}

const escape = (page: Page): Promise<void> => page.locator(".foot > button").first().click();
/** What was asked, but for the band's own look at the links, once a second. */
const asked = (page: Page): Promise<Asked[]> =>
  page.evaluate(() => window.underTest.asked.filter(({ name }) => name !== "links"));
const names = async (page: Page): Promise<string[]> =>
  (await asked(page)).map(({ lane, name }) => `${lane} ${name}`);

/** Waits until the far end has heard that request so often. */
const heard = (page: Page, name: string, times: number) =>
  page.waitForFunction(
    ([wanted, count]) =>
      window.underTest.asked.filter((one) => one.name === wanted).length >= count,
    [name, times] as const,
  );

/** Everything that the page holds: its text, its fields, its attributes. */
const held = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const fields = [...document.querySelectorAll<HTMLInputElement>("input, textarea")];
    return `${document.documentElement.outerHTML}\n${fields.map(({ value }) => value).join("\n")}`;
  });

async function expectGone(page: Page, secrets: readonly string[]): Promise<void> {
  const content = await held(page);
  for (const secret of secrets) expect(content).not.toContain(secret);
}

describe("a passphrase", () => {
  it("is made only when its person says that they are alone", () =>
    at(stageOf(tasks.passphrase), async (page) => {
      expect(await names(page)).toEqual(["main task"]);
      await act(page);
      await page.locator(".said").waitFor();
      expect(await page.locator(".said li").allInnerTexts()).toHaveLength(8);
    }));

  it("is gone from the window before main hears that it is done", () =>
    at(stageOf(tasks.passphrase), async (page) => {
      await act(page);
      await page.locator(".said").waitFor();
      await act(page);
      await page.locator(".alone").waitFor();
      expect((await names(page)).at(-1)).toBe("main finish");
      await expectGone(page, PASSPHRASE.split(" "));
    }));

  it("is remembered by the stage in a rehearsal, before the window ends", () =>
    at(stageOf({ ...tasks.passphrase, mode: "PRACTICE" }), async (page) => {
      await act(page);
      await page.locator(".said").waitFor();
      await act(page);
      await page.locator(".alone").waitFor();
      expect((await asked(page)).filter(({ lane }) => lane === "aid")).toEqual([
        { lane: "aid", name: "remember", input: { place: 2, passphrase: PASSPHRASE } },
      ]);
      expect((await names(page)).slice(-2)).toEqual(["aid remember", "main finish"]);
    }));

  it("leaves nothing when its person stops", () =>
    at(stageOf(tasks.passphrase), async (page) => {
      await act(page);
      await page.locator(".said").waitFor();
      await escape(page);
      await page.locator(".alone").waitFor();
      expect((await names(page)).at(-1)).toBe("main leave");
      await expectGone(page, PASSPHRASE.split(" "));
    }));
});

describe("a share", () => {
  it("leaves no word, payload or passphrase in the window after its verdict", () =>
    at(stageOf(tasks.share), async (page) => {
      await paste(page, cardWords.join(" "));
      await act(page);
      await page.locator("#passphrase").fill(PASSPHRASE);
      await act(page);
      await page.locator(".calm").waitFor();
      await expectGone(page, [PASSPHRASE, payload, ...cardWords.filter((word) => word.length > 6)]);
      await act(page);
      await page.locator(".alone").waitFor();
      expect((await names(page)).at(-1)).toBe("main finish");
    }));

  it("leaves nothing in the window when it was left half typed", () =>
    at(stageOf(tasks.share), async (page) => {
      await paste(page, cardWords.join(" "));
      await escape(page);
      await page.locator(".alone").waitFor();
      await expectGone(
        page,
        cardWords.filter((word) => word.length > 6),
      );
    }));

  it("is played by the stage in a rehearsal, with one word misread when asked", () =>
    at(stageOf(tasks["share-practice"]), async (page) => {
      await page.getByLabel("Whose card is in your hand").selectOption("Sam Kjær");
      await page.getByRole("button", { name: "Misread one of its words" }).click();
      await page.waitForFunction(
        () => document.querySelector<HTMLInputElement>(".words input")?.value !== "",
      );
      await page.getByRole("button", { name: "Use Sam Kjær’s practice card" }).click();
      await heard(page, "inHand", 2);
      const hands = (await asked(page)).filter(({ name }) => name === "inHand");
      expect(hands.map(({ input }) => input)).toEqual([
        { place: 3, mistake: true, set: "live" },
        { place: 3, mistake: false, set: "live" },
      ]);
      await act(page);
      await page.locator("#passphrase").waitFor();
      expect(await page.locator("#passphrase").inputValue()).toBe(PASSPHRASE);
    }));

  it("comes from a stick that is plugged in, looked for while its tab is open", () =>
    at(
      stageOf(tasks["share-practice"], {
        media: [
          { ok: true, value: { cards: [] } },
          { ok: true, value: { cards: [{ from: "STICK/share.txt", payload }] } },
        ],
      }),
      async (page) => {
        await page.getByRole("tab", { name: "Plug in the USB stick" }).click();
        await page.locator(".found-card").waitFor();
        await page.getByRole("button", { name: /practice stick/ }).click();
        await heard(page, "plugStick", 1);
        const plugs = (await asked(page)).filter(({ name }) => name === "plugStick");
        expect(plugs[0]?.input).toEqual({ place: 1, set: "live" });
      },
    ));
});

describe("a stick while the cable is in", () => {
  const cable = no("NOT_ISOLATED", { links: "enp3s0" });
  const two = ["A", "B"].map((from) => ({ from: `${from}/share.txt`, payload }));

  it.each(["share", "check"] as const)("says so in place, and goes on by itself: %s", (name) =>
    at(
      stageOf(tasks[name], {
        media: [ok({ cards: two }), cable, cable, ok({ cards: two.slice(1) })],
      }),
      async (page) => {
        await page.getByRole("tab", { name: "Plug in the USB stick" }).click();
        await page.getByText("Two cards were found").waitFor();
        const said = page.locator(".verdict");
        await said.waitFor();
        expect(await said.innerText()).toContain("A network link is up: enp3s0.");
        expect(await page.locator(".found").count()).toBe(0);
        await page.locator(".found-card").waitFor();
        expect(await said.count()).toBe(0);
      },
    ),
  );
});

describe("a check", () => {
  const media = ok({ cards: [{ from: "STICK/share.txt", payload }] });

  it.each(["check", "check-full"] as const)("takes the card from a stick: %s", (name) =>
    at(stageOf(tasks[name], { media }), async (page) => {
      await page.getByRole("tab", { name: "Plug in the USB stick" }).click();
      await page.locator(".found-card").waitFor();
      await act(page);
      if (name === "check-full") {
        await page.locator("#passphrase").fill(PASSPHRASE);
        await act(page);
      }
      await page.locator(".calm").waitFor();
      const last = (await asked(page)).findLast(({ name: what }) => what !== "links");
      expect(last).toMatchObject({ lane: "check", input: { card: { payload } } });
    }),
  );
});

describe("a card", () => {
  it("is printed first, then typed back, and only its own custodian’s counts", () =>
    at(
      {
        ...stageOf(tasks.card, {
          reenter: {
            ok: true,
            value: { kind: "accepted", place: 5, who: "Jon Weiss", have: 1, need: 3 },
          },
        }),
        replies: { print: { ok: true, value: { printed: true } } },
      },
      async (page) => {
        await page.locator(".card-sheet img").waitFor();
        await act(page);
        await page.getByText("It went to the printer.").waitFor();
        await act(page);
        await paste(page, cardWords.join(" "));
        await act(page);
        await page.locator("#passphrase").fill(PASSPHRASE);
        await act(page);
        await page.locator(".verdict").waitFor();
        expect(await page.locator(".verdict").innerText()).toBe(
          "This is the card of Jon Weiss. Use the card that was just printed here.",
        );
        expect(await names(page)).toEqual([
          "main task",
          "people card",
          "main print",
          "people reenter",
        ]);
      },
    ));
});

describe("a security key", () => {
  it("is asked with the PIN, which is then gone", () =>
    at(stageOf(tasks.touch), async (page) => {
      await page.locator("#pin").fill("735912");
      await page.keyboard.press("Enter");
      await page.locator(".calm").waitFor();
      expect((await asked(page)).at(-1)).toEqual({
        lane: "people",
        name: "touch",
        input: { pin: "735912" },
      });
      await expectGone(page, ["735912"]);
    }));

  it("says how many tries are left after a wrong PIN, and keeps what was typed", () =>
    at(
      stageOf(tasks.touch, { touch: { ok: false, code: "PIN_WRONG", about: { retries: 5 } } }),
      async (page) => {
        await page.locator("#pin").fill("1111");
        await act(page);
        await page.locator(".verdict").waitFor();
        expect(await page.locator(".tries").innerText()).toBe("5");
        expect(await page.locator("#pin").inputValue()).toBe("1111");
        expect(await page.evaluate(() => document.activeElement?.id)).toBe("pin");
      },
    ));

  it("is touched by a button in a rehearsal, its PIN filled in", () =>
    at(stageOf(tasks["touch-practice"], { touch: "blinking" }), async (page) => {
      await page.waitForFunction(
        () => document.querySelector<HTMLInputElement>("#pin")?.value === "2468",
      );
      await act(page);
      await page.getByRole("button", { name: "Touch the practice key" }).click();
      await heard(page, "press", 1);
    }));

  it("is asked again when it gave up waiting: the touch has no limit on the screen", () =>
    at(
      stageOf(tasks.touch, {
        touch: [no("TOUCH_TIMEOUT"), no("TOUCH_TIMEOUT"), ok({ label: "Red tag" })],
      }),
      async (page) => {
        await act(page);
        await page.getByText("The key has answered").first().waitFor();
        await heard(page, "touch", 3);
      },
    ));

  it("is looked for in the other port after ten seconds without a blink", () =>
    at(stageOf(tasks.touch, { touch: "silence" }), async (page) => {
      await act(page);
      await page.getByText("No blink?").waitFor({ timeout: 15_000 });
    }));

  it("is enrolled under the label that stands on its tag", () =>
    at(stageOf(tasks.enrol), async (page) => {
      await page.locator("#label").fill("Green tag");
      await page.locator("#pin").fill("735912");
      await page.keyboard.press("Enter");
      await page.locator(".facts").waitFor();
      expect((await asked(page)).at(-1)?.input).toEqual({
        key: 0,
        label: "Green tag",
        use: "open",
        pin: "735912",
      });
    }));

  it("may be a reviewer's, which approves and never opens", () =>
    at(stageOf(tasks.enrol, { enrolKey: reviewersKey }), async (page) => {
      await page.locator("#use").selectOption("Approves only: a reviewer’s");
      await page.locator("#pin").fill("735912");
      await page.keyboard.press("Enter");
      await page.locator(".facts").getByText("Approves only").waitFor();
      expect((await asked(page)).at(-1)?.input).toMatchObject({ use: "approve" });
    }));
});

describe("the access keys", () => {
  const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
  const grouped = (SECRET.match(/.{1,4}/g) ?? []).slice(0, 3);

  it("are in the page only while the button is held", () =>
    at(stageOf(tasks.access), async (page) => {
      const button = page.getByRole("button", { name: /Hold to show/ });
      await button.waitFor();
      await expectGone(page, [SECRET, ...grouped]);
      await button.focus();
      await page.keyboard.down("Enter");
      expect(await page.locator(".secret-value").innerText()).toContain("wJal");
      await page.keyboard.up("Enter");
      await expectGone(page, grouped);
      await button.hover();
      await page.mouse.down();
      expect(await page.locator(".secret-value").innerText()).toContain("wJal");
      await page.mouse.up();
      await expectGone(page, grouped);
    }));

  it("are drawn for a camera only while that is held, and read as AWS’s own profile", () =>
    at(stageOf(tasks.access), async (page) => {
      const button = page.getByRole("button", { name: /Hold for a camera/ });
      await button.focus();
      await page.keyboard.down("Enter");
      const drawn = page.locator("svg.qr");
      await drawn.waitFor();
      // What was asked for it is asked anew each time, and kept nowhere.
      expect(await readPhoto(new Uint8Array(await drawn.screenshot()))).toBe(
        "[breakglass-111122223333]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n" +
          `aws_secret_access_key = ${SECRET}\n`,
      );
      await expectGone(page, [SECRET, ...grouped]);
      await page.keyboard.up("Enter");
      await drawn.waitFor({ state: "detached" });
      expect((await asked(page)).filter(({ name }) => name === "code")).toEqual([
        { lane: "access", name: "code", input: { account: "111122223333" } },
      ]);
    }));

  it.each([
    ["AWS’s clock, where it was heard", 90_000, "AWS’s clock"],
    ["the laptop’s, until then", null, "laptop’s clock"],
  ])("are counted down on %s", async (_, awsOffsetMs, clock) => {
    const { task } = tasks.access;
    const seen = async (given: number | null): Promise<number> => {
      let left = 0;
      await at(
        stageOf({ mode: "REAL", task: { ...task, awsOffsetMs: given } as CeremonyTask }),
        async (page) => {
          const [hours = 0, minutes = 0, seconds = 0] = (await page.getByRole("timer").innerText())
            .split(":")
            .map(Number);
          left = (hours * 60 + minutes) * 60 + seconds;
          if (given === awsOffsetMs)
            expect(await page.locator(".band .clock").innerText()).toContain(clock);
        },
      );
      return left;
    };
    expect((await seen(0)) - (await seen(awsOffsetMs))).toBe((awsOffsetMs ?? 0) / 1000);
  });

  it("are gone when the responder is done", () =>
    at(stageOf(tasks.access), async (page) => {
      await page.getByRole("button", { name: /Hold to show/ }).waitFor();
      await act(page);
      await page.locator(".alone").waitFor();
      await expectGone(page, ["AKIA", ...grouped]);
      expect((await names(page)).at(-1)).toBe("main finish");
    }));
});
