import type { Coverage } from "../../aws/documents/trail/coverage.ts";
import type { Severity, TrailFinding } from "../../aws/documents/trail/finding.ts";
import type { Action } from "../../aws/documents/trail/question.ts";
import type { Review } from "../../aws/documents/trail/review.ts";
import { utc } from "../../aws/documents/trail/time.ts";
import { explain } from "../../contract/failures.ts";
import type { RecordedStory } from "../trail/recorded.ts";
import { page } from "./page.ts";
import { RECORD_STYLE } from "./record-style.ts";
import { escape, shorten } from "./text.ts";

const bdi = (text: string, most = 280): string => `<bdi>${escape(shorten(text, most))}</bdi>`;
const time = (ms: number): string => `<time datetime="${utc(ms)}">${utc(ms)}</time>`;

const HEADLINES = {
  verified: "Every log is as AWS signed it.",
  partly: "What was brought is proven in part only: see below.",
  unverified: "Nothing proves that these files are whole and unchanged.",
  tampered: "Files were changed, added or removed: see below.",
} as const;

const LEVELS: Readonly<Record<Severity, string>> = {
  error: "To be explained",
  warning: "To look at",
  note: "To know",
};

const STATES: Readonly<Record<Coverage["state"], string>> = {
  whole: "whole, by digests",
  gaps: "with gaps",
  unproven: "events only, unproven",
  none: "no file",
};

const STYLE = `${RECORD_STYLE}
.listed { width: 100%; border-collapse: collapse; font-size: 8.5pt; line-height: 12pt }
.listed th { font-weight: 400; text-align: left; color: #5C564A; padding: 0 2mm 0 0 }
.listed td { vertical-align: baseline; padding: .25mm 2mm .25mm 0; overflow-wrap: anywhere }
.listed tr { break-inside: avoid }
.listed time { white-space: nowrap; font-size: 7.5pt }
.glance + .facts { margin-top: 3mm }
.listed tr.denied td { color: #7A5200 }
.found { margin: 0; padding-left: 5mm }
.found li { break-inside: avoid; margin-bottom: 1mm }
`;

/** Rows beyond this many make a page that no browser likes; JSON has all. */
const MOST_ROWS = 20_000;

/**
 * The review as one page that needs nothing else: fonts inside, no script, nothing fetched. All text
 * from trail files is shown, never obeyed.
 */
export function reviewHtml(story: RecordedStory, found: Review): string {
  const { access, proof } = found;
  const practice = story.mode === "PRACTICE";
  const clear = found.verdict === "CLEAR";
  const title = `Review of ${access.incident}`;
  const facts: readonly (readonly [string, string])[] = [
    ["Reason", bdi(story.access.reason)],
    ["Responder", bdi(story.access.responder)],
    ["Accounts", bdi(access.accounts.join(", "))],
    ["Opened", time(access.openedMs)],
    ["Deadline", time(access.deadlineMs)],
    ["Closed", access.closedMs === null ? "no record of it" : time(access.closedMs)],
    ["Vault", `${bdi(story.vaultId)}${story.anchored ? "" : " (not compared with a card)"}`],
    ["Read", `${found.read.events} events in ${found.files.length} files`],
    ["Logs", escape(counted(proof.logs))],
    ["Digests", escape(counted(proof.digests))],
    [
      "Public keys",
      bdi(
        proof.keys
          .map(({ fingerprint, sha256 }) => `${fingerprint}, SHA-256 ${sha256}`)
          .join("; ") || "none proves anything",
        4000,
      ),
    ],
  ];
  const body = `<main class="sheet ${story.mode}">
${practice ? `<p class="band">${"<span>PRACTICE</span>".repeat(3)}</p>` : ""}
<h1>${bdi(title)}</h1>
<p class="sub">What was done with the emergency access, from CloudTrail${practice ? ". PRACTICE: nothing here was real" : ""}</p>
<section class="glance ${clear && proof.status === "verified" ? "dead" : "unproven"}"><strong>${clear ? "Nothing in these files must be explained." : "Something must be explained before anyone signs."}</strong>
<p>${HEADLINES[proof.status]}</p></section>
<dl class="facts">${facts.map(([label, value]) => `<dt>${label}</dt><dd>${value}</dd>`).join("\n")}</dl>
${(["error", "warning", "note"] as const).map((severity) => findings(severity, found.findings)).join("")}
<h2>Coverage, an hour around the access and its sessions</h2>
${table(["account", "region", "proof", "by the trail", "events", "left out"], found.coverage.map(coverage))}
<h2>By service and region</h2>
${table(
  ["name", "events", "denied"],
  [...found.services, ...found.regions].map(
    ({ name, events, denied }) =>
      `<tr><td>${bdi(name)}</td><td>${events}</td><td>${denied}</td></tr>`,
  ),
)}
<h2>Keys and sessions</h2>
${table(
  ["credential", "of", "events", "denied", "until"],
  found.credentials.map(
    ({ mark, of, events, denied, until }) =>
      `<tr><td class="mono">${bdi(mark)}</td><td>${bdi(of)}</td><td>${events}</td><td>${denied}</td><td>${until === null ? "" : time(until)}</td></tr>`,
  ),
)}
<h2>Every event of the access</h2>
${eventTable(found.actions)}
<h2>Opening, closing, and what else was done to the kit</h2>
${eventTable(found.kit)}
<p class="quiet">Events of data are here only if the trail selects them (${found.read.data} were read). Calls that failed to authenticate are in no trail. Changes to roles and users that stood before are named, not followed.</p>
<section class="sign"><p>Reviewer</p><p>Second reviewer</p><p>Date</p></section>
</main>
`;
  return page(title, STYLE, body);
}

