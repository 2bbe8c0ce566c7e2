import { planted } from "./planted.ts";

export const serveReview = (): unknown => planted;
