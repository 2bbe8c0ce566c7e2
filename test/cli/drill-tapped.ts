import { appendFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { listenForSignals } from "../../cli/drill/interruption.ts";
import { perform } from "../../cli/drill/perform.ts";
import { resumeDrill } from "../../cli/drill/resume.ts";
import { writeSettings } from "../../cli/drill/scene.ts";
import { terminalOn } from "../../cli/terminal.ts";
import { asText } from "./drill-secrets.ts";

/**
 * Main as the command runs it, with every message that it sends, receives or carries on written to
 * a file.
 */
const [dir = "", tapped = ""] = process.argv.slice(2);
const tap = (message: unknown): void => appendFileSync(tapped, `${asText(message)}\n`);
const terminal = terminalOn(process.stdout);
const resumes = existsSync(join(dir, "drill.json"));
if (!resumes)
  writeSettings(dir, {
    format: "pullstation-drill@v1",
    keys: [],
    custodians: 2,
    threshold: 2,
    accounts: 1,
    duration: 5,
  });
const interruption = listenForSignals(() => dir);
const passed = await (resumes ? resumeDrill : perform)(
  dir,
  { json: true },
  terminal,
  interruption,
  tap,
);
interruption.end();
process.exitCode = passed ? 0 : 1;
