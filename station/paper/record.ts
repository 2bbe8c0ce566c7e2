import { pgpWords } from "../../contract/pgp-words.ts";
import { fromHex } from "../../crypto/bytes.ts";
import { NAMESPACES, type RecordBody, recordName, SIGNER_OF } from "../../crypto/record.ts";
import { dateOf, grouped } from "./card.ts";
import { unprintable } from "./errors.ts";
import { page } from "./page.ts";
import { qr, QUIET } from "./qr.ts";
import { type Glance, glanceOf, type Recorded } from "./glance.ts";
import { CLOCKS, clockTime, detailOf, labelOf } from "./record-facts.ts";
import { RECORD_STYLE } from "./record-style.ts";
import { escape, shorten } from "./text.ts";

/** Records that were verified, in the order of the chain; the page's hash is the last one's. */
export interface RecordPage {
  readonly vaultName: string;
  readonly records: readonly Recorded[];
  /** Place of the record whose use or sealing the page is of; the last one unless given. */
  readonly of?: number;
  /** Who signs beside the officer that a record names. */
  readonly people?: {
    readonly officer?: string;
    readonly witness?: string;
    readonly reviewer?: string;
  };
  /** Command lines in place of the stock ones. */
  readonly verify?: readonly string[];
}

/** Bytes of the hash that are read aloud: sixteen words, the least that VAULT.md allows. */
const ALOUD = 16;

/**
 * What the page's QR code holds, in QR's alphanumeric set:
 * `PULLSTATION RECORD <vault id> <sequence number> <SHA-256 of the record's file>`, upper case.
 */
export const recordCode = (vaultId: string, seq: number, sha256: string): string =>
  `PULLSTATION RECORD ${vaultId} ${seq} ${sha256}`.toUpperCase();

/** The principal of a record's line in allowed_signers. */
function principal({ kind, evidence }: RecordBody): string {
  const signer = SIGNER_OF[kind];
  const label = evidence["approver"];
  return signer === "approver" && typeof label === "string" ? `approver:${label}` : signer;
}

