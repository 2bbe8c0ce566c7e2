import { drill } from "./en/drill.ts";
import { frame } from "./en/frame.ts";
import { glass } from "./en/glass.ts";
import { kinds, lines } from "./en/kinds.ts";
import { records } from "./en/records.ts";
import { restore } from "./en/restore.ts";
import { review } from "./en/review.ts";
import { seal } from "./en/seal.ts";
import { station } from "./en/station.ts";
import { upkeep } from "./en/upkeep.ts";

/**
 * Everything that the windows say, in English; at-keyboard.ts has what only a ceremony's says. Titles say what is true or wanted now; the foot says
 * what its button will do; a failure says what happened, what to do and what was not lost.
 */
export const en = {
  ...frame,
  ...station,
  ...records,
  ...restore,
  ...review,
  ...seal,
  ...glass,
  ...upkeep,
  ...drill,
  kinds,
  lines,
};
