import { existsSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import {
  checkCeremony,
  type CheckOutcome,
  type CheckPorts,
  type CheckProcess,
  type CheckWish,
} from "../ceremony/check-ceremony.ts";
import { dueChecks } from "../ceremony/due.ts";
import { replay } from "../ceremony/verify.ts";
import { checkRequests } from "../contract/check.ts";
import { explain, visible } from "../contract/failures.ts";
import { join as joinPorts, lanes } from "../contract/port.ts";
import { type Client, connect, Refused } from "../contract/serve.ts";
import { vaultView } from "../contract/vault.ts";
import { CodedError } from "../crypto/errors.ts";
import type { Header } from "../crypto/header.ts";
import { parseVault } from "../crypto/vault.ts";
import { lockFolder } from "../station/lock.ts";
import { mediaRoots } from "../station/media.ts";
import { readCopy } from "../station/record-store.ts";
import { readStory } from "../station/records-folder.ts";
import { liveVault, readVault } from "../station/vault-file.ts";
import { clock } from "./drill/scene.ts";
import { forkProcess } from "./fork.ts";
import { type Stage, startStage } from "./glass/stage.ts";
import { folderOf, openChain } from "./glass/station.ts";
import { jsonText } from "./json-text.ts";
import { keyboardRequests } from "./keyboard/requests.ts";
import { type Terminal, terminalOn } from "./terminal.ts";

const CHECK = new URL("../station/check-process.ts", import.meta.url);
const KEYBOARD = new URL("keyboard/process.ts", import.meta.url);

/** What says that the folder, not what was checked, is at fault: exit status 2. */
const UNUSABLE =
  /^(?:VAULT_|CHAIN_NOT_VALID|STATION_|HEADER_|NOT_A_VAULT|SIGNATURE_|FORMAT_|KEY_NOT_IN_VAULT|PRACTICE_)/;

/** The keyboard's process and what it is asked for: it stays from one check to the next. */
export interface CheckDesk {
  readonly header: Header;
  readonly ask: Client<typeof keyboardRequests>["ask"];
  /** In practice: on which key the finger will be when it blinks. */
  readonly point: (label: string) => Promise<void>;
}

/** A rehearsal's: on the key of that label when one blinks. */
interface Finger {
  on: string | null;
}

interface Checking {
  readonly wish: CheckWish;
  readonly json: boolean;
  /** A rehearsal's security keys are needed. */
  readonly keys: boolean;
  readonly person: (desk: CheckDesk, ...told: Parameters<CheckPorts["person"]>) => Promise<void>;
  /** Whether another check follows, in a check process of its own. */
  readonly another?: (found: CheckOutcome["found"]) => boolean;
  /** Whether what was found is what was asked for. */
  readonly good: (found: CheckOutcome["found"], header: Header) => boolean;
}

/** People at the terminal check what is theirs; answers the exit status: 0 good, 1 not, 2 unusable. */
export async function checkAtTerminal(path: string, checking: Checking): Promise<number> {
  const { json } = checking;
  const terminal = terminalOn(process.stderr);
  const dir = folderOf(path);
  let release: (() => void) | null = null;
  let stage: Stage | null = null;
  try {
    const { mode } = parseVault(readVault(dir)).header;
    const atStation = existsSync(join(dir, "station.key"));
    if (atStation) release = lockFolder(dir);
    const store = atStation ? await openChain(dir, mode, terminal.note) : null;
    const records: CheckPorts["records"] =
      store === null
        ? { committed: committedIn(dir), append: null }
        : { committed: store.committed, append: (...line) => store.append(...line) };
    const { header } = parseVault(liveVault(dir, records.committed));
    if (checking.keys && header.mode === "PRACTICE") {
      stage = startStage();
      await stage.ask("start", { dir, fresh: null, latencyMs: 0 });
    }
    const found = await checked(dir, checking, header, stage, terminal, records);
    const good = checking.good(found, header);
    if (json) process.stdout.write(jsonText({ good, checks: found }, 2));
    else tell(terminal, found, atStation ? dir : null);
    return good ? 0 : 1;
  } catch (error) {
    if (!(error instanceof CodedError || error instanceof Refused)) throw error;
    const { code, about } = error;
    const { what, todo } = explain(code, about);
    if (json) process.stdout.write(jsonText({ good: false, code, what, todo }));
    else process.stderr.write(`${what}\n${todo}\n(${code})\n`);
    return UNUSABLE.test(code) ? 2 : 1;
  } finally {
    await stage?.end();
    release?.();
  }
}

async function checked(
  dir: string,
  { wish, person, another }: Checking,
  header: Header,
  stage: Stage | null,
  terminal: Terminal,
  records: CheckPorts["records"],
): Promise<CheckOutcome["found"]> {
  const keyboard = forkProcess(KEYBOARD, "its own");
  const near = lanes(keyboard.port, ["main", "people"]);
  const { ask } = connect(near.main, keyboardRequests);
  const finger: Finger = { on: null };
  const point = async (label: string): Promise<void> => {
    finger.on = label;
    await stage?.ask("fingers", { by: "people" });
  };
  const found: CheckOutcome["found"][number][] = [];
  try {
    const ports: CheckPorts = {
      check: () => checkProcess(ask, near.people, stage, finger),
      person: (asked, vault) => person({ header, ask, point }, asked, vault),
      records,
      clock,
      // The person was told at the keyboard.
      progress: { note: terminal.note, refused: () => undefined },
    };
    for (;;) {
      found.push(...(await checkCeremony(ports, dir, wish)).found);
      if (another?.(found) !== true) return found;
    }
  } finally {
    await keyboard.end();
  }
}

/** A check process whose people's lane leads to the keyboard, and its keys' to a rehearsal's stage. */
async function checkProcess(
  ask: CheckDesk["ask"],
  people: Parameters<typeof joinPorts>[1],
  stage: Stage | null,
  finger: Finger,
): Promise<CheckProcess> {
  const child = forkProcess(CHECK);
  const far = lanes(child.port, ["main", "people", "key"]);
  const asked = connect(far.main, checkRequests, (view) => {
    const said = vaultView.safeParse(view);
    if (said.success && said.data.kind === "keepalive" && said.data.what === "touch")
      stage?.ask("press", { label: finger.on }).catch(() => undefined);
  });
  const { publicKey } = await ask("offer", null);
  const keys = stage === null ? {} : { keys: (await stage.ask("offer", null)).publicKey };
  const { publicKey: check } = await asked.ask("join", {
    people: publicKey,
    ...keys,
    practiceKeys: stage !== null,
    mediaRoots: [...mediaRoots(userInfo().username)],
  });
  // Carried, and not to be read here.
  joinPorts(far.people, people);
  await ask("join", { check });
  if (stage !== null) {
    joinPorts(far.key, stage.key);
    await stage.ask("join", { vault: check });
  }
  return { ask: asked.ask, end: async () => void (await child.end()) };
}

/** Of a copy: what its own records call live. */
function committedIn(dir: string): string | null {
  const copy = readCopy(dir);
  return copy === null ? null : (replay([copy]).walk.result().live?.fileSha256 ?? null);
}

function tell(terminal: Terminal, found: CheckOutcome["found"], station: string | null): void {
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
