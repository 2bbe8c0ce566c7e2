import { defineConfig } from "oxlint";
import { lintConfig } from "./build/house/lint.ts";

export default defineConfig(lintConfig());
