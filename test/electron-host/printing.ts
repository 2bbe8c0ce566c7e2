import { hostRecord, takeRefusedPrint } from "./host-record.ts";
import type { PageTarget } from "./page-target.ts";

/** Width and height in inches. */
const SIZES: Readonly<Record<string, readonly [number, number]>> = {
  A4: [8.27, 11.7],
  Letter: [8.5, 11],
};

function sizeOf(pageSize: Electron.PrintToPDFOptions["pageSize"]): readonly [number, number] {
  if (pageSize === undefined) return [8.5, 11];
  if (typeof pageSize === "object") return [pageSize.width, pageSize.height];
  const size = SIZES[pageSize];
  if (size === undefined) throw new Error(`stand-in: the page size ${pageSize} is not implemented`);
  return size;
}

const IMPLEMENTED = new Set([
  "generateDocumentOutline",
  "generateTaggedPDF",
  "landscape",
  "margins",
  "pageRanges",
  "pageSize",
  "preferCSSPageSize",
  "printBackground",
  "scale",
]);

function marginsOf(margins: Electron.PrintToPDFOptions["margins"]): object {
  if (margins === undefined) return {};
  const { top, bottom, left, right, marginType } = margins as Record<string, number | undefined>;
  if (marginType !== undefined)
    throw new Error("stand-in: printToPDF with a margin type is not implemented");
  const given = { marginTop: top, marginBottom: bottom, marginLeft: left, marginRight: right };
  return Object.fromEntries(Object.entries(given).filter(([, inches]) => inches !== undefined));
}

export async function pdfOf(
  page: PageTarget,
  options: Electron.PrintToPDFOptions,
): Promise<Buffer> {
  const unknown = Object.keys(options).find((name) => !IMPLEMENTED.has(name));
  if (unknown !== undefined)
    throw new Error(`stand-in: printToPDF's option ${unknown} is not implemented`);
  const [paperWidth, paperHeight] = sizeOf(options.pageSize);
  const { target } = await page.opened;
  const { data } = await target.send("Page.printToPDF", {
    paperWidth,
    paperHeight,
    landscape: options.landscape ?? false,
    printBackground: options.printBackground ?? false,
    preferCSSPageSize: options.preferCSSPageSize ?? false,
    scale: options.scale ?? 1,
    pageRanges: options.pageRanges ?? "",
    generateTaggedPDF: options.generateTaggedPDF ?? false,
    generateDocumentOutline: options.generateDocumentOutline ?? false,
    ...marginsOf(options.margins),
  });
  return Buffer.from(data, "base64");
}

/** Resolves to `""`, or to the reason that Electron's callback would get. */
export async function printed(
  page: PageTarget,
  options: Electron.WebContentsPrintOptions,
  headed: boolean,
): Promise<string> {
  const { pageSize, landscape, printBackground } = options;
  const pdf = await pdfOf(page, {
    ...(pageSize === "A4" || pageSize === "Letter" ? { pageSize } : {}),
    ...(landscape === undefined ? {} : { landscape }),
    ...(printBackground === undefined ? {} : { printBackground }),
  });
  const refused = takeRefusedPrint() ?? "";
  hostRecord.printJobs.push({
    url: page.url,
    options: { ...options },
    pdf: new Uint8Array(pdf),
    outcome: refused === "" ? "printed" : refused,
  });
  // Somebody sits in front of it. Whether they cancel is not told.
  if (headed) await page.showPrintDialog();
  return refused;
}
