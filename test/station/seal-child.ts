import { commitCandidate, writeCandidate } from "../../station/vault-file.ts";
import { recoverIn, sealIn } from "./rehearsal.ts";
import { restoredAnew } from "./restoring-anew.ts";

/** The victim: does one thing in a folder, and dies in it when its preload says so. */
const [what = "", dir = ""] = process.argv.slice(2);
if (what === "seal") await sealIn(dir);
else if (what === "recover") await recoverIn(dir);
else if (what === "anew") await restoredAnew(dir);
else if (what === "replace") {
  writeCandidate(dir, new TextEncoder().encode("the new vault"));
  commitCandidate(dir);
} else throw new Error(`unknown: ${what}`);
process.exit(0);
