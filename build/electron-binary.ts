import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The package's own download, or the one that ELECTRON_BIN names; asking the package would download. */
export function electronBinary(): string | null {
  const named = process.env["ELECTRON_BIN"];
  if (named !== undefined && named !== "") return named;
  const home = fileURLToPath(new URL("../node_modules/electron", import.meta.url));
  const told = join(home, "path.txt");
  if (!existsSync(told)) return null;
  const binary = join(home, "dist", readFileSync(told, "utf8").trim());
  return existsSync(binary) ? binary : null;
}
