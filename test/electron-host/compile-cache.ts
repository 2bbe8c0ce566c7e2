import { flushCompileCache } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

// Node's cache of compiled modules saves three quarters of the stand-in's own start. A process is
// told of it by its environment, which the app must not see.

const NAME = "NODE_COMPILE_CACHE";

export const withCompileCache = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...env,
  [NAME]: process.env[NAME] ?? join(tmpdir(), "node-compile-cache"),
});

/** Called first by whoever was started so. Writes the cache early: many a process here is killed. */
export function hideCompileCache(): void {
  Reflect.deleteProperty(process.env, NAME);
  setTimeout(flushCompileCache, 500).unref();
}
