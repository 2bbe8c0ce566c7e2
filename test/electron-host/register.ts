import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";
import { hideCompileCache } from "./compile-cache.ts";
import { guardCrypto } from "./guards.ts";

// node --import test/electron-host/register.ts dist/main.js
// Resolves `electron` to the stand-in, and lets start.ts load main, so that `ready` comes when main's
// module has run to its end, as in Electron.

const here = (file: string): string => new URL(file, import.meta.url).href;
const main = pathToFileURL(process.argv[1] ?? "").href;

hideCompileCache();
guardCrypto();
registerHooks({
  resolve(specifier, context, next) {
    if (
      specifier === "electron" ||
      specifier === "electron/main" ||
      specifier === "electron/common"
    )
      return { url: here("./electron.ts"), format: "module-typescript", shortCircuit: true };
    if (context.parentURL === undefined && specifier === main)
      return { url: here("./start.ts"), format: "module-typescript", shortCircuit: true };
    return next(specifier, context);
  },
});
