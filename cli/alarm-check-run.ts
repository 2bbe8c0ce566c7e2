import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import {
  type AlarmVerdict,
  CHANNELS_LEAST,
  type Receipt,
  RECEIPT,
  recordAlarmCheck,
} from "../ceremony/alarm-check.ts";
import { explain } from "../contract/failures.ts";
import { CodedError } from "../crypto/errors.ts";
import { hex, sha256 } from "../crypto/bytes.ts";
import { parseVault } from "../crypto/vault.ts";
import { lockFolder } from "../station/lock.ts";
import { openRecords } from "../station/records-folder.ts";
import { readVault } from "../station/vault-file.ts";
import type { AlarmCheckOptions } from "./alarm-check.ts";
import { clock } from "./drill/scene.ts";

/** What keeps a check from beginning. */
export type AlarmCheckCode = "ALARM_CHANNELS_FEW" | "ALARM_NOT_BEGUN" | "STATION_KEY_MISSING";

const SAID: Readonly<Record<AlarmVerdict, string>> = {
  RECEIVED: "Received: the alarm pages.",
  LATE: "NOT in time: longer than five minutes. Look at the queues that the kit's README names.",
  MISSING:
    "NOT received everywhere: nobody may have been paged. Look at the queues and subscriptions now.",
  DIFFERENT: "NOT the same event: at least one message told of something else. Find out of what.",
};

/** Asks, times and records; the exit status as the command's help gives it. */
export async function runAlarmCheck(path: string, options: AlarmCheckOptions): Promise<number> {
  const dir = resolve(path);
  if (options.channel.length < CHANNELS_LEAST) return refused("ALARM_CHANNELS_FEW");
  if (!existsSync(join(dir, "station.key"))) return refused("STATION_KEY_MISSING", { path: dir });
  let release: (() => void) | null = null;
  const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
  const ask = async (text: string): Promise<string | null> => {
    process.stderr.write(`${text} `);
    const { value, done } = await lines.next();
    return done === true ? null : value.trim().toLowerCase();
  };
  try {
    release = lockFolder(dir);
    const bytes = readVault(dir);
    const { header, epoch } = parseVault(bytes);
    const records = await openRecords(dir, header.mode, () => randomBytes(32));
    const { channel, administrator, onCall, account, region } = options;
    const begun = await ask(
      `${administrator} attaches the latch once more, in ${account}. Enter at that moment:`,
    );
    if (begun === null) return refused("ALARM_NOT_BEGUN");
    const attachedAt = clock.now();
    const from = clock.monotonic();
    const receipts: Receipt[] = [];
    for (const one of channel) {
      const code = await receiptOf(ask, one);
      receipts.push({ channel: one, code, afterMs: clock.monotonic() - from });
    }
    const { verdict, written } = recordAlarmCheck(
      { records, clock },
      {
        mode: header.mode,
        vaultId: hex(epoch.vaultId),
        epoch: epoch.epoch,
        fileSha256: hex(sha256(bytes)),
      },
      { account, region, administrator, onCall, attachedAt, receipts },
    );
    process.stdout.write(`${SAID[verdict]}\nrecord ${written.seq}, SHA-256 ${written.sha256}\n`);
    return verdict === "RECEIVED" ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return unusable(error.code, error.about);
  } finally {
    process.stdin.destroy();
    release?.();
  }
}

/** Eight hex digits, asked for until they are; null for none. */
async function receiptOf(
  ask: (text: string) => Promise<string | null>,
  channel: string,
): Promise<string | null> {
  for (;;) {
    const typed = await ask(`Receipt code that ${channel} brought (Enter alone: none):`);
    if (typed === null || typed === "") return null;
    if (RECEIPT.test(typed)) return typed;
    process.stderr.write("A receipt code has eight digits of 0 to 9 and a to f.\n");
  }
}

const refused = (code: AlarmCheckCode, about?: Readonly<Record<string, string>>): number =>
  unusable(code, about);

function unusable(code: string, about: Readonly<Record<string, string | number>> = {}): number {
  const { what, todo } = explain(code, about);
  process.stderr.write(`${what}\n${todo}\n(${code})\n`);
  return 2;
}
