import * as z from "zod";

const address = z.object({ host: z.string(), port: z.int().min(0).max(65535) });

/** What main asks of a software security key in a process of its own, for testers. */
export const practiceKeyRequests = {
  /** Plugs the key in and serves its interfaces; answers the ports that were taken. */
  plugIn: {
    input: z.object({
      /** Null: nothing is kept. */
      stateFile: z.string().nullable(),
      /** For a key without a PIN; null: it stays without. */
      pin: z.string().max(63).nullable(),
      touch: z.enum(["auto", "button"]),
      touchTimeoutMs: z.int().positive(),
      /** PIN/UV auth protocols, the best first. */
      pinProtocols: z.array(z.union([z.literal(1), z.literal(2)])).min(1),
      packets: address,
      /** The OTP interface, when it is wanted. */
      feature: address.nullable(),
    }),
    output: z.object({ packets: z.int(), feature: z.int().nullable() }),
  },
  /** The finger. */
  press: { input: z.null(), output: z.null() },
} as const;

/** The key's event: somebody waits for a touch, or no longer does. */
export const practiceKeyView = z.object({ touchWanted: z.boolean() });
