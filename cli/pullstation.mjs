#!/usr/bin/env node
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
const { main } = await import("./main.ts");
await main(process.argv);
