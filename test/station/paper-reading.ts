import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { prepareZXingModule, readBarcodes } from "zxing-wasm/reader";
import { hex, sha256 } from "../../crypto/bytes.ts";
import { encodeRecord, type RecordBody, type RecordKind } from "../../crypto/record.ts";
import type { Recorded } from "../../station/paper/glance.ts";

/** What tests of paper look at it with: an XML reader and a QR reader. */

export const VAULT = "7f3a91c20b64d8e54a19c7f023bd6e58";

type Change = Partial<Omit<RecordBody, "at">> & { readonly at?: string; readonly aws?: boolean };

/** A record as a chain would hold it, with the hash of its file. `at`: the time of day. */
export function record(
  seq: number,
  kind: RecordKind,
  { at, aws, ...change }: Change = {},
): Recorded {
  const body: RecordBody = {
    format: "pullstation-record@v1",
    mode: "REAL",
    vaultId: VAULT,
    seq,
    previous: seq === 1 ? null : "b".repeat(64),
    vaultHash: "a".repeat(64),
    epoch: 4,
    kind,
    who: {},
    why: "as it should be",
    at: { time: `2026-06-18T${at ?? "02:00:00"}.000Z`, clock: aws === true ? "aws" : "station" },
    evidence: {},
    ...change,
  };
  return { ...body, written: { seq, sha256: hex(sha256(encodeRecord(body))) } };
}

/** The page as it is read: no style, no tags. */
export const read = (html: string): string =>
  html
    .replace(/<style>[\s\S]*?<\/style>/, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ");

const wasm = readFileSync(
  createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm"),
);
prepareZXingModule({
  overrides: {
    wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength),
  },
});

/** Draws the `Mx yhwv1h-wz` runs of the one code in an SVG or page, 4 pixels a module. */
function picture(markup: string): { data: Uint8ClampedArray; width: number; height: number } {
  const paths = [...markup.matchAll(/ d="((?:M\d+ \d+h\d+v1h-\d+z)+)"/g)];
  if (paths.length !== 1) throw new Error(`${paths.length} codes`);
  const runs = [...(paths[0]?.[1] ?? "").matchAll(/M(\d+) (\d+)h(\d+)/g)].map((run) =>
    run.slice(1).map(Number),
  );
  const size = 1 + Math.max(...runs.map(([, y]) => y ?? 0));
  const side = (size + 8) * 4;
  const data = new Uint8ClampedArray(side * side * 4).fill(255);
  for (const [x = 0, y = 0, width = 0] of runs)
    for (let row = (y + 4) * 4; row < (y + 5) * 4; row++)
      for (let column = (x + 4) * 4; column < (x + 4 + width) * 4; column++)
        data.fill(0, (row * side + column) * 4, (row * side + column) * 4 + 3);
  return { data, width: side, height: side };
}

export async function readCode(markup: string): Promise<{ text: string; version: string }> {
  const found = await readBarcodes(
    { ...picture(markup), colorSpace: "srgb" } as Parameters<typeof readBarcodes>[0],
    { formats: ["QRCode"] },
  );
  const [code] = found;
  if (code === undefined || found.length !== 1) throw new Error(`${found.length} codes read`);
  return { text: code.text, version: code.version };
}

/** The text of the one code on a picture of it, as a camera would take it. */
export async function readPhoto(png: Uint8Array<ArrayBuffer>): Promise<string> {
  const found = await readBarcodes(new Blob([png]), { formats: ["QRCode"] });
  const [code] = found;
  if (code === undefined || found.length !== 1) throw new Error(`${found.length} codes read`);
  return code.text;
}

/**
 * A strict reader for the XML that SVG cards are written in: balanced tags, quoted attributes given
 * once, no bare `<` or `&`, only XML 1.0 characters. Returns the text of each `text` element.
 */
export function xmlTexts(xml: string): string[] {
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(xml))
    throw new Error("not an XML character");
  const open: string[] = [];
  const texts: string[] = [];
  const token = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/gy;
  let at = 0;
  for (let match = token.exec(xml); match !== null; match = token.exec(xml)) {
    at = token.lastIndex;
    const [, end, name = "", attributes = "", empty, text] = match;
    const checked = text ?? attributes;
    if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(checked)) throw new Error(`bare & in ${checked}`);
    if (text !== undefined) {
      if (open.includes("text")) texts[texts.length - 1] += decoded(text);
      continue;
    }
    const names = [...attributes.matchAll(/([\w:-]+)="/g)].map(([, key]) => key);
    if (new Set(names).size !== names.length) throw new Error(`doubled attribute in ${name}`);
    if (end === "/") {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
    } else if (empty !== "/") {
      if (open.length === 0 && at !== match[0].length) throw new Error("two roots");
      open.push(name);
      if (name === "text") texts.push("");
    }
  }
  if (at !== xml.length || open.length > 0) throw new Error(`ends at ${at} in ${open.join("/")}`);
  return texts;
}

const decoded = (text: string): string =>
  text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

/** What would make a reader fetch: any reference that is not data, less XML's namespace name. */
export const outsideReferences = (markup: string): string[] =>
  [
    ...markup
      .replace('xmlns="http://www.w3.org/2000/svg"', "")
      .matchAll(
        /https?:|url\((?!data:)|(?:src|href)\s*=|@import|<(?:script|iframe|link|object)\b/gi,
      ),
  ].map(([found]) => found);
