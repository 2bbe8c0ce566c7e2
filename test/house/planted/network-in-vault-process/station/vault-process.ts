import { planted } from "./planted.ts";

export const open = (): unknown => planted;
