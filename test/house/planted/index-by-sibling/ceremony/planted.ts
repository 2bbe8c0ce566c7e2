import { check } from "./index.ts";

export const planted = check;
