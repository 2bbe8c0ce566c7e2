import { writeCopy } from "../../station/write-copy.ts";

/** Writes one copy, as the review process does: fs-bomb.ts ends it in the middle. */
const { dir, committed, stick } = JSON.parse(process.argv[2] ?? "") as {
  readonly dir: string;
  readonly committed: string;
  readonly stick: { readonly name: string; readonly folder: string };
};
writeCopy(dir, committed, stick);
