import * as z from "zod";

/** What the command asks of the keyboard's process: who is to type, and for what. No secret crosses here. */
export const keyboardRequests = {
  /** A fresh key of this end of the people's lane… */
  offer: { input: z.null(), output: z.object({ publicKey: z.string() }) },
  /** …and the check process's own. */
  join: { input: z.object({ check: z.string() }), output: z.null() },
  /** One person types until the card is good, or leaves. */
  check: {
    input: z.object({
      form: z.enum(["card", "full"]),
      vault: z.string(),
      epoch: z.int(),
      of: z.int(),
    }),
    output: z.null(),
  },
} as const;
