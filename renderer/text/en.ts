import { frame } from "./en/frame.ts";
import { glass } from "./en/glass.ts";
import { kinds, lines } from "./en/kinds.ts";
import { records } from "./en/records.ts";
import { review } from "./en/review.ts";
import { seal } from "./en/seal.ts";
import { share } from "./en/share.ts";
import { station } from "./en/station.ts";
import { tasks } from "./en/tasks.ts";
import { upkeep } from "./en/upkeep.ts";

/**
 * Everything that the windows say, in English. Titles say what is true or wanted now; the foot says
 * what its button will do; a failure says what happened, what to do and what was not lost.
 */
export const en = {
  ...frame,
  ...station,
  ...records,
  ...review,
  ...seal,
  ...glass,
  ...share,
  ...tasks,
  ...upkeep,
  kinds,
  lines,
};
