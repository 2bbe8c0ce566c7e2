import { defineConfig } from "vitest/config";

if (process.env["PULLSTATION_ROOM"] === undefined)
  process.stderr.write("left out here: test/e2e/real, which npm run test:silence runs\n");

/** What needs a Chromium: the app's windows, alone and in whole ceremonies. */
export default defineConfig({
  test: {
    include: ["test/{e2e,electron-host,renderer}/**/*.test.ts"],
    // A real station needs a cable that can be pulled: in the namespaces that silence.sh makes.
    exclude: process.env["PULLSTATION_ROOM"] === undefined ? ["test/e2e/real/**"] : [],
    globalSetup: "test/e2e/bundle.ts",
    testTimeout: 600_000,
    expect: { poll: { timeout: 60_000 } },
    hookTimeout: 300_000,
    pool: "forks",
    fileParallelism: false,
    maxConcurrency: 3,
  },
});
