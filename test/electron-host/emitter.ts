import { EventEmitter } from "node:events";
import { guard, missing } from "./strict.ts";

const BOOKKEEPING = new Set<string | symbol>(["newListener", "removeListener", "error"]);

/**
 * An emitter whose unknown members throw (the guard sits in the prototype chain, so instances keep
 * their identity and their private fields), and that refuses listeners for events it never emits.
 */
export class StrictEmitter extends EventEmitter {
  constructor(events: readonly string[] | "any") {
    super();
    if (events === "any") return;
    const known = new Set<string | symbol>(events);
    this.on("newListener", (event: string | symbol) => {
      if (known.has(event) || BOOKKEEPING.has(event)) return;
      throw missing(`the event ${this.constructor.name} "${String(event)}"`);
    });
  }
}
Object.setPrototypeOf(
  StrictEmitter.prototype,
  new Proxy(
    EventEmitter.prototype,
    guard((receiver) => receiver.constructor.name),
  ),
);
