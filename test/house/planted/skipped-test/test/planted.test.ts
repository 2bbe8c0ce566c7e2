import { test } from "vitest";

test.skip("later", () => {});
