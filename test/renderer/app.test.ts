import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { appRequests } from "../../contract/app.ts";
import type { Asked, Stage } from "./in-page.ts";
import { type Look, Windows } from "./harness.ts";
import { recordPage } from "./record-page.ts";
import { act } from "./keyboard.ts";
import { NOW, views } from "./samples.ts";

let windows: Windows;
beforeAll(async () => {
  windows = await Windows.start({ "record-page.html": recordPage() });
}, 60_000);
afterAll(() => windows.end());

async function at(
  stage: Stage,
  work: (page: Page) => Promise<void>,
  look: Look = {},
): Promise<void> {
  const { page, complaints, close } = await windows.open("app", stage, NOW, look);
  await work(page);
  expect(complaints).toEqual([]);
  await close();
}

const viewOf = (name: keyof typeof views): Stage => ({ view: views[name] });
const asked = (page: Page): Promise<Asked[]> =>
  page.evaluate(() => window.underTest.asked.filter(({ name }) => name !== "view"));
const inputs = async (page: Page): Promise<unknown[]> =>
  (await asked(page)).map(({ input }) => input);

describe("what a line says", () => {
  const CLAIMS = ["read back", "three times", "No unknown", "Every access key", "every call"];

  it.each(["glass-closing", "glass-dead", "left-latched"] as const)(
    "is no more than its step knows: %s",
    (name) =>
      at(viewOf(name), async (page) => {
        const said = await page.locator(".lines").innerText();
        expect(CLAIMS.filter((claim) => said.includes(claim))).toEqual([]);
      }),
  );
});

describe("what the main window asks", () => {
  test.each(Object.keys(views) as (keyof typeof views)[])(
    "is known to the contract: %s",
    async (name) => {
      const buttons = "main button:not([role=tab]), nav button, .foot button, .margin button";
      await at(viewOf(name), async (page) => {
        const count = await page.locator(buttons).count();
        for (let index = 0; index < count; index++) {
          const button = page.locator(buttons).nth(index);
          if ((await button.count()) === 1 && (await button.isVisible()))
            await button.click({ force: true });
        }
        for (const { name: request, input } of await asked(page)) {
          const shape = appRequests[request as keyof typeof appRequests];
          expect(shape.input.safeParse(input).error?.issues ?? [], JSON.stringify(input)).toEqual(
            [],
          );
        }
      });
    },
  );

  it("is asked once, however often it is pressed", () =>
    at({ ...viewOf("home"), replies: { act: "silence" } }, async (page) => {
      await act(page);
      await act(page);
      expect(await inputs(page)).toEqual([{ do: "breakGlass" }]);
    }));

  it("goes on while a page is printed, which the foot says; the cover comes off too", () =>
    at({ ...viewOf("record"), replies: { print: "silence" } }, async (page) => {
      await act(page);
      await page.getByText("The page is being printed.").waitFor();
      // Printed once, however often it is pressed.
      await act(page);
      await page.getByRole("button", { name: "Done" }).click();
      const view = views["record"];
      await page.evaluate((next) => window.underTest.push(next), { ...view, locked: true });
      await page.getByRole("heading", { name: "Locked" }).waitFor();
      await page.locator(".act:visible").click();
      expect((await asked(page)).map(({ name }) => name)).toEqual(["print", "act", "act"]);
      expect((await inputs(page)).slice(1)).toEqual([{ do: "go", to: "home" }, { do: "unlock" }]);
    }));

  it("is asked about again what was asked before, when its screen comes back", () =>
    at(viewOf("glass-closing-silent"), async (page) => {
      const end = page.getByRole("button", { name: "End the process" });
      await end.click();
      await page.getByRole("button", { name: "End it and shut" }).click();
      await page.evaluate((next) => window.underTest.push(next), views["glass-closing"]);
      await end.waitFor({ state: "detached" });
      await page.evaluate((next) => window.underTest.push(next), views["glass-closing-silent"]);
      await end.waitFor({ timeout: 5_000 });
      expect(await inputs(page)).toEqual([{ do: "endSilent" }]);
    }));

  it("is ticked anew for another sealing's list, though it looks the same", () =>
    at(viewOf("remains"), async (page) => {
      const done = page.locator(".foot button").last();
      const ticked = () => page.locator("main input[type=checkbox]:checked").count();
      for (const box of await page.getByRole("checkbox").all()) await box.check();
      expect([await ticked(), await done.getAttribute("aria-disabled")]).not.toEqual([0, "true"]);
      const { screen } = views.remains;
      if (screen.kind !== "remains") throw new Error("another screen");
      const next = { ...views.remains, screen: { ...screen, seq: screen.seq + 1 } };
      await page.evaluate((view) => window.underTest.push(view), next);
      await expect.poll(ticked).toBe(0);
      expect(await done.getAttribute("aria-disabled")).toBe("true");
    }));

  it("can’t be done while the new vault lies on no stick, and be put off only", () =>
    at(viewOf("remains-copy"), async (page) => {
      for (const box of await page.getByRole("checkbox").all()) await box.click({ force: true });
      expect(await page.locator(".foot p").innerText()).toContain("One line to tick.");
      await page.locator(".foot button").last().click({ force: true });
      expect(await inputs(page)).toEqual([]);
      await page.getByRole("button", { name: "Not now" }).click();
      expect(await inputs(page)).toEqual([{ do: "cancel" }]);
    }));

  it("takes the cover off whatever else is on its way", () =>
    at({ ...viewOf("home"), replies: { act: "silence" } }, async (page) => {
      await act(page);
      await page.evaluate((next) => window.underTest.push(next), { ...views.home, locked: true });
      await page.getByRole("heading", { name: "Locked" }).waitFor();
      await page.locator(".act:visible").click();
      expect((await inputs(page)).at(-1)).toEqual({ do: "unlock" });
    }));

  it("is not asked while main is busy", () =>
    at(viewOf("home-busy"), async (page) => {
      await page.locator(".foot .awaits").last().click({ force: true });
      expect(await inputs(page)).toEqual([]);
      expect(await page.locator(".foot p").innerText()).toBe(
        "The practice stage is being set up on this laptop.",
      );
    }));
});

