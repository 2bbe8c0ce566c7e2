import { type CardPrint, cardSvg, type Paper } from "./card.ts";
import { page } from "./page.ts";

/** All cards as one printable page, one a sheet; printed from the sealing station only. */
export function cardSheetHtml(cards: readonly CardPrint[], paper: Paper = "A4"): string {
  const style = `@page { size: ${paper === "A4" ? "A4" : "letter"}; margin: 0 }
html, body { margin: 0 }
body > svg { display: block; margin: 0 auto; break-after: page; break-inside: avoid }
body > svg:last-child { break-after: auto }
@media screen { body { background: #F4F1EA } body > svg { margin: 8mm auto } }
`;
  const sheets = cards.map((card) => cardSvg(card, { paper, fonts: "outside" }));
  return page("Share cards", style, sheets.join(""));
}
