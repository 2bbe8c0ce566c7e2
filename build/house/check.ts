import { resolve } from "node:path";
import { catalogueFindings } from "./catalogue.ts";
import { floorFindings, placeFindings } from "./floors.ts";
import { promiseFindings } from "./promises.ts";
import { reachFindings } from "./reach.ts";
import { referenceFindings } from "./references.ts";
import { filesOf, type Finding, withSources } from "./source.ts";
import { textFindings } from "./text.ts";

// `node build/house/check.ts [ROOT] [--json]`: the house rules that the linter cannot see.
// Exit status 0: kept; 1: broken, one line per finding.

async function check(root: string): Promise<Finding[]> {
  const files = filesOf(root);
  const compiled = withSources(root, (sources) => [
    ...floorFindings(sources),
    ...sources.flatMap(promiseFindings),
    ...catalogueFindings(sources),
  ]);
  return [
    ...placeFindings(files),
    ...referenceFindings(root),
    ...compiled,
    ...(await reachFindings(root)),
    ...textFindings(root, files),
  ];
}

const args = process.argv.slice(2);
const root = resolve(args.find((arg) => !arg.startsWith("--")) ?? ".");
const started = performance.now();
const findings = await check(root);
if (args.includes("--json")) console.log(JSON.stringify(findings));
else {
  for (const { rule, file, line, message } of findings)
    console.log(`${file}:${line}: ${message} [${rule}]`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    findings.length === 0
      ? `house rules kept (${seconds} s)`
      : `house rules broken ${findings.length} times (${seconds} s)`,
  );
}
process.exitCode = findings.length === 0 ? 0 : 1;
