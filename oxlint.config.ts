import { defineConfig } from "oxlint";

export default defineConfig({
  categories: { correctness: "error", suspicious: "error" },
  ignorePatterns: ["node_modules", ".tsbuild", "dist", "test/house/planted"],
});
