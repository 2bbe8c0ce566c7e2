import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DocumentsCode } from "../aws/documents/errors.ts";
import { kitFiles, sizesOf } from "../aws/documents/template/files.ts";
import { unknownRegions } from "../aws/documents/partition.ts";
import { planOf, type Size } from "../aws/documents/template/plan.ts";
import { kitExpiry } from "../ceremony/kit-expiry.ts";
import { explain } from "../contract/failures.ts";
import { CodedError } from "../crypto/errors.ts";
import { makeFolder } from "../station/vault-file.ts";
import { jsonText } from "./json-text.ts";
import type { TemplateOptions } from "./template.ts";

/** Codes of this command beside those of aws/documents. */
export type TemplateCode = "TEMPLATE_FOLDER_USED" | "TEMPLATE_FOLDER_UNUSABLE" | "KIT_EXPIRY_PAST";

interface Said {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

const refuse = (code: TemplateCode, about: Readonly<Record<string, string>>): never => {
  throw new CodedError<TemplateCode | DocumentsCode>(code, about);
};

/** Writes the kit; the exit status as the command's help gives it. Refused input writes nothing. */
export function writeTemplate(options: TemplateOptions, now: Date, { out, err }: Said): number {
  const { format, json, out: dir } = options;
  try {
    const expires = options.expires ?? inAYear(now);
    const expiry = kitExpiry(expires, now.toISOString());
    if (expiry.kind === "over") refuse("KIT_EXPIRY_PAST", { expires });
    const plan = planOf({
      accounts: options.account,
      partition: options.partition,
      regions: options.region ?? [],
      profiles: options.profile ?? ["restore-service"],
      evidenceBuckets: options.trailBucket ?? [],
      kitExpires: expires,
      maxHours: options.maxHours,
      alarmRegion: options.alarmRegion ?? null,
      securityRole: options.securityRole,
      deployRole: options.deployRole,
    });
    const code = readFileSync(REAPER, "utf8");
    const files = kitFiles(plan, format, code);
    const sizes = sizesOf(plan, format, code);
    prepare(dir);
    for (const { path, text } of files) write(dir, path, text);
    const unknown = unknownRegions([...plan.regions, plan.second]);
    const warnings = [
      ...(expiry.kind === "near"
        ? [`The kit expires in ${expiry.days} days, on ${expires}: from then on nothing opens.`]
        : []),
      ...[...new Set(unknown)].map(
        (region) =>
          `${region} is no region that this version knows. If it is misspelt, no access will ever ` +
          "open: each is proven in every region.",
      ),
    ];
    const warning = warnings.length === 0 ? null : warnings.join(" ");
    if (json)
      out(jsonText({ ok: true, dir, plan, files: files.map(({ path }) => path), sizes, warning }));
    else {
      out(`${files.length} files in ${dir}. The kit expires ${expires}.\n\n${table(sizes)}\n`);
      if (warning !== null) out(`! ${warning}\n\n`);
      out(`Next: read ${join(dir, "README.md")}. It has not been deployed to AWS by anyone yet.\n`);
    }
    return 0;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const { what, todo } = explain(error.code, error.about);
    if (json) out(jsonText({ ok: false, code: error.code, about: error.about, what, todo }));
    else err(`${what}\n${todo}\n(${error.code})\n`);
    return 2;
  }
}

/** The reaper is deployed as it lies in the repository. */
const REAPER = new URL("../aws/documents/template/reaper.py", import.meta.url);

const inAYear = (now: Date): string =>
  `${new Date(now.getTime() + 365 * 86_400_000).toISOString().slice(0, 10)}T00:00:00Z`;

const reasonOf = (error: unknown): string => (error as { code?: string }).code ?? "unknown";

function prepare(dir: string): void {
  let found: readonly string[] = [];
  try {
    makeFolder(dir);
    found = readdirSync(dir);
  } catch (error) {
    refuse("TEMPLATE_FOLDER_UNUSABLE", { dir, reason: reasonOf(error) });
  }
  if (found.length > 0) refuse("TEMPLATE_FOLDER_USED", { dir });
}

function write(dir: string, path: string, text: string): void {
  const file = join(dir, path);
  try {
    makeFolder(dirname(file));
    writeFileSync(file, text);
  } catch (error) {
    refuse("TEMPLATE_FOLDER_UNUSABLE", { dir: file, reason: reasonOf(error) });
  }
}

function table(sizes: readonly Size[]): string {
  const wide = Math.max(...sizes.map(({ what }) => what.length));
  const rows = sizes.map(
    ({ what, characters, most }) =>
      `  ${what.padEnd(wide)}  ${String(characters).padStart(6)} of ${String(most).padStart(6)} characters`,
  );
  return [...rows, ""].join("\n");
}
