import type { CustodyRow } from "../../contract/custody.ts";
import type { RecordMode } from "../../crypto/record.ts";
import { grouped } from "./card.ts";
import { page } from "./page.ts";
import { RECORD_STYLE } from "./record-style.ts";
import { escape, shorten } from "./text.ts";

export interface CustodySheet {
  readonly vaultName: string;
  readonly vaultId: string;
  readonly mode: RecordMode;
  readonly epoch: number;
  /** The newest record of the chain that the sheet was made from. */
  readonly head: { readonly seq: number; readonly sha256: string };
  readonly made: string;
  readonly rows: readonly CustodyRow[];
}

const STYLE = `${RECORD_STYLE}
.kept { width: 100%; border-collapse: collapse; margin-top: 4mm; font-size: 9pt; line-height: 12pt }
.kept th { font-weight: 400; text-align: left; color: #5C564A; padding: 0 2mm 1mm 0; border-bottom: .25mm solid #857C6B }
.kept td { vertical-align: top; padding: 1.5mm 2mm 1.5mm 0; border-bottom: .25mm solid #D3CCBD; overflow-wrap: anywhere }
.kept tr { break-inside: avoid }
.kept .hand { width: 42mm; border-left: .25mm solid #D3CCBD }
`;

const bdi = (text: string, most = 120): string => `<bdi>${escape(shorten(text, most))}</bdi>`;
const day = (time: string | null): string => (time === null ? "never" : escape(time.slice(0, 10)));
const STATES = {
  unplaced: "not put away yet",
  sound: "whole",
  broken: "NOT WHOLE: seal anew by rotating",
} as const;

/**
 * Where every share and key is kept, on one sheet, with room to write at the next look. It names
 * places: who holds it knows where to look, and it is kept as the cards are.
 */
export function custodyHtml(sheet: CustodySheet): string {
  const { vaultName, vaultId, mode, epoch, head, made, rows } = sheet;
  const practice = mode === "PRACTICE";
  const body = `<main class="sheet ${mode}">
${practice ? `<p class="band">${"<span>PRACTICE</span>".repeat(3)}</p>` : ""}
<h1>Custody sheet</h1>
<p class="sub">${bdi(vaultName)} vault, epoch ${epoch}, <span class="mono">${grouped(vaultId, 8)}</span>; made ${escape(made.slice(0, 10))}${practice ? ". PRACTICE: nothing here was real" : ""}</p>
<p class="quiet">It says where things are kept. Keep it as you keep a card: not with any of them.</p>
<table class="kept"><thead><tr><th>what</th><th>kept at</th><th>bag</th><th>put away, seen</th><th>look again by</th><th class="hand">at the next look: date, serial read, whole?, by</th></tr></thead><tbody>
${rows.map(row).join("\n")}
</tbody></table>
<p class="foot">From the station’s records up to ${String(head.seq).padStart(6, "0")}, <span class="mono">${grouped(head.sha256, 8)}</span>. The records are the register; this sheet is a print of it.</p>
<section class="sign"><p>Officer</p><p>Witness</p><p>Date</p></section>
</main>
`;
  return page(`Custody sheet, ${vaultName}`, STYLE, body);
}

function row({
  item,
  holder,
  where,
  bag,
  placed,
  inspected,
  state,
  earlier,
  due,
}: CustodyRow): string {
  const what =
    item.kind === "share" ? `Share ${item.place}<br>${bdi(holder)}` : `Key<br>${bdi(holder)}`;
  const before =
    earlier.length === 0 ? "" : `<br><span class="quiet">before: ${bdi(earlier.join(", "))}</span>`;
  return `<tr><td>${what}</td><td>${where === "" ? "—" : bdi(where)}<br><span class="quiet">${STATES[state]}</span></td><td>${bag === "" ? "none" : bdi(bag)}${before}</td><td>${day(placed)}<br>${day(inspected)}</td><td>${due === "" ? "" : day(due)}</td><td class="hand"></td></tr>`;
}
