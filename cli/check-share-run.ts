import { randomBytes } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { checkCeremony, type CheckPorts, type CheckProcess } from "../ceremony/check-ceremony.ts";
import { dueChecks } from "../ceremony/due.ts";
import { replay } from "../ceremony/verify.ts";
import { checkRequests } from "../contract/check.ts";
import { explain, visible } from "../contract/failures.ts";
import { join as joinPorts, lanes } from "../contract/port.ts";
import { connect, Refused } from "../contract/serve.ts";
import { CodedError } from "../crypto/errors.ts";
import { parseVault } from "../crypto/vault.ts";
import { lockFolder } from "../station/lock.ts";
import { mediaRoots } from "../station/media.ts";
import { readCopy } from "../station/record-store.ts";
import { openRecords, readStory } from "../station/records-folder.ts";
import { readVault } from "../station/vault-file.ts";
import type { CheckShareOptions } from "./check-share.ts";
import { clock } from "./drill/scene.ts";
import { forkProcess } from "./fork.ts";
import { jsonText } from "./json-text.ts";
import { keyboardRequests } from "./keyboard/requests.ts";
import { type Terminal, terminalOn } from "./terminal.ts";

const CHECK = new URL("../station/check-process.ts", import.meta.url);
const KEYBOARD = new URL("keyboard/process.ts", import.meta.url);

/** What says that the folder, not the share, is at fault: exit status 2. */
const UNUSABLE = /^(?:VAULT_|CHAIN_NOT_VALID|STATION_|HEADER_|NOT_A_VAULT|SIGNATURE_|FORMAT_)/;

/** One custodian at the terminal; the exit status as the command's help gives it. */
export async function runCheckShare(
  path: string,
  { form, json }: CheckShareOptions,
): Promise<number> {
  const terminal = terminalOn(process.stderr);
  const dir = folderOf(path);
  let release: (() => void) | null = null;
  try {
    const { header } = parseVault(readVault(dir));
    const atStation = existsSync(join(dir, "station.key"));
    if (atStation) release = lockFolder(dir);
    const records = atStation
      ? await openRecords(dir, header.mode, () => randomBytes(32))
      : { committed: committedIn(dir), append: null };
    const keyboard = openKeyboard();
    try {
      const ports: CheckPorts = {
        check: keyboard.check,
        person: async (_, vault) => {
          await keyboard.ask("check", {
            form,
            vault: vault.name,
            epoch: vault.subject.epoch,
            of: vault.custodians.length,
          });
        },
        records: {
          committed: records.committed,
          append: records.append === null ? null : (subject, line) => records.append(subject, line),
        },
        clock,
        // The person was told at the keyboard.
        progress: { note: terminal.note, refused: () => undefined },
      };
      const { found } = await checkCeremony(ports, dir, { what: form });
      const good = found.some((one) => one.good);
      if (json) process.stdout.write(jsonText({ good, checks: found }, 2));
      else tell(terminal, found, atStation ? dir : null);
      return good ? 0 : 1;
    } finally {
      await keyboard.end();
    }
  } catch (error) {
    if (!(error instanceof CodedError || error instanceof Refused)) throw error;
    const { code, about } = error;
    const { what, todo } = explain(code, about);
    if (json) process.stdout.write(jsonText({ good: false, code, what, todo }));
    else process.stderr.write(`${what}\n${todo}\n(${code})\n`);
    return UNUSABLE.test(code) ? 2 : 1;
  } finally {
    release?.();
  }
}

function folderOf(path: string): string {
  const full = resolve(path);
  return statSync(full, { throwIfNoEntry: false })?.isFile() === true ? dirname(full) : full;
}

/** Of a copy: what its own records call live. */
function committedIn(dir: string): string | null {
  const copy = readCopy(dir);
  return copy === null ? null : (replay([copy]).walk.result().live?.fileSha256 ?? null);
}

type Found = Awaited<ReturnType<typeof checkCeremony>>["found"];

function tell(terminal: Terminal, found: Found, station: string | null): void {
  if (station === null) {
    terminal.note("Not recorded: this folder is a copy, without a station's key.");
    return;
  }
  for (const { written } of found)
    if (written !== null) terminal.note(`record ${written.seq}, SHA-256 ${written.sha256}`);
  const overdue = dueChecks(readStory(station), clock.now()).filter((row) => row.overdue);
  for (const { what, who, on } of overdue)
    terminal.note(`overdue since ${on.slice(0, 10)}: ${what} of ${visible(who)}`);
}

/** The keyboard's process, and check processes that are joined to it. */
function openKeyboard(): {
  readonly ask: ReturnType<typeof connect<typeof keyboardRequests>>["ask"];
  readonly check: () => Promise<CheckProcess>;
  end(): Promise<void>;
} {
  const keyboard = forkProcess(KEYBOARD, "its own");
  const near = lanes(keyboard.port, ["main", "people"]);
  const { ask } = connect(near.main, keyboardRequests);
  return {
    ask,
    check: async () => {
      const child = forkProcess(CHECK);
      const far = lanes(child.port, ["main", "people", "key"]);
      const asked = connect(far.main, checkRequests);
      const { publicKey: people } = await ask("offer", null);
      const { publicKey: check } = await asked.ask("join", {
        people,
        practiceKeys: false,
        mediaRoots: [...mediaRoots(userInfo().username)],
      });
      // Carried, and not to be read here.
      joinPorts(far.people, near.people);
      await ask("join", { check });
      return { ask: asked.ask, end: async () => void (await child.end()) };
    },
    end: async () => void (await keyboard.end()),
  };
}
