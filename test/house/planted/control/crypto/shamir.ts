import { combine as combineRaw } from "shamir-secret-sharing";
import { CodedError, type CryptoCode } from "./errors.ts";

export async function combine(shares: Uint8Array[]): Promise<Uint8Array> {
  if (shares.length < 2) throw new CodedError<CryptoCode>("TOO_FEW_SHARES");
  return combineRaw(shares);
}

export const isShare = (bytes: Uint8Array): boolean => bytes.length > 1;
