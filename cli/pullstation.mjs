#!/usr/bin/env node
import { fileURLToPath } from "node:url";

// The one file that an old Node can read: it says what is missing instead of a syntax error.
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  process.stderr.write(
    `pullstation needs Node 24; this is Node ${process.versions.node}.\n` +
      "Start it with `npx pullstation` inside the checkout (npm ci installs Node 24 there on Linux\n" +
      "and Windows), or install Node 24.\n",
  );
  process.exit(2);
}
// What Node derived from the sources (types stripped, compiled) is kept inside the checkout: it
// halves the start and saves the memory of the stripper. Child processes inherit the folder.
// Imported here: older releases have no such export.
const { enableCompileCache } = await import("node:module");
const cache = fileURLToPath(new URL("../node_modules/.cache/pullstation", import.meta.url));
enableCompileCache(cache);
process.env.NODE_COMPILE_CACHE = cache;
const { main } = await import("./main.ts");
await main(process.argv);
