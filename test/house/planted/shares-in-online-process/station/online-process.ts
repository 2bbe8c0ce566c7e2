import { unseal } from "../ceremony/unseal.ts";

export const activate = unseal;
