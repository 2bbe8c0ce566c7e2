import type { Page } from "playwright-core";
import { act, cell, check, fill, toPassphrase } from "./keyboard.ts";
import { tasks } from "./sample-tasks.ts";
import {
  cardWords,
  linked,
  misread,
  no,
  ok,
  payload,
  rejected,
  reviewersKey,
  stageOf,
} from "./stages.ts";
import type { State } from "./states.ts";

/** Every state of the ceremony windows, and what is done to reach it. */

/** The card is printed, or was before. */
const inHand = async (page: Page): Promise<void> => page.locator(".margin button").first().click();

const reached: Readonly<Record<string, State>> = {
  passphrase: { window: "ceremony", stage: stageOf(tasks.passphrase) },
  "passphrase-shown": {
    window: "ceremony",
    stage: stageOf(tasks.passphrase),
    reach: async (page) => {
      await act(page);
      // The words stand for a moment before they can be put away.
      await page.locator(".said").waitFor();
      await page.locator(".foot .act").waitFor();
    },
  },
  card: {
    window: "ceremony",
    stage: stageOf(tasks.card),
    reach: (page) => page.locator(".card-sheet img").waitFor(),
  },
  "card-typed": { window: "ceremony", stage: stageOf(tasks.card), reach: inHand },
  "card-practice": { window: "ceremony", stage: stageOf(tasks["card-practice"]), reach: act },
  "card-proven": {
    window: "ceremony",
    stage: stageOf(tasks.card),
    reach: async (page) => {
      await inHand(page);
      await toPassphrase(page);
      await check(page);
      await page.locator(".rail .done").nth(2).waitFor({ state: "attached" });
    },
  },
  "card-stick": {
    window: "ceremony",
    stage: stageOf(tasks.card, { saveCard: ok({ to: "AMARA/share-002.txt" }) }),
    reach: async (page) => {
      await page.locator(".card-sheet img").waitFor();
      await page.locator(".margin button").last().click();
      await page.locator(".verdict").waitFor();
    },
  },
  "card-stick-missing": {
    window: "ceremony",
    stage: stageOf(tasks.card, { saveCard: no("STICK_MISSING") }),
    reach: async (page) => {
      await page.locator(".card-sheet img").waitFor();
      await page.locator(".margin button").last().click();
      await page.locator(".verdict").waitFor();
    },
  },
  "card-again": { window: "ceremony", stage: stageOf(tasks["card-again"]) },
  "access-pages": {
    window: "ceremony",
    stage: stageOf(tasks.access),
    reach: async (page) => {
      await page.getByRole("tab").last().click();
      await page.locator(".prose").waitFor();
    },
  },
  check: { window: "ceremony", stage: stageOf(tasks.check) },
  "check-good": {
    window: "ceremony",
    stage: stageOf(tasks.check),
    reach: async (page) => {
      await fill(page, cardWords);
      await act(page);
      await page.locator(".calm").waitFor();
    },
  },
  "check-stick": {
    window: "ceremony",
    stage: stageOf(tasks.check, {
      media: ok({ cards: [{ from: "KINGSTON/pullstation-share.txt", payload }] }),
    }),
    reach: async (page) => {
      await page.getByRole("tab").nth(2).click();
      await page.locator(".found-card").waitFor();
    },
  },
  "check-full": { window: "ceremony", stage: stageOf(tasks["check-full"]) },
  "check-practice": { window: "ceremony", stage: stageOf(tasks["check-practice"]) },
  "check-key": { window: "ceremony", stage: stageOf(tasks["check-key"]) },
  "check-key-done": {
    window: "ceremony",
    stage: stageOf(tasks["check-key"]),
    reach: async (page) => {
      await act(page);
      await page.locator(".facts").waitFor();
    },
  },
  code: { window: "ceremony", stage: stageOf(tasks.code) },
  "code-again": { window: "ceremony", stage: stageOf(tasks["code-again"]) },
  "code-wrong": {
    window: "ceremony",
    stage: stageOf(tasks.code),
    reach: async (page) => {
      await page.locator("#mfa-code").fill("12");
      await act(page);
    },
  },
  enrol: { window: "ceremony", stage: stageOf(tasks.enrol) },
  "enrol-done": {
    window: "ceremony",
    stage: stageOf(tasks.enrol),
    reach: async (page) => {
      await act(page);
      await page.locator(".facts").waitFor();
    },
  },
  "enrol-reviewer": {
    window: "ceremony",
    stage: stageOf(tasks.enrol, { enrolKey: reviewersKey }),
    reach: async (page) => {
      await page.locator("#use").selectOption("approve");
      await act(page);
      await page.locator(".facts").waitFor();
    },
  },
  share: { window: "ceremony", stage: stageOf(tasks.share) },
  "share-practice": { window: "ceremony", stage: stageOf(tasks["share-practice"]) },
  "share-typed": {
    window: "ceremony",
    stage: stageOf(tasks.share),
    reach: (page) => fill(page),
  },
  "share-unknown": {
    window: "ceremony",
    stage: stageOf(tasks.share),
    reach: async (page) => {
      await fill(page, cardWords.slice(0, 20));
      await cell(page, 7).fill("qqq");
      await cell(page, 9).focus();
    },
  },
  "share-missing": {
    window: "ceremony",
    stage: stageOf(tasks.share),
    reach: async (page) => {
      await fill(page, cardWords.slice(0, 40));
      await act(page);
    },
  },
  "share-wrong-word": {
    window: "ceremony",
    stage: stageOf(tasks.share, { enterShare: rejected("WORDS_SUSPECT", [12], { words: "12" }) }),
    reach: async (page) => {
      await toPassphrase(page, misread);
      await check(page);
      await page.locator(".words .wrong").waitFor();
    },
  },
  "share-code": {
    window: "ceremony",
    stage: stageOf(tasks.share),
    reach: async (page) => {
      await page.getByRole("tab").nth(1).click();
      await page.locator(".no-camera").waitFor();
    },
  },
  "share-stick": {
    window: "ceremony",
    stage: stageOf(tasks["share-practice"]),
    reach: (page) => page.getByRole("tab").nth(2).click(),
  },
  "share-stick-found": {
    window: "ceremony",
    stage: stageOf(tasks.share, {
      media: ok({ cards: [{ from: "KINGSTON/pullstation-share.txt", payload }] }),
    }),
    reach: async (page) => {
      await page.getByRole("tab").nth(2).click();
      await page.locator(".found-card").waitFor();
    },
  },
  "share-stick-connected": {
    window: "ceremony",
    stage: linked(
      stageOf(tasks.share, { media: no("NOT_ISOLATED", { links: "enp3s0" }) }),
      "enp3s0",
    ),
    reach: async (page) => {
      await page.getByRole("tab").nth(2).click();
      await page.locator(".verdict").waitFor();
    },
  },
  "share-stick-two": {
    window: "ceremony",
    stage: stageOf(tasks.share, {
      media: ok({
        cards: ["KINGSTON/pullstation-share.txt", "SANDISK/pullstation-share.txt"].map((from) => ({
          from,
          payload: `${payload.slice(0, -1)}${from.length % 2 === 0 ? "Q" : "P"}`,
        })),
      }),
    }),
    reach: async (page) => {
      await page.getByRole("tab").nth(2).click();
      await page.locator(".found").waitFor();
    },
  },
  "share-passphrase": {
    window: "ceremony",
    stage: stageOf(tasks.share),
    reach: async (page) => {
      await toPassphrase(page);
      await page.locator("#passphrase").fill("acid alarm crystal");
    },
  },
  "share-passphrase-wrong": {
    window: "ceremony",
    stage: stageOf(tasks.share, {
      enterShare: rejected("WRONG_PASSPHRASE", [], { who: "Sam Kjær" }),
    }),
    reach: async (page) => {
      await toPassphrase(page);
      await check(page);
      await page.locator(".verdict").waitFor();
    },
  },
  "share-checking": {
    window: "ceremony",
    stage: stageOf(tasks.share, { enterShare: "silence" }),
    primaries: 0,
    reach: async (page) => {
      await toPassphrase(page);
      await check(page);
      await page.locator(".foot .awaits").waitFor();
    },
  },
  "share-accepted": {
    window: "ceremony",
    stage: stageOf(tasks.share),
    reach: async (page) => {
      await toPassphrase(page);
      await check(page);
      await page.locator(".rail .done").nth(1).waitFor({ state: "attached" });
    },
  },
  touch: { window: "ceremony", stage: stageOf(tasks.touch) },
  "touch-wrong": {
    window: "ceremony",
    stage: stageOf(tasks.touch, { touch: no("PIN_WRONG", { retries: 5 }) }),
    reach: async (page) => {
      await page.locator("#pin").fill("1234");
      await act(page);
      await page.locator(".verdict").waitFor();
    },
  },
  "touch-asking": {
    window: "ceremony",
    stage: stageOf(tasks.touch, { touch: "silence" }),
    primaries: 0,
    reach: async (page) => {
      await act(page);
      await page.locator(".foot .awaits").waitFor();
    },
  },
  "touch-waiting": {
    window: "ceremony",
    stage: stageOf(tasks.touch, { touch: "blinking" }),
    primaries: 0,
    reach: async (page) => {
      await act(page);
      await page.locator(".foot .awaits").waitFor();
    },
  },
  "touch-waiting-practice": {
    window: "ceremony",
    stage: stageOf(tasks["touch-practice"], { touch: "blinking" }),
    reach: async (page) => {
      await act(page);
      await page.locator(".blink").waitFor();
    },
  },
  "touch-done": {
    window: "ceremony",
    stage: stageOf(tasks.touch),
    reach: async (page) => {
      await act(page);
      await page.locator(".rail .done").nth(1).waitFor({ state: "attached" });
    },
  },
  approve: { window: "ceremony", stage: stageOf(tasks.approve) },
  access: {
    window: "ceremony",
    stage: stageOf(tasks.access),
    reach: (page) => page.getByRole("tablist").waitFor(),
  },
  "access-stick-refused": {
    window: "ceremony",
    stage: {
      ...stageOf(tasks.access),
      lanes: {
        access: {
          ...stageOf(tasks.access).lanes?.access,
          toStick: no("STICKS_SEVERAL", { sticks: "RESPONDER, BACKUP" }),
        },
      },
    },
    reach: async (page) => {
      await page.locator(".holds button").last().click();
      await page.locator(".verdict").waitFor();
    },
  },
  "access-stick": {
    window: "ceremony",
    stage: stageOf(tasks.access),
    reach: async (page) => {
      await page.locator(".holds button").last().click();
      await page.locator("[role=status]").filter({ hasText: "2026-0618" }).waitFor();
    },
  },
  "access-code": {
    window: "ceremony",
    stage: stageOf(tasks.access),
    reach: async (page) => {
      await page.locator(".holds button").nth(1).focus();
      await page.keyboard.down("Space");
      await page.locator("svg.qr").waitFor();
    },
  },
  "access-shown": {
    window: "ceremony",
    stage: stageOf(tasks.access),
    reach: async (page) => {
      await page.getByRole("tablist").waitFor();
      await page.locator(".holds button >> nth=0").focus();
      await page.keyboard.down("Space");
    },
  },
};

export const ceremonyStates: ReadonlyMap<string, State> = new Map(Object.entries(reached));
