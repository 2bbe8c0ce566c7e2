import type { Port } from "../contract/port.ts";

/** What main's side of a lane carried: for the test that searches it for secrets. */
export type Tap = (message: unknown) => void;

export function tapped(port: Port, tap?: Tap): Port {
  if (tap === undefined) return port;
  return {
    ...port,
    send: (message) => {
      tap(message);
      port.send(message);
    },
    listen: (receive) =>
      port.listen((message) => {
        tap(message);
        receive(message);
      }),
  };
}
