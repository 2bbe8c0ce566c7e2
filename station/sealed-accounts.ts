import { replay } from "../ceremony/verify.ts";
import { readCopy } from "./record-store.ts";

/** Ids of the accounts that the live seal's record lists; none where it was sealed before they were listed. */
export function sealedAccounts(dir: string): readonly string[] {
  const copy = readCopy(dir);
  if (copy === null) return [];
  const accounts = replay([copy]).walk.result().live?.about["accounts"];
  return Array.isArray(accounts) ? accounts.filter((one) => typeof one === "string") : [];
}
