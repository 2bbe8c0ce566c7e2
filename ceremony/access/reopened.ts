import type { Difference } from "./standing.ts";

const nameOf = ({ kind, what }: Difference): string => `${kind} ${what}`;

/** What AWS did not tell, or what only an administrator takes away, opens nothing. */
const OPENS_NOTHING: ReadonlySet<Difference["kind"]> = new Set(["UNREAD", "KEY_MISSING"]);

/**
 * What stood at AWS after an account had been closed, and had not then. Parts of ours count like any
 * other: whoever has the activator opens with the same window, latch and key. It may be somebody's
 * doing, or a call of ours that AWS carried out late; the trail tells which.
 */
export class Reopened {
  /** What remained when it was closed; null: it is not. */
  #rested: ReadonlySet<string> | null = null;
  #found: readonly Difference[] = [];

  get found(): readonly Difference[] {
    return this.#found;
  }

  /** As a journal names them. */
  get names(): readonly string[] {
    return this.#found.map(nameOf);
  }

  closed(remains: readonly Difference[]): void {
    this.#rested = new Set(remains.map(nameOf));
  }

  /** From now on it is opened on purpose. */
  opens(): void {
    this.#rested = null;
  }

  /** Whether there is more now than was found before. */
  look(standing: readonly Difference[]): boolean {
    const rested = this.#rested;
    if (rested === null) return false;
    const known = new Set([...rested, ...this.names]);
    const found = standing.filter((one) => !OPENS_NOTHING.has(one.kind) && !known.has(nameOf(one)));
    this.#found = [...this.#found, ...found];
    return found.length > 0;
  }

  /** As a process that is gone left it in the journal. */
  resume(rested: readonly string[] | null, found: readonly string[]): void {
    this.#rested = rested === null ? null : new Set(rested);
    this.#found = found.map((name) => {
      const [kind = "", ...what] = name.split(" ");
      return { kind: kind as Difference["kind"], what: what.join(" ") };
    });
  }
}
