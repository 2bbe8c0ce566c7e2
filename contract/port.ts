/**
 * The one transport of the house: a MessagePort in Electron, a forked process's channel in a
 * terminal. Values are structured-cloneable; delivery is ordered.
 */
export interface Port {
  send(message: unknown): void;
  /** One listener; messages that came before it are kept and delivered first. */
  listen(receive: (message: unknown) => void): void;
  /** Called once when the far end is gone, also when it was gone before the call. */
  ended(gone: () => void): void;
  close(): void;
}

/** What `process` and a forked child have in common (Electron's parentPort gets its own adapter). */
export interface Channel {
  send?(message: unknown, sent: (error: Error | null) => void): unknown;
  on(event: "message", listener: (message: unknown) => void): unknown;
  on(event: "disconnect", listener: () => void): unknown;
  disconnect?(): void;
  readonly connected?: boolean;
}

/** Collects what `Port.listen` and `Port.ended` promise: nothing is lost before a listener is set. */
class Inbox {
  readonly #kept: unknown[] = [];
  #receive: ((message: unknown) => void) | undefined;
  #gone = false;
  readonly #onGone: (() => void)[] = [];

  deliver(message: unknown): void {
    if (this.#receive === undefined) this.#kept.push(message);
    else this.#receive(message);
  }

  listen(receive: (message: unknown) => void): void {
    this.#receive = receive;
    for (const message of this.#kept.splice(0)) receive(message);
  }

  end(): void {
    if (this.#gone) return;
    this.#gone = true;
    for (const gone of this.#onGone) gone();
  }

  ended(gone: () => void): void {
    if (this.#gone) gone();
    else this.#onGone.push(gone);
  }
}

export function portOf(channel: Channel): Port {
  const inbox = new Inbox();
  channel.on("message", (message) => inbox.deliver(message));
  channel.on("disconnect", () => inbox.end());
  return {
    send: (message) => {
      // A far end that died under the message says so by its end; without a callback it would throw.
      if (channel.connected !== false) channel.send?.(message, () => undefined);
    },
    listen: (receive) => inbox.listen(receive),
    ended: (gone) => inbox.ended(gone),
    close: () => {
      if (channel.connected !== false) channel.disconnect?.();
      inbox.end();
    },
  };
}

/**
 * The port of a forked process to its parent, whose end is its own. A terminal's Ctrl-C reaches the
 * whole group: only the parent decides what it means, since it may have to close an access first.
 */
export function portToParent(child: Child): Port {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) child.on(signal, () => undefined);
  return portOf(child);
}

export interface Child extends Channel {
  on(event: "message", listener: (message: unknown) => void): unknown;
  on(event: "disconnect" | "SIGINT" | "SIGTERM" | "SIGHUP", listener: () => void): unknown;
}

/** What Electron's MessagePortMain and the `parentPort` of a utility process have in common. */
export interface MessageEnd {
  postMessage(message: unknown): void;
  on(event: "message", listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: "close", listener: () => void): unknown;
  start?(): void;
  close?(): void;
}

export function portOfMessages(end: MessageEnd): Port {
  const inbox = new Inbox();
  end.on("message", ({ data }) => inbox.deliver(data));
  end.on("close", () => inbox.end());
  end.start?.();
  return {
    send: (message) => end.postMessage(message),
    listen: (receive) => inbox.listen(receive),
    ended: (gone) => inbox.ended(gone),
    close: () => {
      end.close?.();
      inbox.end();
    },
  };
}

/**
 * A lane whose far end comes later, and may be followed by the next one: each person of a ceremony
 * has a window of their own. What is sent before the first is kept. It ends with its first far end.
 */
export function awaited(): { readonly port: Port; attach(far: Port): void } {
  const inbox = new Inbox();
  const kept: unknown[] = [];
  let joined: Port | null = null;
  return {
    port: {
      send: (message) => {
        if (joined === null) kept.push(message);
        else joined.send(message);
      },
      listen: (receive) => inbox.listen(receive),
      ended: (gone) => inbox.ended(gone),
      close: () => {
        joined?.close();
        inbox.end();
      },
    },
    attach: (far) => {
      joined = far;
      far.listen((message) => {
        if (joined === far) inbox.deliver(message);
      });
      far.ended(() => inbox.end());
      for (const message of kept.splice(0)) far.send(message);
    },
  };
}

/** Two ports joined to each other in one process, for tests and for callers in the same process. */
export function portPair(): [Port, Port] {
  const boxes = [new Inbox(), new Inbox()] as const;
  const side = (mine: Inbox, theirs: Inbox): Port => ({
    send: (message) => void Promise.resolve().then(() => theirs.deliver(message)),
    listen: (receive) => mine.listen(receive),
    ended: (gone) => mine.ended(gone),
    close: () => {
      mine.end();
      theirs.end();
    },
  });
  return [side(boxes[0], boxes[1]), side(boxes[1], boxes[0])];
}

/**
 * Several named lanes over one port. In a terminal a process has one channel to its parent, and
 * the parent joins lanes of two processes; in Electron each lane is a MessagePort of its own.
 */
export function lanes<Name extends string>(port: Port, names: readonly Name[]): Record<Name, Port> {
  const boxes = new Map<string, Inbox>(names.map((name) => [name, new Inbox()]));
  port.listen((message) => {
    const { lane, body } = message as { lane?: unknown; body?: unknown };
    if (typeof lane === "string") boxes.get(lane)?.deliver(body);
  });
  port.ended(() => {
    for (const box of boxes.values()) box.end();
  });
  const lane = (name: Name, inbox: Inbox): Port => ({
    send: (body) => port.send({ lane: name, body }),
    listen: (receive) => inbox.listen(receive),
    ended: (gone) => inbox.ended(gone),
    close: () => inbox.end(),
  });
  return Object.fromEntries(
    names.map((name) => [name, lane(name, boxes.get(name) as Inbox)]),
  ) as Record<Name, Port>;
}

/** Passes every message of each side to the other, unread: what main does for a ceremony lane. */
export function join(a: Port, b: Port): void {
  a.listen((message) => b.send(message));
  b.listen((message) => a.send(message));
}

/** A port whose messages are coded on the way out and in; a message that doesn't decode is dropped. */
export function coded(
  port: Port,
  encode: (message: unknown) => Promise<unknown>,
  decode: (message: unknown) => Promise<unknown>,
): Port {
  // One chain each way keeps the order although coding is asynchronous.
  let out = Promise.resolve();
  let inward = Promise.resolve();
  return {
    send: (message) => {
      out = out.then(async () => port.send(await encode(message)));
    },
    listen: (receive) =>
      port.listen((message) => {
        inward = inward.then(async () => {
          try {
            receive(await decode(message));
          } catch {
            // Not ours to answer: an undecodable message has no sender that we could name.
          }
        });
      }),
    ended: (gone) => port.ended(gone),
    close: () => port.close(),
  };
}
