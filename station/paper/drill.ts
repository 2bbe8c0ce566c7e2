import { type Compared, compareSteps } from "../../ceremony/drill/compare.ts";
import { pastDrills } from "../../ceremony/drill/record.ts";
import type { Written } from "../../ceremony/ports.ts";
import { type RecordBody, recordName } from "../../crypto/record.ts";
import { dateOf } from "./card.ts";
import { unprintable } from "./errors.ts";
import { page } from "./page.ts";
import { RECORD_STYLE } from "./record-style.ts";
import { verifyLines } from "./record.ts";
import { attributes } from "./svg.ts";
import { escape, shorten } from "./text.ts";

/** A chain of verified records whose last drill is shown. */
export interface DrillPage {
  readonly vaultName: string;
  readonly records: readonly (RecordBody & { readonly written: Written })[];
}

const STYLE = `${RECORD_STYLE}
.felt { margin: 0; padding: 0; list-style: none }
.felt li { break-inside: avoid; margin-bottom: 1mm }
.chart { width: 100%; height: auto; display: block; break-inside: avoid }
.chart text { font-size: 3.1px; fill: #1B1A17 }
.chart .bar { fill: #5C564A }
.chart .usual { stroke: #1B1A17; stroke-width: .5 }
.box { min-height: 14mm; border: .25mm solid #857C6B }
`;

const bdi = (text: string, most = 500): string => `<bdi>${escape(shorten(text, most))}</bdi>`;
const list = (items: readonly string[], none: string): string =>
  items.length === 0
    ? `<p class="quiet">${none}</p>`
    : `<ul class="due">${items.map((one) => `<li>${bdi(one)}</li>`).join("")}</ul>`;

const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
const objects = (value: unknown): readonly Readonly<Record<string, unknown>>[] =>
  Array.isArray(value) ? value.map((one) => Object(one) as Readonly<Record<string, unknown>>) : [];

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;

const ROW = 5;
const BARS = 44;
const WIDE = 80;

/**
 * A bar a step, in the scale of the longest, and a line where the usual time stands. Millimetres; the
 * numbers stand beside it, so that nothing rests on a length alone.
 */
function chart(compared: readonly Compared[]): string {
  const most = Math.max(1, ...compared.flatMap(({ ms, usualMs }) => [ms, usualMs ?? 0]));
  const height = compared.length * ROW;
  const rows = compared.map(({ label, ms, usualMs, of }, index) => {
    const y = index * ROW;
    const at = (value: number): number => BARS + (value / most) * WIDE;
    const bar = { class: "bar", x: BARS, y: y + 1, width: at(ms) - BARS, height: ROW - 2 };
    const usual =
      usualMs === null
        ? ""
        : `<path class="usual" d="M${at(usualMs).toFixed(2)} ${y + 0.4}v${ROW - 0.8}"/>`;
    const beside = usualMs === null ? "no earlier drill" : `usually ${seconds(usualMs)} (of ${of})`;
    return (
      `<text${attributes({ x: 0, y: y + 3.6 })}>${escape(label)}</text>` +
      `<text${attributes({ x: BARS - 2, y: y + 3.6, "text-anchor": "end" })}>${seconds(ms)}</text>` +
      `<rect${attributes(bar)}/>${usual}` +
      `<text${attributes({ x: BARS + WIDE + 3, y: y + 3.6 })}>${escape(beside)}</text>`
    );
  });
  return (
    `<svg class="chart" viewBox="0 0 180 ${height}" role="img" aria-label="Time per step against the last drills">` +
    `${rows.join("")}</svg>`
  );
}

function fault(one: Readonly<Record<string, unknown>>): string {
  const name = `<strong>${bdi(String(one["fault"]))}</strong>`;
  const did =
    one["struck"] === false
      ? ["it was not felt: nothing was practised"]
      : one["struck"] === null && texts(one["did"]).length === 0
        ? ["nobody knows what was felt"]
        : texts(one["did"]);
  return `<li>${name}: ${did.map((line) => bdi(line)).join("; ")}.</li>`;
}

const recorded = (seq: unknown): string => `record ${String(seq).padStart(6, "0")}`;

/** What was proven of the real vault: each with the record that says so. */
function real(proof: Readonly<Record<string, unknown>>): string {
  const shares = objects(proof["shares"]).map(
    ({ who, record }) => `${String(who)}: card and passphrase give the share, ${recorded(record)}`,
  );
  const keys = objects(proof["keys"]).map(
    ({ label, opens, record }) =>
      `${String(label)}: ${opens === false ? "signs, and opens nothing" : "answers as at its enrolment"}, ${recorded(record)}`,
  );
  // Older records tell of none.
  const refused = objects(proof["refused"]).map(
    ({ check, who, code, record }) =>
      `${typeof who === "string" ? who : `a ${check === "key" ? "security key" : "card"}`}: refused, ${String(code)}, ${recorded(record)}`,
  );
  const verdict =
    proof["proven"] === true
      ? `A quorum of ${String(proof["threshold"])} and a key are proven, each alone: nothing was put together or opened.`
      : `NOT proven: ${String(proof["threshold"])} shares and a key that opens were wanted.`;
  const proven = [...shares, ...keys, ...refused].map((one) => `<li>${bdi(one)}</li>`).join("");
  return (
    `<h2>Real cards and keys</h2>\n<p>${bdi(verdict)}</p>\n` +
    (proven === "" ? '<p class="quiet">None was checked.</p>' : `<ul class="felt">${proven}</ul>`)
  );
}