describe("a refusal", () => {
  it("is said in place, and is gone with the next asking", () =>
    at(
      {
        ...viewOf("home"),
        replies: {
          act: [
            { ok: false, code: "NOT_NOW", about: { what: "breakGlass" } },
            { ok: true, value: null },
          ],
        },
      },
      async (page) => {
        await act(page);
        await page.locator(".verdict").waitFor();
        await act(page);
        await page.locator(".verdict").waitFor({ state: "detached" });
      },
    ));

  it("shows a failure that main found as it shows its own", () =>
    at(viewOf("home-notice"), async (page) => {
      expect(await page.locator(".verdict").innerText()).toContain(
        "is not the one that the records say is live.",
      );
      expect(await page.locator("[role=alert]").count()).toBe(1);
    }));
});

describe("the reason", () => {
  it("claims no limit that isn’t known, and asks for little then", () =>
    at(viewOf("glass-reason-unknown"), async (page) => {
      const note = await page.locator("#incident-duration-note").innerText();
      expect(note).toBe("What this vault allows is not known here.");
      expect(await page.locator("#incident-duration").inputValue()).toBe("900");
      expect(await page.locator(".verdict").innerText()).toContain("The policy on this laptop");
    }));

  it("is sent by Enter in any field, with what was typed", () =>
    at(viewOf("glass-reason"), async (page) => {
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("incident-reason");
      await page.keyboard.type("Sign-in through Identity Center is down");
      await page
        .locator("#incident-duration")
        .selectOption("Two hours")
        .catch(() => undefined);
      await page.locator("#incident-duration").selectOption({ value: "7200" });
      await page.locator("#incident-id").press("Enter");
      expect(await inputs(page)).toEqual([
        {
          do: "reason",
          reason: "Sign-in through Identity Center is down",
          id: "INC-2026-0618",
          officer: "Rui Tan",
          responder: "Ivo Brandt",
          durationSeconds: 7200,
          accounts: ["111122223333", "444455556666"],
        },
      ]);
    }));

  it("opens only the accounts that stay ticked, and one at least", () =>
    at(viewOf("glass-reason"), async (page) => {
      await page.locator("#incident-reason").fill("Sign-in is down");
      expect(await page.locator("summary").innerText()).toBe("Accounts: all two");
      await page.locator("summary").click();
      await page.getByLabel("111122223333").uncheck();
      await page.getByLabel("444455556666").click();
      expect(await page.getByLabel("444455556666").isChecked()).toBe(true);
      expect(await page.locator("summary").innerText()).toBe("Accounts: one of two");
      await act(page);
      expect(await inputs(page)).toMatchObject([{ do: "reason", accounts: ["444455556666"] }]);
    }));

  it("names the field that is missing, and sends nothing", () =>
    at(viewOf("glass-reason"), async (page) => {
      await page.locator("#incident-reason").fill("Sign-in is down");
      await page.locator("#incident-responder").fill(" ");
      await act(page);
      expect(await page.locator("[aria-invalid]").getAttribute("id")).toBe("incident-responder");
      expect(await page.locator(".verdict").innerText()).toContain(
        "The responder’s name is missing.",
      );
      expect(await inputs(page)).toEqual([]);
    }));
});

