import { endpointsOf, type Partition } from "../documents/partition.ts";
import { failClients } from "./codes.ts";

export interface Endpoint {
  readonly region: string;
  readonly endpoint: string;
}

/**
 * Where a call goes: always explicit, never looked up. STS is regional; without a region it is
 * pinned to IAM's, so that its events reach the alarm. `REGION_INVALID` outside the partition.
 */
export function endpointFor(
  service: "iam" | "sts",
  partition: Partition,
  region: string | null,
  practice: string | null,
): Endpoint {
  const { iam, sts } = endpointsOf(partition);
  const at = service === "iam" ? iam : sts(region ?? iam.signingRegion);
  return { region: at.signingRegion, endpoint: practice ?? at.url };
}

/** Practice goes to 127.0.0.1 and nowhere else; the real thing never goes to a practice endpoint. */
export function practiceEndpoint(mode: "PRACTICE" | "REAL", given: string | null): string | null {
  if (mode === "REAL")
    return given === null ? null : failClients("PRACTICE_ENDPOINT_REFUSED", { mode });
  if (given === null) return failClients("PRACTICE_ENDPOINT_MISSING");
  return /^http:\/\/127\.0\.0\.1:\d{1,5}$/.test(given)
    ? given
    : failClients("PRACTICE_ENDPOINT_REFUSED", { mode });
}
