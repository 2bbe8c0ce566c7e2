import { grants, type Power, type Room } from "./rooms.ts";

export interface Allowed {
  readonly builtins: ReadonlySet<string>;
  readonly powers: ReadonlySet<Power>;
}

/** What one file may touch: its room's row, its own grant, and the modules that a power implies. */
export function allowed(row: Room, file?: string): Allowed {
  const grant = grants.find((other) => other.file === file);
  const powers = new Set([...row.powers, ...(grant?.powers ?? [])]);
  const waiting = powers.has("timers") ? ["timers", "timers/promises"] : [];
  return {
    powers,
    builtins: new Set([...row.builtins, ...(grant?.builtins ?? []), ...waiting]),
  };
}
