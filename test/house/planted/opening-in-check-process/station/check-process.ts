import { unseal } from "../ceremony/unseal.ts";

export const serveCheck = (): unknown => unseal;
