import { expect, test } from "vitest";
import { z } from "zod";
import { coded, join, lanes, portPair } from "../../contract/port.ts";
import { connect, serve } from "../../contract/serve.ts";

const requests = {
  double: { input: z.object({ n: z.number() }), output: z.number() },
  lie: { input: z.null(), output: z.number() },
  explode: { input: z.null(), output: z.null() },
} as const;

const handlers = {
  double: ({ n }: { n: number }) => n * 2,
  lie: () => "not a number" as unknown as number,
  explode: () => {
    throw new Error("passphrase: correct horse");
  },
};

const rot = async (message: unknown) =>
  [...JSON.stringify(message)].map((char) => char.codePointAt(0)).join(".");
const back = async (message: unknown) =>
  JSON.parse(String.fromCodePoint(...String(message).split(".").map(Number)));

test("a request is answered, and events arrive beside answers", async () => {
  const [near, far] = portPair();
  const views: unknown[] = [];
  const serving = serve(far, requests, handlers);
  const client = connect(near, requests, (view) => views.push(view));
  serving.viewChanged({ step: 1 });
  expect(await client.ask("double", { n: 21 })).toBe(42);
  expect(views).toEqual([{ step: 1 }]);
});

test("wrong input names the field and not the value", async () => {
  const [near, far] = portPair();
  serve(far, requests, handlers);
  const client = connect(near, requests);
  const asked = client.ask("double", { n: "hunter2" as unknown as number });
  await expect(asked).rejects.toMatchObject({ code: "REQUEST_INVALID", about: { field: "n" } });
  await expect(asked).rejects.not.toThrow(/hunter2/);
});

test("a handler that answers off its shape, or throws unforeseen, leaks nothing", async () => {
  const [near, far] = portPair();
  serve(far, requests, handlers);
  const client = connect(near, requests);
  await expect(client.ask("lie", null)).rejects.toMatchObject({ code: "UNEXPECTED" });
  await expect(client.ask("explode", null)).rejects.toMatchObject({
    code: "UNEXPECTED",
    message: "UNEXPECTED kind=Error",
  });
});

test("an unknown request and a refused sender get their codes", async () => {
  const [near, far] = portPair();
  serve(far, { double: requests.double }, { double: handlers.double });
  const client = connect(near, requests);
  await expect(client.ask("lie", null)).rejects.toMatchObject({ code: "REQUEST_UNKNOWN" });
  const [a, b] = portPair();
  serve(b, requests, handlers, () => false);
  await expect(connect(a, requests).ask("double", { n: 1 })).rejects.toMatchObject({
    code: "SENDER_REFUSED",
  });
});

test("a far end that ends refuses what is asked and what will be", async () => {
  const [near, far] = portPair();
  const client = connect(near, requests);
  const asked = client.ask("double", { n: 1 });
  far.close();
  await expect(asked).rejects.toMatchObject({ code: "PROCESS_ENDED" });
  await expect(client.ask("double", { n: 1 })).rejects.toMatchObject({ code: "PROCESS_ENDED" });
});

test("two processes are joined through a parent that sees only coded messages, in order", async () => {
  const [vault, parentOfVault] = portPair();
  const [stage, parentOfStage] = portPair();
  const seen: unknown[] = [];
  const vaultLanes = lanes(vault, ["main", "people"]);
  const stageLanes = lanes(stage, ["main", "people"]);
  const tapped = lanes(parentOfVault, ["main", "people"]).people;
  const other = lanes(parentOfStage, ["main", "people"]).people;
  const spied = {
    ...tapped,
    send: (message: unknown) => {
      seen.push(message);
      tapped.send(message);
    },
  };
  join(spied, other);
  serve(coded(vaultLanes.people, rot, back), requests, handlers);
  const client = connect(coded(stageLanes.people, rot, back), requests);
  const answers = await Promise.all([1, 2, 3].map((n) => client.ask("double", { n })));
  expect(answers).toEqual([2, 4, 6]);
  expect(seen).toHaveLength(3);
  expect(JSON.stringify(seen)).not.toContain("double");
});
