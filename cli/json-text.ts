/** What JSON itself leaves as it is and a terminal acts on: C1 controls, format and line characters. */
const ACTED_ON = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One JSON document and a newline, with nothing in it that a terminal would act on. */
export const jsonText = (value: unknown, indent?: number): string =>
  `${JSON.stringify(value, null, indent).replace(ACTED_ON, escaped)}\n`;

/** By UTF-16 code unit, as JSON escapes. */
const escaped = (character: string): string =>
  Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`,
  ).join("");
