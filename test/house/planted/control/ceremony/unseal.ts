import { combine } from "../crypto/shamir.ts";

export const unseal = async (shares: Uint8Array[]): Promise<Uint8Array> => combine(shares);
export const atNoon = (day: string): Date => new Date(`${day}T12:00:00Z`);
