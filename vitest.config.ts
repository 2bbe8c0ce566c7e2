import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/peers/**", "test/house/planted/**"],
    testTimeout: 20_000,
    pool: "forks",
  },
});
