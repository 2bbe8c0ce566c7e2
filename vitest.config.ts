import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [
      "test/peers/**",
      "test/house/planted/**",
      // By `npm run test:desktop`: they need a Chromium.
      "test/{e2e,electron-host,renderer}/**",
    ],
    testTimeout: 20_000,
    // By itself it leaves a core idle, half of a small machine.
    maxWorkers: "100%",
    pool: "forks",
  },
});
