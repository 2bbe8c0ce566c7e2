import { dial } from "./planted.ts";

export const version = (): unknown => dial();
