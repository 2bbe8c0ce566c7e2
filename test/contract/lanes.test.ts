import fc from "fast-check";
import { expect, test } from "vitest";
import type { z } from "zod";
import { appRequests } from "../../contract/app.ts";
import {
  accessRequests,
  aidRequests,
  ceremonyWindowRequests,
} from "../../contract/ceremony-window.ts";
import { ceremonyRequests } from "../../contract/ceremony.ts";
import { checkPeopleRequests } from "../../contract/check.ts";
import { portPair } from "../../contract/port.ts";
import { answering, type Requests, serve } from "../../contract/serve.ts";

// Whatever a window may ask of main or of a process: what comes in is not believed.

const TABLES: readonly (readonly [string, Requests])[] = [
  ["main, by the app's window", appRequests],
  ["main, by a ceremony's window", ceremonyWindowRequests],
  ["the vault process", ceremonyRequests],
  ["the online process", accessRequests],
  ["the check process", checkPeopleRequests],
  ["the practice stage", aidRequests],
];

/** Handlers that note what reached them and answer nothing of use. */
function noting(requests: Requests) {
  const reached: (readonly [string, unknown])[] = [];
  const handlers = Object.fromEntries(
    Object.keys(requests).map((name) => [
      name,
      (input: unknown) => {
        reached.push([name, input]);
        throw new Error("heard");
      },
    ]),
  );
  return { reached, handlers };
}

test.each(TABLES)("%s: only what its table holds, in its form, reaches it", async (_, requests) => {
  const { reached, handlers } = noting(requests);
  const answer = answering(requests, handlers as never);
  const names = Object.keys(requests);
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.constantFrom(...names), fc.string(), fc.constantFrom("__proto__", "toString")),
      fc.oneof(fc.anything(), fc.record({ place: fc.anything(), pin: fc.anything() })),
      async (name, input) => {
        reached.length = 0;
        const reply = await answer(name, input);
        const fits = names.includes(name) && requests[name]?.input.safeParse(input).success;
        expect(reply.ok).toBe(false);
        expect(reached).toHaveLength(fits === true ? 1 : 0);
      },
    ),
    { numRuns: 400 },
  );
});

test.each(TABLES)("%s: no text without an end", (_, requests) => {
  const endless = "x".repeat(1_000_000);
  const takers = (schema: z.ZodType, path: string): string[] => {
    if (schema.safeParse(endless).success) return [path];
    const { def } = schema as unknown as {
      def: { shape?: object; options?: z.ZodType[]; innerType?: z.ZodType; element?: z.ZodType };
    };
    return [
      ...Object.entries(def.shape ?? {}),
      ...(def.options ?? []).entries(),
      ...(def.innerType === undefined ? [] : [["", def.innerType] as const]),
      ...(def.element === undefined ? [] : [["[]", def.element] as const]),
    ].flatMap(([name, inner]) => takers(inner as z.ZodType, `${path}.${name}`));
  };
  expect(Object.entries(requests).flatMap(([name, { input }]) => takers(input, name))).toEqual([]);
});

test("an envelope that is none is not answered, and the next question is", async () => {
  const { reached, handlers } = noting(ceremonyRequests);
  const [near, far] = portPair();
  const answers: unknown[] = [];
  near.listen((message) => answers.push(message));
  serve(far, ceremonyRequests, handlers as never);
  fc.assert(
    fc.property(fc.anything(), (message) => {
      const { ask, name } = Object(message) as { ask?: unknown; name?: unknown };
      fc.pre(typeof ask !== "number" || typeof name !== "string");
      near.send(message);
    }),
    { numRuns: 400 },
  );
  near.send({ ask: 1, name: "keys", input: null });
  await expect.poll(() => answers.length).toBe(1);
  expect(answers).toMatchObject([{ answer: 1, reply: { ok: false, code: "UNEXPECTED" } }]);
  expect(reached).toEqual([["keys", null]]);
});
