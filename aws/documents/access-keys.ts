import { parse } from "csv-parse/sync";
import { fail } from "./errors.ts";

export type KeyRole = "activator" | "closer" | "emergency";

const ROLES: readonly KeyRole[] = ["activator", "closer", "emergency"];

/** One row of a key file. Secret. */
export interface ImportedKey {
  readonly accountId: string;
  readonly role: KeyRole;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Where it stood, for messages. */
  readonly file: string;
  readonly line: number;
}

/** The keys of one account; without a closer key, the activator assumes the closer role. Secret. */
export interface AccountKeys {
  readonly accountId: string;
  readonly activator: ImportedKey;
  readonly closer: ImportedKey | null;
  readonly emergency: ImportedKey;
}

interface Columns {
  readonly id: number;
  readonly secret: number;
  readonly user: number;
  readonly link: number;
}

function columnsOf(header: readonly string[], file: string): Columns {
  const names = header.map((name) => name.toLowerCase());
  const columns = {
    id: names.indexOf("access key id"),
    secret: names.indexOf("secret access key"),
    user: names.indexOf("user name"),
    link: names.indexOf("console login link"),
  };
  return columns.id < 0 || columns.secret < 0 ? fail("KEY_FILE_COLUMNS", { file }) : columns;
}

const rolesIn = (text: string): readonly KeyRole[] =>
  ROLES.filter((role) => text.toLowerCase().includes(role));

/** The user's name says what a key is for, else the file's; two roles in one name say nothing. */
function roleOf(userName: string, file: string, line: number): KeyRole {
  for (const text of [userName, file]) {
    const [role, ...others] = rolesIn(text);
    if (role !== undefined && others.length === 0) return role;
  }
  return fail("KEY_ROLE_UNKNOWN", { file, line });
}

const accountIn = (text: string): string | null => /(?<!\d)\d{12}(?!\d)/.exec(text)?.[0] ?? null;

/**
 * Reads a key file as the AWS console writes it: accessKeys.csv (Access key ID, Secret access key),
 * or the older credentials.csv with a User name column; BOM and CRLF as they come. The account is
 * the twelve digits in the file's name or in its console login link, else `defaultAccount`. No
 * error repeats what the file holds but its name and the line.
 */
export function parseAccessKeys(
  text: string,
  file: string,
  defaultAccount: string | null,
): readonly ImportedKey[] {
  let rows: ReturnType<typeof parse>;
  try {
    rows = parse(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      info: true,
    });
  } catch {
    // The parser's own error quotes the text, which may be a secret: it is not passed on.
    return fail("KEY_FILE_NOT_CSV", { file });
  }
  const [header, ...body] = rows;
  if (header === undefined) return fail("KEY_FILE_EMPTY", { file });
  const columns = columnsOf(header.record, file);
  if (body.length === 0) fail("KEY_FILE_EMPTY", { file });
  return body.map(({ record, info }) => {
    const line = info.lines;
    const cell = (at: number): string => record[at] ?? "";
    const accessKeyId = cell(columns.id);
    const secretAccessKey = cell(columns.secret);
    if (accessKeyId.startsWith("ASIA")) fail("KEY_ID_TEMPORARY", { file, line });
    if (!/^AKIA[A-Z2-7]{16}$/.test(accessKeyId)) fail("KEY_ID_INVALID", { file, line });
    if (!/^[A-Za-z0-9+/]{40}$/.test(secretAccessKey)) fail("KEY_SECRET_INVALID", { file, line });
    return {
      accountId:
        accountIn(file) ??
        accountIn(cell(columns.link)) ??
        defaultAccount ??
        fail("KEY_ACCOUNT_UNKNOWN", { file, line }),
      role: roleOf(cell(columns.user), file, line),
      accessKeyId,
      secretAccessKey,
      file,
      line,
    };
  });
}

/** Sorts keys by account: one activator and one emergency key each, a closer key or none. */
export function accountKeys(keys: readonly ImportedKey[]): readonly AccountKeys[] {
  const seen = new Map<string, ImportedKey>();
  for (const key of keys)
    for (const mark of [key.accessKeyId, `${key.accountId} ${key.role}`]) {
      const first = seen.get(mark);
      if (first !== undefined)
        fail("KEY_DUPLICATE", {
          file: key.file,
          line: key.line,
          other: first.file,
          otherLine: first.line,
        });
      seen.set(mark, key);
    }
  const need = (account: string, role: KeyRole): ImportedKey =>
    seen.get(`${account} ${role}`) ?? fail("KEY_MISSING", { account, role });
  return [...new Set(keys.map((key) => key.accountId))].map((accountId) => ({
    accountId,
    activator: need(accountId, "activator"),
    closer: seen.get(`${accountId} closer`) ?? null,
    emergency: need(accountId, "emergency"),
  }));
}
