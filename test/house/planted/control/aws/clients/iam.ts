import { IAMClient } from "@aws-sdk/client-iam";
import { fits } from "../documents/policy.ts";

export const clientFor = (policy: Uint8Array): IAMClient | null =>
  fits(policy) ? new IAMClient({}) : null;