const counted = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${count} ${name}`)
    .join(", ") || "none";

function findings(severity: Severity, all: readonly TrailFinding[]): string {
  const list = all.filter((one) => one.severity === severity).slice(0, MOST_ROWS);
  if (list.length === 0) return "";
  const items = list.map(({ code, about }) => {
    const { what, todo } = explain(code, about);
    return `<li><strong>${bdi(what, 600)}</strong> <span class="quiet">${bdi(todo, 300)} ${code}</span></li>`;
  });
  return `<h2>${LEVELS[severity]}</h2>\n<ul class="found">${items.join("\n")}</ul>\n`;
}

const table = (heads: readonly string[], rows: readonly string[]): string =>
  rows.length === 0
    ? `<p class="quiet">none</p>`
    : `<table class="listed"><thead><tr>${heads.map((head) => `<th>${head}</th>`).join("")}</tr></thead><tbody>\n${rows.join("\n")}\n</tbody></table>`;

const coverage = ({ account, region, state, gaps, trail, events: count }: Coverage): string =>
  `<tr><td>${bdi(account)}</td><td>${bdi(region)}</td><td>${STATES[state]}</td><td>${trail === null ? "" : bdi(`${trail.name} in ${trail.bucket}`)}</td><td>${count}</td><td>${state === "gaps" ? gaps.map(({ from, to }) => `${time(from)} to ${time(to)}`).join("<br>") : ""}</td></tr>`;

function eventTable(actions: readonly Action[]): string {
  const rows = actions.slice(0, MOST_ROWS).map(({ event, phase, proof, byName }) => {
    const denied = event.error !== null;
    const marks = [
      denied ? `DENIED ${event.error}` : "",
      phase === "inside" ? "" : phase,
      proof === "verified" ? "" : proof,
      byName ? "by session name" : "",
    ].filter((mark) => mark !== "");
    return `<tr${denied ? ' class="denied"' : ""}><td>${time(event.time)}</td><td>${bdi(event.region)}</td><td>${bdi(`${event.service}:${event.name}`)}<br><span class="quiet">${bdi(event.params)}</span></td><td>${bdi(event.actor.name)}<br><span class="quiet">${bdi(event.source)}</span></td><td>${bdi(marks.join(", "))}</td></tr>`;
  });
  const rest = actions.length - rows.length;
  return `${table(["time", "region", "call", "by, from", "marks"], rows)}${rest > 0 ? `<p>… and ${rest} more; the JSON form has all of them.</p>` : ""}`;
}
