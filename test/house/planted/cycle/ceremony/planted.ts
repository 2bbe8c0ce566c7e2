import { other } from "./planted-other.ts";

export const planted = (): number => other();
