import { writeFile } from "node:fs/promises";
import { BrowserWindow, dialog, type WebContents } from "electron";
import { CodedError } from "../crypto/errors.ts";
import type { AppCode } from "./desk.ts";
import { load } from "./windows.ts";

export type Paper = "A4" | "Letter";

/** Prints what the contents show; false when the person or the printer cancelled it. */
export function print(contents: WebContents, pageSize: Paper, copies: number): Promise<boolean> {
  return new Promise((resolve) => {
    contents.print({ silent: false, printBackground: true, pageSize, copies }, (printed) =>
      resolve(printed),
    );
  });
}

const pdfOf = (contents: WebContents, pageSize: Paper): Promise<Uint8Array> =>
  contents.printToPDF({ pageSize, printBackground: true, preferCSSPageSize: false });

/** Runs `work` on a window of its own that shows a paper, and nothing else. */
async function onPaper<T>(page: string, work: (contents: WebContents) => Promise<T>): Promise<T> {
  const window = new BrowserWindow({
    show: false,
    webPreferences: { partition: "main", sandbox: true, contextIsolation: true, javascript: false },
  });
  try {
    return await work(await load(window, page));
  } finally {
    window.destroy();
  }
}

export const printPage = (page: string, paper: Paper, copies: number): Promise<boolean> =>
  onPaper(page, (contents) => print(contents, paper, copies));

/** Saves the page where the person says; null when they say nowhere. */
export async function savePdf(page: string, paper: Paper, name: string): Promise<string | null> {
  const { canceled, filePath } = await dialog.showSaveDialog({
    title: "Save as PDF",
    defaultPath: name,
    filters: [{ name: "PDF", extensions: ["pdf"] }],
  });
  if (canceled || filePath === "") return null;
  const pdf = await onPaper(page, (contents) => pdfOf(contents, paper));
  try {
    await writeFile(filePath, pdf);
  } catch (error) {
    const reason = Object(error) as { code?: unknown };
    throw new CodedError<AppCode>(
      "PDF_NOT_SAVED",
      { file: filePath, reason: String(reason.code ?? "unknown") },
      { cause: error },
    );
  }
  return filePath;
}
