/**
 * The pseudo-locale: every sentence two fifths longer and accented, so that a test sees what a
 * translation would break and which words never went through the catalogue.
 */

const ACCENTS: Readonly<Record<string, string>> = {
  a: "á",
  e: "é",
  i: "í",
  o: "ó",
  u: "ú",
  A: "Á",
  E: "É",
  O: "Ó",
};
const FILLER = "lóng wórds són gó ón étwás mór ";

function longer(text: string): string {
  const accented = text.replace(/[aeiouAEO]/g, (letter) => ACCENTS[letter] ?? letter);
  const more = Math.ceil(text.length * 0.4);
  const filler = FILLER.repeat(Math.ceil(more / FILLER.length))
    .slice(0, more)
    .trim();
  return text === "" ? "" : `${accented} ${filler}`;
}

/** A catalogue of the same shape, in the pseudo-locale. */
export function pseudo<T>(catalogue: T): T {
  if (typeof catalogue === "string") return longer(catalogue) as T;
  if (typeof catalogue === "function") {
    const say = catalogue as (...given: unknown[]) => unknown;
    return ((...given: unknown[]) => pseudo(say(...given))) as T;
  }
  if (Array.isArray(catalogue)) return catalogue.map((item) => pseudo<unknown>(item)) as T;
  if (typeof catalogue === "object" && catalogue !== null)
    return Object.fromEntries(
      Object.entries(catalogue).map(([key, value]) => [key, pseudo<unknown>(value)]),
    ) as T;
  return catalogue;
}
