import type { RecordMode } from "../../crypto/record.ts";
import { page } from "../paper/page.ts";
import { RECORD_STYLE } from "../paper/record-style.ts";
import { escape } from "../paper/text.ts";
import { type Claims, recordFile, type Said, type Told } from "./claims.ts";
import { CONTROLS, type Sources } from "./controls.ts";
import { type Uncertified, uncertifiedTold } from "./uncertified.ts";

export interface IndexFacts {
  readonly vaultName: string;
  readonly vaultId: string;
  readonly mode: RecordMode;
  readonly made: string;
  readonly claims: Claims;
  readonly sources: Sources;
  /** Principal by place, as signers.txt has them. */
  readonly signers: ReadonlyMap<number, string>;
  readonly uncertified: readonly Uncertified[];
}

const STYLE = `${RECORD_STYLE}
.said { margin: 0; padding-left: 5mm }
.said li { break-inside: avoid; margin-bottom: 1mm }
.said .gap { color: #7A5200 }
.proof { font-size: 8.5pt; line-height: 12pt }
a { color: #12413A }
h3 { font: 600 10pt/14pt inherit; margin: 3mm 0 .5mm }
.all { width: 100%; border-collapse: collapse; font-size: 8.5pt; line-height: 12pt }
.all th { font-weight: 400; text-align: left; color: #5C564A; padding: 0 2mm 0 0 }
.all td { vertical-align: baseline; padding: .25mm 2mm .25mm 0; overflow-wrap: anywhere }
.all tr { break-inside: avoid }
`;

const bdi = (text: string): string => `<bdi>${escape(text)}</bdi>`;
const link = (file: string): string =>
  `<a href="${escape(file.split("/").map(encodeURIComponent).join("/"))}">${escape(file)}</a>`;

const links = (files: readonly string[]): string =>
  `<span class="proof">[${files.map(link).join(", ")}]</span>`;

/** Records that no seal's key signed, as their files are named. */
type Weak = ReadonlySet<string>;

const item = (said: Said, weak: Weak): string =>
  said.proof === null
    ? `<li class="gap"><b>Not proven here.</b> ${bdi(said.text)}${said.about === undefined ? "" : ` ${links(said.about)}`}</li>`
    : `<li class="claim">${bdi(said.text)}${said.proof.some((file) => weak.has(file)) ? " <b>Not certified.</b>" : ""} ${links(said.proof)}</li>`;

const listed =
  (weak: Weak) =>
  (said: readonly Said[], none: string): string =>
    said.length === 0
      ? `<p class="quiet">${none}</p>`
      : `<ul class="said">${said.map((one) => item(one, weak)).join("\n")}</ul>`;

/** Before anything else on the page of a restored station. */
const warned = (uncertified: readonly Uncertified[]): string =>
  uncertified.length === 0
    ? ""
    : `<section class="glance"><strong>Not all of it is certified.</strong>
${uncertified.map((one) => `<p>${escape(uncertifiedTold(one))}</p>`).join("\n")}
<p>This station was restored from a copy; until the next epoch no quorum vouches for its key. What rests on those records is marked “Not certified”; ${link("README.txt")} says what that means.</p></section>
`;

/** The folder's first page: no script, nothing fetched, every claim with the files that prove it. */
export function indexHtml(facts: IndexFacts): string {
  const { vaultName, vaultId, mode, made, claims, sources } = facts;
  const practice = mode === "PRACTICE";
  const weak = new Set(facts.uncertified.flatMap(({ seqs }) => seqs.map(recordFile)));
  const list = listed(weak);
  const band = practice ? `<p class="band">${"<span>PRACTICE</span>".repeat(3)}</p>` : "";
  const uses = claims.uses
    .map(
      ({ incident, page: file, said }) =>
        `<h3>${bdi(incident)}</h3>\n<p class="proof">The whole story on one page: ${link(file)}</p>\n${list(said, "")}`,
    )
    .join("\n");
  const body = `<main class="sheet ${mode}">
${band}
<h1>Evidence: ${bdi(vaultName)}</h1>
<p class="sub">Vault <span class="mono">${escape(vaultId)}</span>, made <time datetime="${escape(made)}">${escape(made)}</time>${practice ? ". PRACTICE: nothing here was real" : ""}</p>
<section class="glance"><strong>Check it yourself.</strong>
<p>${link("README.txt")} says how, with ssh-keygen, sha256sum and a shell only. This page says what the signed records say; the files are the evidence.</p></section>
${warned(facts.uncertified)}<h2>Sealings: who can open it</h2>
${list(claims.sealings, "No sealing.")}
<h2>Uses</h2>
${uses === "" ? '<p class="quiet">The glass was never broken.</p>' : uses}
<h2>Drills and checks</h2>
${list(claims.checks, "None recorded.")}
<h2>Refused attempts</h2>
${list(claims.refusals, "None recorded.")}
<h2>Custody</h2>
${list(claims.custody, "The register is empty.")}
<h2>Controls, and what serves them</h2>
<p class="quiet">Our reading; the frameworks’ own texts decide.</p>
${controls(sources, list)}
<h2>Every record</h2>
${records(sources.story, facts.signers)}
</main>
`;
  return page(`Evidence, ${vaultName}`, STYLE, body);
}

const controls = (sources: Sources, list: ReturnType<typeof listed>): string =>
  CONTROLS.map(
    ({ framework, id, asks, served }) =>
      `<h3 id="${escape(id)}">${framework} ${escape(id)}</h3>\n<p>${escape(asks)}</p>\n${list(
        served(sources),
        "Nothing in this folder serves it.",
      )}`,
  ).join("\n");

const records = (story: readonly Told[], signers: ReadonlyMap<number, string>): string =>
  `<table class="all"><thead><tr><th>record</th><th>time</th><th>kind</th><th>signed by</th><th>what</th></tr></thead><tbody>
${story
  .map(({ written: { seq }, at, kind, why }) => {
    const file = recordFile(seq);
    return `<tr class="claim"><td>${link(file)}<br>${link(`${file}.sig`)}</td><td class="mono">${escape(at.time)}</td><td>${escape(kind)}</td><td>${bdi(signers.get(seq) ?? "")}</td><td>${bdi(why)}</td></tr>`;
  })
  .join("\n")}
</tbody></table>`;
