import { readFileSync } from "node:fs";

/**
 * Source Serif 4 and Atkinson Hyperlegible Mono, latin subsets, SIL Open Font License 1.1
 * (fonts/OFL.txt). The families carry our own names so that a font installed under the public name
 * never changes a measured line; what a subset lacks falls back to the reader's fonts.
 */
const FAMILIES = [
  { family: "Pullstation Serif", file: "serif.woff2", weights: "200 900" },
  { family: "Pullstation Mono", file: "mono.woff2", weights: "200 800" },
] as const;

export const SERIF = "'Pullstation Serif','Source Serif 4',Georgia,'Times New Roman',serif";
export const MONO =
  "'Pullstation Mono','Atkinson Hyperlegible Mono','DejaVu Sans Mono',Consolas,monospace";

let faces: string | undefined;

/** @font-face rules with the fonts in them (about 92 kB); read from disk once. */
export function fontFaces(): string {
  faces ??= FAMILIES.map(({ family, file, weights }) => {
    const font = readFileSync(new URL(`fonts/${file}`, import.meta.url)).toString("base64");
    return `@font-face{font-family:"${family}";font-weight:${weights};src:url(data:font/woff2;base64,${font}) format("woff2")}`;
  }).join("\n");
  return faces;
}
