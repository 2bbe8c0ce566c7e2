import { activationFailures } from "./failures/activation.ts";
import { appFailures } from "./failures/app.ts";
import { contractFailures } from "./failures/contract.ts";
import { cryptoFailures } from "./failures/crypto.ts";
import { drillFailures } from "./failures/drill.ts";
import { evidenceFailures } from "./failures/evidence.ts";
import { hardwareFailures } from "./failures/hardware.ts";
import { paperFailures } from "./failures/paper.ts";
import { documentsFailures } from "./failures/documents.ts";
import { practiceFailures } from "./failures/practice.ts";
import { recordFailures } from "./failures/records.ts";
import { restoreFailures } from "./failures/restore.ts";
import { stationFailures } from "./failures/station.ts";
import { terminalFailures } from "./failures/terminal.ts";
import { trailFailures } from "./failures/trail.ts";
import { vaultFailures } from "./failures/vault.ts";

/** One sentence of what happened, one of what to do. `{name}` is filled from the error's `about`. */
export interface Failure {
  readonly what: string;
  readonly todo: string;
}

export const failures = {
  ...activationFailures,
  ...appFailures,
  ...contractFailures,
  ...cryptoFailures,
  ...drillFailures,
  ...evidenceFailures,
  ...hardwareFailures,
  ...paperFailures,
  ...documentsFailures,
  ...practiceFailures,
  ...recordFailures,
  ...restoreFailures,
  ...stationFailures,
  ...terminalFailures,
  ...trailFailures,
  ...vaultFailures,
} as const satisfies Record<string, Failure>;

export type FailureCode = keyof typeof failures;

/** File names and facts are shown, never obeyed: what a terminal would act on is made visible. */
export const visible = (text: string): string =>
  text.replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`,
  );

const fill = (sentence: string, about: Readonly<Record<string, string | number>>): string =>
  sentence.replace(/\{(\w+)\}/g, (_, name: string) => visible(String(about[name] ?? "?")));

/** The sentences for an error's code; an unknown code is named rather than hidden. */
export function explain(
  code: string,
  about: Readonly<Record<string, string | number>> = {},
): Failure {
  const failure: Failure = (failures as Record<string, Failure>)[code] ?? {
    what: `Something failed that has no sentence yet (${code}).`,
    todo: "Nothing was changed by this message. Note the code and look in DESIGN.md.",
  };
  return { what: fill(failure.what, about), todo: fill(failure.todo, about) };
}
