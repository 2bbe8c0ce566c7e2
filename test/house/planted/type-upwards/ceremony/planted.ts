import type { kit } from "../practice/kit/kit.ts";

export type Planted = typeof kit;