describe("an opening that nothing was written for yet", () => {
  it("says what keeps AWS away, what to do, and that it is asked again", () => {
    const about = { host: "sts.us-east-1.amazonaws.com", status: 302, to: "portal.example" };
    const notice = { code: "CAPTIVE_PORTAL", about };
    return at(viewOf("glass-opening"), async (page) => {
      const view = { ...views["glass-opening"], notice };
      await page.evaluate((one) => window.underTest.push(one as never), view);
      expect(await page.locator("h1").innerText()).toBe("Something does not hold");
      const said = await page.locator("body").innerText();
      for (const part of ["AWS is asked again", "portal.example", "Sign in to this network"])
        expect(said).toContain(part);
    });
  });
});

describe("the custodians of a sealing", () => {
  it("are sent with their threshold", () =>
    at(viewOf("seal-custodians"), async (page) => {
      await page.getByRole("button", { name: "One custodian fewer" }).click();
      await page.getByRole("button", { name: "One custodian fewer" }).click();
      await page.getByRole("button", { name: "One fewer must agree" }).click();
      await page.getByLabel("Custodian 3").fill("Mei Castellan");
      expect(await page.locator("h1").innerText()).toBe("Any 2 of 3 will open it");
      await page.keyboard.press("Enter");
      expect(await inputs(page)).toEqual([
        {
          do: "custodians",
          names: ["Priya Nair", "Amara Obi", "Mei Castellan"],
          threshold: 2,
        },
      ]);
    }));
});

describe("the runbook while access is open", () => {
  it("ticks a step and goes to the next one", () =>
    at(viewOf("glass-access"), async (page) => {
      await page.locator(".foot > button").first().click();
      expect(await page.locator("h1").innerText()).toBe("Check the accounts");
      await act(page);
      expect(await inputs(page)).toEqual([{ do: "tick", step: 3 }]);
      expect(await page.locator("h1").innerText()).toBe("Hold every deployment");
      expect(await page.locator(".code").innerText()).toContain("aws codepipeline");
    }));
});

const colourOf = (page: Page): Promise<string> =>
  page.locator(".countdown").evaluate((element) => getComputedStyle(element).color);

