import { planted } from "./planted.ts";

export const other = (): number => planted();
