import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Asked, Stage } from "./in-page.ts";
import { Windows } from "./harness.ts";
import { act, paste } from "./keyboard.ts";
import { tasks } from "./sample-tasks.ts";
import { NOW } from "./samples.ts";
import { cardWords, no, ok, PASSPHRASE, payload, stageOf } from "./stages.ts";

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
const asked = (page: Page): Promise<Asked[]> => page.evaluate(() => window.underTest.asked);
/** What was asked, but for the band's own look at the links, once a second. */
const names = async (page: Page): Promise<string[]> =>
  (await asked(page))
    .filter(({ name }) => name !== "links")
    .map(({ lane, name }) => `${lane} ${name}`);

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
        pin: "735912",
      });
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

  it("are gone when the responder is done", () =>
    at(stageOf(tasks.access), async (page) => {
      await page.getByRole("button", { name: /Hold to show/ }).waitFor();
      await act(page);
      await page.locator(".alone").waitFor();
      await expectGone(page, ["AKIA", ...grouped]);
      expect((await names(page)).at(-1)).toBe("main finish");
    }));
});
