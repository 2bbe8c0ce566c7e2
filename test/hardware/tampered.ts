import { type Cbor, decodeMap, encode } from "../../hardware/fido/cbor.ts";
import { Fido2Key } from "../../hardware/fido/key.ts";
import { Authenticator } from "../../practice/key/ctap/authenticator.ts";
import { CtapHid } from "../../practice/key/ctap/hid.ts";
import { type Press, pressedAtOnce } from "../../practice/key/presence.ts";
import { memoryStore, newKeyState } from "../../practice/key/store.ts";
import { means, PIN } from "./plugged.ts";

/** Changes an answer on its way; `request` begins with the command's byte. */
export type Tamper = (request: Uint8Array, answer: Uint8Array) => Uint8Array;

/** A software key that says something else than a key should. */
export function tampered(
  tamper: Tamper,
  { press = pressedAtOnce, pin = PIN }: { press?: Press; pin?: string | null } = {},
): Fido2Key {
  const authenticator = new Authenticator({
    store: memoryStore(newKeyState("odd", pin)),
    press,
    now: () => performance.now(),
    touchTimeoutMs: 5_000,
    pinProtocols: [2, 1],
  });
  let take: ((report: Uint8Array) => void) | null = null;
  const hid = new CtapHid({
    send: (report) => queueMicrotask(() => take?.(report)),
    wink: () => undefined,
    answer: async (request, exchange) =>
      tamper(request, await authenticator.answer(request, exchange)),
  });
  return new Fido2Key(
    {
      label: "odd",
      connect: async () => ({
        write: async (report) => hid.receive(report.slice()),
        listen: (listener) => {
          take = listener;
        },
        ended: new Promise(() => undefined),
        close: async () => undefined,
      }),
    },
    means,
  );
}

/** True for requests of this CTAP command, and of this clientPIN subcommand. */
export const asks =
  (command: number, subcommand?: number) =>
  (request: Uint8Array): boolean =>
    request[0] === command &&
    (subcommand === undefined || decodeMap(request.subarray(1)).get(2) === subcommand);

/** The answer with its map changed; one that refuses or is empty stays as it is. */
export function changed(answer: Uint8Array, change: (map: Map<Cbor, Cbor>) => void): Uint8Array {
  if (answer[0] !== 0 || answer.length === 1) return answer;
  const map = new Map(decodeMap(answer.subarray(1)));
  change(map);
  return Uint8Array.of(0, ...encode(map));
}
