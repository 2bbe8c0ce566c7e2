import { fail } from "./errors.ts";

export type Partition = "aws" | "aws-cn" | "aws-us-gov";

interface Place {
  readonly suffix: string;
  /** Regions of the partition begin with one of these. */
  readonly regions: RegExp;
  /** IAM has one control plane per partition; its requests are signed for this region. */
  readonly iam: { readonly host: string; readonly signingRegion: string };
  /** Alarms here too when IAM's region, where its events arrive, is down. */
  readonly second: string;
}

/** From AWS General Reference, "Service endpoints" of IAM and STS. */
const PLACES: Readonly<Record<Partition, Place>> = {
  aws: {
    suffix: "amazonaws.com",
    regions: /^(?!cn-|us-gov-|us-iso|eu-iso)[a-z]{2}(-[a-z]+)+-\d$/,
    iam: { host: "iam.amazonaws.com", signingRegion: "us-east-1" },
    second: "us-west-2",
  },
  "aws-cn": {
    suffix: "amazonaws.com.cn",
    regions: /^cn-[a-z]+-\d$/,
    iam: { host: "iam.cn-north-1.amazonaws.com.cn", signingRegion: "cn-north-1" },
    second: "cn-northwest-1",
  },
  "aws-us-gov": {
    suffix: "amazonaws.com",
    regions: /^us-gov-[a-z]+-\d$/,
    iam: { host: "iam.us-gov.amazonaws.com", signingRegion: "us-gov-west-1" },
    second: "us-gov-east-1",
  },
};

export interface Endpoints {
  readonly iam: { readonly url: string; readonly signingRegion: string };
  /** The regional STS endpoint; `REGION_INVALID` if the region is not of the partition. */
  readonly sts: (region: string) => { readonly url: string; readonly signingRegion: string };
}

/** Where IAM's events arrive, and the second region that alarms. */
export const alarmRegionsOf = (partition: Partition): readonly [string, string] => {
  const { iam, second } = PLACES[partition];
  return [iam.signingRegion, second];
};

/** `REGION_INVALID` unless the region's name is of the partition. */
export function checkRegion(partition: Partition, region: string): string {
  return PLACES[partition].regions.test(region)
    ? region
    : fail("REGION_INVALID", { region, partition });
}

/** As of AWS SDK 3.1169: a name of the right form that is not here is new, or misspelt. */
const KNOWN: ReadonlySet<string> = new Set(
  [
    "af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2",
    "ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6",
    "ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2",
    "eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 me-west-1 mx-central-1",
    "sa-east-1 sa-west-1 us-east-1 us-east-2 us-west-1 us-west-2",
    "cn-north-1 cn-northwest-1 us-gov-east-1 us-gov-west-1",
  ].flatMap((line) => line.split(" ")),
);

/** Those that this version has not heard of: an access that names one that isn't there never opens. */
export const unknownRegions = (regions: readonly string[]): readonly string[] =>
  regions.filter((region) => !KNOWN.has(region));

/** Where IAM and STS answer: passed to every client explicitly, so that no environment redirects it. */
export function endpointsOf(partition: Partition): Endpoints {
  const { iam, suffix } = PLACES[partition];
  return {
    iam: { url: `https://${iam.host}`, signingRegion: iam.signingRegion },
    sts: (region) => ({
      url: `https://sts.${checkRegion(partition, region)}.${suffix}`,
      signingRegion: region,
    }),
  };
}
