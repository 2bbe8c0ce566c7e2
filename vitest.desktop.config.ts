import { defineConfig } from "vitest/config";

/** What needs a Chromium: the app's windows, alone and in whole ceremonies. */
export default defineConfig({
  test: {
    include: ["test/{e2e,electron-host,renderer}/**/*.test.ts"],
    // A real station needs a cable that can be pulled: in the namespaces that silence.sh makes.
    exclude: process.env["PULLSTATION_ROOM"] === undefined ? ["test/e2e/real/**"] : [],
    globalSetup: "test/e2e/bundle.ts",
    testTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
    hookTimeout: 120_000,
    pool: "forks",
    fileParallelism: false,
  },
});
