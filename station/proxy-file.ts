import { readFileSync } from "node:fs";
import { join } from "node:path";
import { refuse } from "./errors.ts";

const NAME = "proxy.txt";

/**
 * The one CONNECT proxy that people chose for this station: `proxy.txt` beside its vault, one line,
 * http://HOST:PORT. Null where there is no such file: nothing else makes a proxy be used. No user name:
 * it would be recorded. `PROXY_INVALID` for anything else in it.
 */
export function readProxy(dir: string): string | null {
  let text: string;
  try {
    text = readFileSync(join(dir, NAME), "utf8").trim();
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return null;
    return refuse("PROXY_INVALID", { file: NAME }, error);
  }
  const [, port = ""] = /^http:\/\/[A-Za-z0-9][A-Za-z0-9.-]{0,252}:(\d{1,5})$/.exec(text) ?? [];
  return Number(port) > 0 && Number(port) < 65_536 ? text : refuse("PROXY_INVALID", { file: NAME });
}