// A label goes into a command line that people copy: anything but plain letters is quoted.
const quoted = (text: string): string =>
  /^[\w:@.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/** How to check the last record with stock OpenSSH and coreutils, from the export folder. */
export function verifyLines(head: RecordBody): string[] {
  const file = `records/${recordName(head.seq)}`;
  return [
    `sha256sum ${file}`,
    `ssh-keygen -Y verify -f allowed_signers -I ${quoted(principal(head))} -n ${NAMESPACES[head.mode]} -s ${file}.sig < ${file}`,
    `pullstation verify . --vault-id ${head.vaultId}`,
  ];
}

const bdi = (text: string): string => `<bdi>${escape(text)}</bdi>`;

const band = (practice: boolean): string =>
  practice ? `<p class="band">${"<span>PRACTICE</span>".repeat(3)}</p>` : "";

const facts = ({ facts: rows }: Glance): string =>
  rows
    .filter(([, lines]) => lines.some((line) => line !== ""))
    .map(
      ([label, lines]) =>
        `<dt>${bdi(shorten(label, 24))}</dt><dd>${lines.map((line) => bdi(shorten(line, 280))).join("<br>")}</dd>`,
    )
    .join("\n");

function timeline(records: readonly RecordBody[], incident: string | null): string {
  let day = records[0]?.at.time.slice(0, 10);
  return records
    .map((record) => {
      const { seq, at, kind } = record;
      const today = at.time.slice(0, 10);
      const turn =
        today === day ? "" : `<tr class="day"><td colspan="4">${dateOf(at.time) ?? ""}</td></tr>\n`;
      day = today;
      const detail = shorten(detailOf(record, incident), 220);
      const said = `${escape(labelOf(kind))}${detail === "" ? "" : `<span class="quiet">: ${bdi(detail)}</span>`}`;
      return `${turn}<tr><td><time datetime="${escape(at.time)}">${clockTime(at.time)}</time></td><td class="quiet">${CLOCKS[at.clock]}</td><td class="quiet">${String(seq).padStart(6, "0")}</td><td>${said}</td></tr>`;
    })
    .join("\n");
}

function code(text: string): string {
  const { size, path } = qr(text);
  const side = size + 2 * QUIET;
  return `<svg viewBox="-${QUIET} -${QUIET} ${side} ${side}" shape-rendering="crispEdges" role="img" aria-label="QR code of the record’s hash"><path fill="#000" d="${path}"/></svg>`;
}

function check({ records }: RecordPage): Recorded {
  const head = records.at(-1);
  if (head === undefined) unprintable("RECORD_UNPRINTABLE", "records");
  if (!/^[0-9a-f]{64}$/.test(head.written.sha256)) unprintable("RECORD_UNPRINTABLE", "sha256");
  for (const [index, record] of records.entries()) {
    const before = records[index - 1];
    if (record.vaultId !== head.vaultId || record.mode !== head.mode)
      unprintable("RECORD_UNPRINTABLE", "vaultId or mode");
    if (before !== undefined && record.seq <= before.seq) unprintable("RECORD_UNPRINTABLE", "seq");
  }
  return head;
}

/**
 * The signed records of one use or sealing as a page that needs nothing else: fonts and code inside, no
 * script, nothing fetched; in print an A4 page (more when the timeline is long). It shows what
 * verified records say and does not itself verify. `RECORD_UNPRINTABLE` when the records are not
 * of one vault and mode, or not in order.
 */
export function recordHtml(input: RecordPage): string {
  const head = check(input);
  const { records, people, vaultName } = input;
  const { sha256 } = head.written;
  const practice = head.mode === "PRACTICE";
  const glance = glanceOf(records, vaultName, input.of ?? head.seq);
  const signs = [
    ["Officer", people?.officer ?? glance.officer],
    ["Witness", people?.witness],
    ["Reviewer", people?.reviewer],
  ] as const;
  const words = pgpWords(fromHex(sha256).subarray(0, ALOUD));
  const seq = String(head.seq).padStart(6, "0");
  const limits = `This page shows signed records; the files are the evidence. Only records signed by the vault imply quorum and touch. Who sat at the keyboard is the witness’s word.`;
  const body = `<main><table class="sheet ${head.mode}" role="presentation">
<thead><tr><td>${band(practice)}</td></tr></thead>
<tfoot><tr><td><p class="foot">${practice ? "PRACTICE record" : "Record"} ${seq} · vault <span class="mono">${grouped(head.vaultId, 8)}</span> · hash <span class="mono">${sha256.slice(0, 8)}…</span></p>${band(practice)}</td></tr></tfoot>
<tbody><tr><td>
<h1>${bdi(glance.title)}</h1>
<p class="sub">Record ${seq}, ${bdi(shorten(vaultName, 60))} vault, epoch ${head.epoch}${practice ? ". PRACTICE: nothing here was real" : ""}</p>
<section class="glance ${glance.state}"><strong>${bdi(shorten(glance.headline, 160))}</strong>
${glance.support.map((line) => `<p>${bdi(shorten(line, 240))}</p>`).join("\n")}</section>
<div class="leaves">
<section><h2>What happened</h2>
<dl class="facts">
${facts(glance)}
</dl></section>
<section><h2>Read aloud, compare, initial</h2>
<div class="hash">${code(recordCode(head.vaultId, head.seq, sha256))}
<ol class="words" aria-label="First ${ALOUD} bytes of the hash as words, in pairs">${words.map((word) => `<li>${escape(word)}</li>`).join("")}</ol></div>
<p class="mono hex">${grouped(sha256, 8)}</p>
<p class="quiet hex">SHA-256 of record ${seq}; the words are its first ${ALOUD} bytes</p>
${glance.due.length === 0 ? "" : `<h2>Due</h2>\n<ul class="due">${glance.due.map((line) => `<li>${bdi(line)}</li>`).join("")}</ul>`}</section>
</div>
<h2>Timeline, ${dateOf(records[0]?.at.time ?? "") ?? ""}, UTC</h2>
<table class="times"><thead><tr><th>time</th><th>clock</th><th>record</th><th>what</th></tr></thead><tbody>
${timeline(records, glance.incident)}
</tbody></table>
<section style="break-inside: avoid"><h2>Check it yourself, in the folder with the records</h2>
<p class="quiet">${limits}</p>
<pre class="lines">${(input.verify ?? verifyLines(head)).map(escape).join("\n")}</pre></section>
<section class="sign">${signs.map(([role, name]) => `<p>${role}${name === undefined ? "" : `, ${bdi(shorten(name, 60))}`}</p>`).join("")}</section>
</td></tr></tbody>
</table></main>
`;
  return page(`Record ${seq}, ${glance.title}`, RECORD_STYLE, body);
}