describe("the frame", () => {
  it("moves the focus to the title when the screen changes", () =>
    at(viewOf("home"), async (page) => {
      await page.evaluate((view) => window.underTest.push(view), views["glass-key"]);
      await page.getByRole("heading", { level: 1, name: /security keys/ }).waitFor();
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
    }));

  it("does not move it when only the view’s facts change", () =>
    at(viewOf("glass-reason"), async (page) => {
      await page.locator("#incident-officer").focus();
      await page.evaluate(
        (view) => window.underTest.push({ ...view, links: { up: ["enp3s0"], down: ["wlp4s0"] } }),
        views["glass-reason"],
      );
      await page.getByText("CONNECTED").waitFor();
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("incident-officer");
    }));

  it("says PRACTICE in the title of the window too", () =>
    at(viewOf("home-practice"), async (page) => {
      expect(await page.title()).toBe("PRACTICE · Sealed, epoch 1 · Pullstation");
    }));

  it("counts down in the signal colour, and in ink when it is practice", async () => {
    await at(viewOf("glass-access"), async (page) => {
      expect(await colourOf(page)).toBe("rgb(163, 39, 27)");
      expect(await page.locator(".countdown").innerText()).toBe("00:41:11");
    });
    await at(viewOf("glass-access-practice"), async (page) =>
      expect(await colourOf(page)).toBe("rgb(27, 26, 23)"),
    );
  });

  it("covers the screen when it is locked, and keeps what was typed under it", () =>
    at(viewOf("glass-reason"), async (page) => {
      await page.locator("#incident-reason").fill("Sign-in is down");
      const view = views["glass-reason"];
      await page.evaluate((next) => window.underTest.push(next), { ...view, locked: true });
      await page.getByRole("heading", { name: "Locked" }).waitFor();
      expect(await page.locator("#incident-reason").isVisible()).toBe(false);
      await page.locator(".act:visible").click();
      expect(await inputs(page)).toEqual([{ do: "unlock" }]);
      await page.evaluate((next) => window.underTest.push(next), view);
      expect(await page.locator("#incident-reason").inputValue()).toBe("Sign-in is down");
    }));

  it("drops the fade where motion is reduced", () =>
    at(
      viewOf("home"),
      async (page) => {
        const fades = await page
          .locator(".act")
          .evaluate((element) => getComputedStyle(element).transitionDuration);
        expect(fades).toBe("0s");
      },
      { reducedMotion: true },
    ));

  it("refuses a view that is not of the contract’s form", () =>
    at(viewOf("home"), async (page) => {
      await page.evaluate(() => window.underTest.push({ mode: "OTHER" } as never));
      expect(await page.locator("h1").innerText()).toBe("Sealed, epoch 4");
    }));
});

describe("what is due", () => {
  it("leads from what has no row, and from new shares, to where each is named", () =>
    at(viewOf("home-missed"), async (page) => {
      await page.getByRole("button", { name: "and 9 more, under Upkeep" }).click();
      await page.getByRole("button", { name: "New shares to prove" }).click();
      const there = { do: "go", to: "upkeep" };
      expect(await inputs(page)).toEqual([there, there]);
    }));

  it("names everybody who is late beside the check that they owe", () =>
    at(viewOf("upkeep-missed"), async (page) => {
      const lines = await page.locator(".deeds > li").allInnerTexts();
      const late = lines.map((line) => /Overdue.*/s.exec(line)?.[0].split("\n")[0]);
      expect(late).toEqual([
        "Overdue: Priya Nair, Amara Obi, Sam Kjær, Lucía Ortiz, Jon Weiss.",
        undefined,
        "Overdue: Red tag. Due soon: Blue tag.",
        "Overdue.",
        "Overdue.",
        undefined,
      ]);
      const beside = await page.locator(".margin").innerText();
      expect(beside).toContain("Live alarm check\nCustody: put away, or look at the bag: 5");
    }));
});

describe("the windows’ scripts", () => {
  it("stay below 600 kB each", () => {
    expect(windows.sizeOf("app")).toBeLessThan(600_000);
    expect(windows.sizeOf("ceremony")).toBeLessThan(600_000);
  });
});
