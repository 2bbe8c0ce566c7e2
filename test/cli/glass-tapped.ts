import { appendFileSync } from "node:fs";
import { breakGlass } from "../../cli/glass/run.ts";
import { asText } from "./drill-secrets.ts";

/** The command as it runs, with every message that it sends, receives or carries on written to a file. */
const [dir = "", tapped = "", duration = "600"] = process.argv.slice(2);
process.exitCode = await breakGlass(
  dir,
  { incident: "INC-TAPPED", reason: "searched for secrets", duration: Number(duration) },
  (message) => appendFileSync(tapped, `${asText(message)}\n`),
);
