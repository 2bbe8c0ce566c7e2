import { expect, test } from "vitest";
import type { OnlineProcess } from "../../ceremony/ports.ts";
import { onlineOf } from "../../cli/glass/desk.ts";
import type { Keyboard } from "../../cli/glass/keyboard.ts";

const [ONE, TWO] = ["111122223333", "444455556666"] as const;
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** A terminal whose prompts end as the test says, and an online process that wants codes. */
function terminal() {
  const stopped: string[] = [];
  const prompts: { account: string; again: boolean; end: (left: boolean) => void }[] = [];
  const views: ((said: unknown) => void)[] = [];
  const keyboard = {
    ask: (_: "code", asked: { account: string; again: boolean }) =>
      new Promise((resolve) => prompts.push({ ...asked, end: (left) => resolve({ left }) })),
    online: (onView: (said: unknown) => void) => {
      views.push(onView);
      return {
        ask: (name: string) => {
          stopped.push(name);
          return Promise.resolve(null);
        },
      } as unknown as OnlineProcess;
    },
  } as unknown as Keyboard;
  onlineOf(keyboard, { note: () => undefined });
  const wants = async (account: string): Promise<void> => {
    views[0]?.({ kind: "codeWanted", account });
    await turn();
  };
  const end = async (left: boolean): Promise<void> => {
    prompts.at(-1)?.end(left);
    await turn();
  };
  return { prompts, stopped, wants, end };
}

test("who leaves a code ends what asked, and what waited; what is asked later is asked anew", async () => {
  const { prompts, stopped, wants, end } = terminal();
  await wants(ONE);
  await wants(TWO);
  await end(true);
  expect([prompts.length, stopped]).toEqual([1, ["stop"]]);
  // Close once more.
  await wants(ONE);
  expect(prompts.at(-1)).toMatchObject({ account: ONE, again: false });
  await end(false);
  await wants(TWO);
  expect(prompts.at(-1)).toMatchObject({ account: TWO, again: false });
  expect(stopped).toEqual(["stop"]);
});

test("a code that AWS did not take is asked for once more, and told as that", async () => {
  const { prompts, wants, end } = terminal();
  await wants(ONE);
  await end(false);
  await wants(ONE);
  expect(prompts.map(({ again }) => again)).toEqual([false, true]);
});
