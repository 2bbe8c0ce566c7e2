import { open, readdir, readFile, rename, rm, truncate } from "node:fs/promises";
import { constants, existsSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { type JournalState, readJournal } from "../ceremony/access/journal.ts";
import { orderSchema } from "../contract/order.ts";
import { CodedError } from "../crypto/errors.ts";
import { makeFolder, replaceFile } from "./vault-file.ts";

/**
 * The journal and the closer's sessions on this laptop's disk, under one folder:
 * `journal/<incident>.jsonl` and, while an access is open, `open/<incident>.close`. Both are 0600
 * and on the disk (fsync, folder too) before the call returns.
 */

export type JournalCode = "JOURNAL_EXISTS" | "JOURNAL_MISSING";

const refuse = (code: JournalCode, about: Readonly<Record<string, string>>, cause?: unknown) => {
  throw new CodedError<JournalCode>(code, about, { cause });
};

const journalPath = (dir: string, incident: string): string =>
  join(dir, "journal", `${incident}.jsonl`);
const closerPath = (dir: string, incident: string): string =>
  join(dir, "open", `${incident}.close`);

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function appendSynced(path: string, text: string, flags: string | number): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    await file.appendFile(text, "utf8");
    await file.datasync();
  } finally {
    await file.close();
  }
}

export interface JournalFile {
  append(text: string): Promise<void>;
}

const fileAt = (path: string): JournalFile => ({
  // Not created anew when someone removed it underneath: that must be an error.
  append: (text) => appendSynced(path, text, constants.O_WRONLY | constants.O_APPEND),
});

/** A journal of a new incident; `JOURNAL_EXISTS` when this incident has one: resume that. */
export async function createJournal(dir: string, incident: string): Promise<JournalFile> {
  const path = journalPath(dir, incident);
  makeFolder(join(dir, "journal"), 0o700);
  try {
    await appendSynced(path, "", "ax");
  } catch (cause) {
    // A disk that refuses is told as what it is: there is nothing to resume.
    if ((cause as { code?: string }).code !== "EEXIST") throw cause;
    refuse("JOURNAL_EXISTS", { incident }, cause);
  }
  await syncFolder(join(dir, "journal"));
  return fileAt(path);
}

/** Accounts that an opening was begun for; undefined: the journal does not say. */
export async function accountsBegun(
  dir: string,
  incident: string,
): Promise<readonly string[] | undefined> {
  const { header } = await readJournalFile(dir, incident);
  return header?.accounts.map(({ accountId }) => accountId);
}

/** How a journal stands; `JOURNAL_MISSING` when there is none. */
export async function readJournalFile(dir: string, incident: string): Promise<JournalState> {
  let text: string;
  try {
    text = await readFile(journalPath(dir, incident), "utf8");
  } catch (cause) {
    return refuse("JOURNAL_MISSING", { incident }, cause);
  }
  // The copy that `reopenJournal` keeps of a damaged file says so for good.
  return readJournal(text, existsSync(`${journalPath(dir, incident)}.damaged`));
}

/**
 * Opens a journal to go on with. What is torn or damaged is cut off, so that new lines are sound; a
 * damaged file is first kept beside it as `<incident>.jsonl.damaged`.
 */
export async function reopenJournal(
  dir: string,
  incident: string,
): Promise<{ readonly state: JournalState; readonly file: JournalFile }> {
  const state = await readJournalFile(dir, incident);
  const path = journalPath(dir, incident);
  // Whole and on the disk before anything is cut off.
  if (state.damaged && !existsSync(`${path}.damaged`))
    replaceFile(`${path}.damaged`, await readFile(path));
  if (state.damaged || state.torn) await truncate(path, state.validBytes);
  return { state, file: fileAt(path) };
}

/** Keeps an incident's journal, if it has one, under a name that no start looks at. */
export async function putAside(dir: string, incident: string): Promise<void> {
  const path = journalPath(dir, incident);
  if (!existsSync(path)) return;
  let number = 1;
  while (existsSync(`${path}.unused-${number}`)) number++;
  await rename(path, `${path}.unused-${number}`);
  await syncFolder(join(dir, "journal"));
}

/** Every journal of the folder: what a start looks at. Oldest name first. */
export async function listJournals(
  dir: string,
): Promise<readonly { readonly incident: string; readonly state: JournalState }[]> {
  const names = await readdir(join(dir, "journal")).catch(() => []);
  const incidents = names
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => name.slice(0, -".jsonl".length))
    .toSorted();
  return Promise.all(
    incidents.map(async (incident) => ({ incident, state: await readJournalFile(dir, incident) })),
  );
}

const closerSession = z.object({
  mode: z.enum(["PRACTICE", "REAL"]),
  incident: z.string(),
  accountId: z.string(),
  partition: z.enum(["aws", "aws-cn", "aws-us-gov"]),
  emergencyUserArn: z.string(),
  latchArn: z.string(),
  session: z.object({
    accessKeyId: z.string(),
    secretAccessKey: z.string(),
    sessionToken: z.string(),
    expiresMs: z.number(),
  }),
});
export type KeptCloser = z.infer<typeof closerSession>;

/**
 * Incidents whose closer's sessions lie on the disk: each may be open, whatever its journal says. A name
 * that no incident can have is nobody's session.
 */
export async function listClosers(dir: string): Promise<readonly string[]> {
  const names = await readdir(join(dir, "open")).catch(() => []);
  return names
    .filter((name) => name.endsWith(".close"))
    .map((name) => name.slice(0, -".close".length))
    .filter((incident) => orderSchema.shape.incident.safeParse(incident).success)
    .toSorted();
}

/** One line per account and activation; several accounts may write at once. */
export function closerFile(dir: string, incident: string) {
  const path = closerPath(dir, incident);
  const folder = join(dir, "open");
  return {
    async keep(session: KeptCloser): Promise<void> {
      makeFolder(folder, 0o700);
      // A line feed first: what a crash tore before must not swallow this line.
      await appendSynced(path, `\n${JSON.stringify(session)}\n`, "a");
      await syncFolder(folder);
    },
    async forget(): Promise<void> {
      await rm(path, { force: true });
      await syncFolder(folder).catch(() => undefined);
    },
  };
}

/** The newest whole session of each account; a torn or foreign line is passed over. */
export async function closerSessions(
  dir: string,
  incident: string,
): Promise<readonly KeptCloser[]> {
  const text = await readFile(closerPath(dir, incident), "utf8").catch(() => "");
  const newest = new Map<string, KeptCloser>();
  for (const row of text.split("\n")) {
    const kept = readCloser(row);
    if (kept !== null && kept.incident === incident) newest.set(kept.accountId, kept);
  }
  return [...newest.values()];
}

function readCloser(row: string): KeptCloser | null {
  try {
    return closerSession.parse(JSON.parse(row));
  } catch {
    return null;
  }
}
