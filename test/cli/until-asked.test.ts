import { expect, it } from "vitest";
import type { OnlineProcess } from "../../ceremony/ports.ts";
import { Interrupted } from "../../cli/drill/interruption.ts";
import { unlessAsked, untilAsked } from "../../cli/drill/until-asked.ts";
import { CodedError } from "../../crypto/errors.ts";

/** Opens until it is wished to stop, and comes to `kind` then. */
function opening(kind: "OPENED" | "REFUSED") {
  const names: string[] = [];
  let stop: () => void;
  const ask = (name: string): Promise<unknown> => {
    names.push(name);
    if (name === "stop") stop();
    return name === "open"
      ? new Promise((resolve) => (stop = () => resolve({ kind })))
      : Promise.resolve(null);
  };
  const asked = new AbortController();
  const online = untilAsked(
    { ask, end: async () => undefined } as unknown as OnlineProcess,
    asked.signal,
  );
  return { online, asked, names };
}

it("wishes an opening to stop when the end is asked for, and lets it tell of what it did not open", async () => {
  const { online, asked, names } = opening("REFUSED");
  const opened = online.ask("open", null);
  asked.abort();
  expect(await opened).toEqual({ kind: "REFUSED" });
  await online.ask("calls", null);
  expect(names).toEqual(["open", "stop", "calls"]);
  const refused = Promise.reject(new CodedError("ACCESS_NOT_OPENED"));
  await expect(unlessAsked(asked.signal, refused)).rejects.toMatchObject({ closed: true });
});

it("begins nothing new after one that came to something", async () => {
  const { online, asked, names } = opening("OPENED");
  const opened = online.ask("open", null);
  asked.abort();
  await opened;
  await expect(online.ask("calls", null)).rejects.toBeInstanceOf(Interrupted);
  expect(names).toEqual(["open", "stop"]);
});