/** How one ended that did not come to its end; older records tell of none. */
const ENDED: Readonly<Record<string, string>> = {
  stopped: "The drill was stopped before its end.",
  left: "The drill was left before its end.",
  failed: "The drill failed before its end.",
};

function headline({ evidence }: RecordBody): string {
  const ended = ENDED[String(Object(evidence["unfinished"]).how)];
  if (ended !== undefined) return ended;
  if (evidence["passed"] !== true) return "The drill did not pass.";
  return evidence["cannotOpen"] === null
    ? "The drill passed, and nothing is open."
    : "It could not be opened, and the drill said so in time.";
}

/**
 * A drill's signed record as a page that needs nothing else: what went wrong on purpose, what the app
 * did, times against the drills before it in the same chain, what people saw, what has to follow.
 * `RECORD_UNPRINTABLE` when the chain tells of no drill.
 */
export function drillHtml({ vaultName, records }: DrillPage): string {
  const drill = records.findLast(({ kind }) => kind === "drill");
  if (drill === undefined) return unprintable("RECORD_UNPRINTABLE", "drill");
  const { evidence, who, at, mode, vaultId, seq } = drill;
  const all = pastDrills(records);
  const now = all.at(-1);
  const compared = now === undefined ? [] : compareSteps(now.steps, all.slice(0, -1));
  const practice = mode === "PRACTICE";
  const failed = evidence["passed"] !== true;
  const { incident, seed, alarm } = evidence;
  const unfinished = Object(evidence["unfinished"]) as Readonly<Record<string, unknown>>;
  const chain = Object(evidence["practice"]) as Readonly<Record<string, unknown>>;
  const head = Object(chain["head"]) as Readonly<Record<string, unknown>>;
  const restored = Object(evidence["restored"]) as Readonly<Record<string, unknown>>;
  const elsewhere = typeof chain["vaultId"] === "string";
  const facts: readonly (readonly [string, string])[] = [
    ["Vault", `${bdi(vaultName)}, epoch ${drill.epoch}`],
    ...(elsewhere
      ? [
          [
            "Glass broken",
            `of practice vault <span class="mono">${escape(String(chain["vaultId"]))}</span>, on practice AWS; ` +
              `its chain ends with record ${escape(String(head["seq"]))}, ` +
              `<span class="mono">${escape(shorten(String(head["sha256"]), 64))}</span>`,
          ] as [string, string],
        ]
      : []),
    ...(typeof restored["record"] === "number"
      ? [["Fresh laptop", `restored from a stick first, ${recorded(restored["record"])}`] as const]
      : []),
    ["Incident", typeof incident === "string" ? bdi(incident) : "none: nothing was asked of AWS"],
    ...Object.entries(who).map(([role, name]): [string, string] => [
      escape(role.charAt(0).toUpperCase() + role.slice(1)),
      bdi(name),
    ]),
    ["Faults drawn", typeof seed === "number" ? `by seed ${seed}` : "none: chosen by people"],
    ["Alarm", typeof alarm === "string" ? `received: ${bdi(alarm)}` : "no receipt was given"],
    ...(typeof unfinished["code"] === "string"
      ? [
          [
            "Ended early",
            bdi(`at the step “${String(unfinished["at"])}”: ${unfinished["code"]}`),
          ] as [string, string],
        ]
      : []),
    ["Interrupted", evidence["resumed"] === true ? "yes, and taken up again" : "no"],
  ];
  const remains = texts(Object(evidence["cannotOpen"]).remains);
  const refused = objects(evidence["refusals"]).map(
    ({ by, code }) => `${String(by)}: ${String(code)}`,
  );
  const body = `<main class="sheet ${mode}">
${practice ? `<p class="band">${"<span>PRACTICE</span>".repeat(3)}</p>` : ""}
<h1>Drill, ${dateOf(at.time) ?? ""}</h1>
<p class="sub">Record ${String(seq).padStart(6, "0")} of vault <span class="mono">${escape(vaultId)}</span>${practice ? ". PRACTICE: nothing here was real" : ""}</p>
<section class="glance ${failed ? "unproven" : "dead"}"><strong>${headline(drill)}</strong>
<p>${bdi(drill.why)}</p></section>
<dl class="facts">${facts.map(([label, value]) => `<dt>${label}</dt><dd>${value}</dd>`).join("\n")}</dl>
${evidence["real"] === null || evidence["real"] === undefined ? "" : real(Object(evidence["real"]))}
<h2>What went wrong on purpose, and what the app did</h2>
<ul class="felt">${objects(evidence["faults"]).map(fault).join("\n") || "<li>No fault beside the usual mistakes.</li>"}</ul>
<p class="quiet">Refused at the desk: ${bdi(refused.join("; ") || "nothing", 2000)}</p>
${remains.length === 0 ? "" : `<h2>What remains when it can’t be opened</h2>\n${list(remains, "")}`}
<h2>Time per step, against the last drills</h2>
${compared.length === 0 ? '<p class="quiet">No step was reached that is compared.</p>' : chart(compared)}
<h2>Deviations, in the witness’s words</h2>
${list(texts(evidence["deviations"]), "None was named.")}
<h2>To follow</h2>
${list(texts(evidence["followUps"]), "Nothing.")}
<h2>Check it yourself, in the folder with the records</h2>
<p class="quiet">This page shows a signed record, ${escape(recordName(seq))}; the file is the evidence.</p>
<pre class="lines">${verifyLines(drill).map(escape).join("\n")}</pre>
<section class="sign"><p>Officer</p><p>Witness</p><p>Reviewer</p></section>
</main>
`;
  return page(`Drill, record ${seq}`, STYLE, body);
}
