import * as z from "zod";

/** A copy of the vault's folder on a stick: vault, records, runbook, policy and reviews; no share, no key. */

export const copyWritten = z.object({
  stick: z.string(),
  /** At the top of the stick. */
  folder: z.string(),
  epoch: z.int(),
  fileSha256: z.string(),
  /** The last record that it holds. */
  upTo: z.object({ seq: z.int(), sha256: z.string() }),
});
export type CopyWritten = z.infer<typeof copyWritten>;

export const copyRequests = {
  /** Writes it to that stick, reads it back and compares; in the earlier copy's place. */
  writeCopy: {
    input: z.object({
      dir: z.string(),
      committed: z.string().nullable(),
      stick: z.object({ name: z.string(), folder: z.string() }),
    }),
    output: copyWritten,
  },
} as const;

/** What the main window shows of it. */
export const copyScreen = z.object({
  kind: z.literal("copy"),
  /** Sticks that are plugged in now. */
  sticks: z.array(z.string()),
  /** Who may take it. */
  custodians: z.array(z.string()),
  epoch: z.int(),
  /** The last copy of this epoch, RFC 3339; null: none was written. */
  last: z.string().nullable(),
  /** What was written just now, and the record that says so. */
  done: copyWritten.extend({ holder: z.string(), record: z.int() }).nullable(),
});

/** `holder`: the custodian who takes it. */
export const copyAction = z.strictObject({
  do: z.literal("writeCopy"),
  holder: z.string().trim().min(1).max(200),
});
