import { KEY_LANES, keyPacket, keyRequests } from "../contract/ceremony.ts";
import { lanes, type Port } from "../contract/port.ts";
import { connect } from "../contract/serve.ts";
import { base64url, fromBase64url } from "../crypto/bytes.ts";
import type { Plugged } from "../hardware/fido/key.ts";
import type { PacketPort } from "../hardware/packets.ts";
import { hardwareError } from "../hardware/errors.ts";

type Take = (report: Uint8Array) => void;

/**
 * Security keys at the far end of a lane instead of at USB: everything from packets up is the same.
 * As with a device, every open port of a key gets each of its reports.
 */
export function keysOnLane(port: Port): () => Promise<readonly Plugged[]> {
  const { plugged, packets } = lanes(port, KEY_LANES);
  const client = connect(plugged, keyRequests);
  const takers = new Map<number, Set<Take>>();
  packets.listen((message) => {
    const packet = keyPacket.safeParse(message);
    if (!packet.success) return;
    const { key, report } = packet.data;
    for (const take of takers.get(key) ?? []) take(fromBase64url(report));
  });

  const open = (key: number): PacketPort => {
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    const mine = takers.get(key) ?? new Set<Take>();
    takers.set(key, mine);
    let taker: Take | null = null;
    let closed = false;
    const close = (): void => {
      closed = true;
      if (taker !== null) mine.delete(taker);
      end();
    };
    port.ended(close);
    return {
      write: async (report) => {
        if (closed) throw hardwareError("KEY_UNPLUGGED");
        packets.send({ key, report: base64url(report) });
      },
      listen: (take) => {
        if (taker !== null) mine.delete(taker);
        taker = (report) => take(report);
        if (!closed) mine.add(taker);
      },
      ended,
      close: async () => close(),
    };
  };

  return async () =>
    (await client.ask("plugged", null)).map(({ label }, key) => ({
      label,
      connect: async () => open(key),
    }));
}
