import { createServer, type Server, type Socket } from "node:net";
import {
  FEATURE_BYTES,
  type FeaturePort,
  type PacketPort,
  REPORT_BYTES,
} from "../../hardware/packets.ts";
import type { SoftwareKeyDevice } from "./device.ts";

export interface Address {
  readonly host: string;
  readonly port: number;
}

export interface Listening {
  /** The port that was taken, when 0 was asked for. */
  readonly port: number;
  close(): Promise<void>;
}

/** What a connection that doesn't read may pile up before it is ended. */
const MAX_UNREAD_BYTES = 1 << 20;

/**
 * The FIDO interface over TCP: 64-byte reports both ways, nothing else. A connection is an open
 * handle; what the key sends goes to each of them.
 */
export function listenPackets(device: SoftwareKeyDevice, address: Address): Promise<Listening> {
  return listen(address, (socket) => {
    const port: PacketPort = device.openPackets();
    port.listen((report) => {
      if (socket.writableLength > MAX_UNREAD_BYTES) socket.destroy();
      else socket.write(report);
    });
    void port.ended.then(() => socket.destroy());
    void eachPart(socket, REPORT_BYTES, (report) => port.write(report));
    socket.on("close", () => void port.close());
  });
}

/**
 * The OTP interface's feature report over TCP, request by request: "G" and eight bytes that don't
 * matter reads it, "S" and eight bytes writes it. Each is answered by eight bytes, in order.
 */
export function listenFeature(device: SoftwareKeyDevice, address: Address): Promise<Listening> {
  return listen(address, (socket) => {
    const port: FeaturePort = device.openFeature();
    void port.ended.then(() => socket.destroy());
    void eachPart(socket, 1 + FEATURE_BYTES, async (request) => {
      const report = request.subarray(1);
      if (request[0] === 0x47) await answer(socket, await port.read());
      else if (request[0] === 0x53) {
        await port.write(report);
        await answer(socket, new Uint8Array(FEATURE_BYTES));
      } else socket.destroy();
    });
    socket.on("close", () => void port.close());
  });
}

/**
 * Cuts a stream into parts of `size` bytes and takes them one after the other: no more is read from
 * the connection before a part is done with.
 */
async function eachPart(
  socket: Socket,
  size: number,
  take: (part: Uint8Array) => Promise<void>,
): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of socket) {
      rest = Buffer.concat([rest, chunk as Buffer]);
      for (; rest.length >= size; rest = rest.subarray(size))
        await take(new Uint8Array(rest.subarray(0, size)));
    }
  } catch {
    // The key is gone, or the connection broke: that handle ends.
    socket.destroy();
  }
}

/** Waits for who does not read, so that nothing piles up. */
async function answer(socket: Socket, bytes: Uint8Array): Promise<void> {
  if (socket.write(bytes)) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once("drain", resolve);
  socket.once("close", resolve);
  await promise;
  socket.off("drain", resolve);
  socket.off("close", resolve);
}

function listen({ host, port }: Address, greet: (socket: Socket) => void): Promise<Listening> {
  const sockets = new Set<Socket>();
  const server: Server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // A broken connection ends that handle only.
    socket.on("error", () => socket.destroy());
    greet(socket);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      const bound = server.address();
      resolve({
        port: typeof bound === "object" && bound !== null ? bound.port : port,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            for (const socket of sockets) socket.destroy();
          }),
      });
    });
  });
}
