import { unseal } from "../../ceremony/unseal.ts";

export const read = (): unknown => unseal;
