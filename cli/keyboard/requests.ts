import * as z from "zod";

const left = z.object({ left: z.boolean() });

/** What the command asks of the keyboard's process: who is to type, and for what. No secret crosses here. */
export const keyboardRequests = {
  /** A fresh key of this end of the next lane that is joined… */
  offer: { input: z.null(), output: z.object({ publicKey: z.string() }) },
  /** …and the far end's own: a check process or a vault process on the people's lane. */
  join: { input: z.object({ check: z.string() }), output: z.null() },
  joinVault: { input: z.object({ vault: z.string() }), output: z.null() },
  /** The online process, on the lane of who reads the access keys. */
  joinOnline: { input: z.object({ online: z.string() }), output: z.null() },
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
  /** The next security key that comes, until it is proven. `label` null: nobody brings another. */
  key: {
    input: z.object({
      vault: z.string(),
      epoch: z.int(),
      left: z.array(z.object({ label: z.string(), use: z.string(), kind: z.string() })),
    }),
    output: z.object({ label: z.string().nullable() }),
  },
  /** A line that is no secret, and comes back to the command; null: they gave up. */
  line: {
    input: z.object({ prompt: z.string() }),
    output: z.object({ text: z.string().nullable() }),
  },
  /** Whoever is asked for a line is asked no more. */
  giveUp: { input: z.null(), output: z.null() },
  /** One custodian enters a share until it is accepted. `left`: they went without. */
  share: {
    input: z.object({
      vault: z.string(),
      epoch: z.int(),
      have: z.int(),
      need: z.int(),
      others: z.array(z.string()),
    }),
    output: left,
  },
  /** The PIN, and a touch of any key that opens. */
  touch: { input: z.object({ keys: z.array(z.string()) }), output: left },
  /** The PIN, and a touch of the key of that label, under a record. */
  approve: { input: z.object({ label: z.string(), record: z.int() }), output: left },
  /** An MFA code for an account; `again`: AWS did not take the last one. */
  code: { input: z.object({ account: z.string(), again: z.boolean() }), output: left },
  /** Shows the responder the access keys until they press Enter. */
  reveal: { input: z.null(), output: left },
} as const;
