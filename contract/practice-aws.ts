import * as z from "zod";

/** What main asks of practice AWS in a process of its own, for other clients of AWS. */
export const practiceAwsRequests = {
  /** Opens the AWS that stands in `dir`, or sets one there, and serves it on 127.0.0.1. */
  serve: {
    input: z.object({
      dir: z.string(),
      /** 0: a free one. */
      port: z.int().min(0).max(65535),
      /** Of a new one. */
      accounts: z.int().min(1).max(100),
      /** Each as practice/aws/faults.ts describes it. */
      faults: z.array(z.record(z.string(), z.union([z.string(), z.number()]))),
    }),
    output: z.object({
      endpoint: z.string(),
      accounts: z.array(z.string()),
      /** accessKeys.csv files of its users. */
      keyFiles: z.array(z.string()),
      /** TOTP seed of each account's activator. */
      mfaFile: z.string(),
      /** For POST /__practice/faults, as the header x-pullstation-practice-token. */
      token: z.string(),
    }),
  },
} as const;
