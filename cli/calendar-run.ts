import { calendar } from "../ceremony/calendar.ts";
import { explain, visible } from "../contract/failures.ts";
import { utf8 } from "../crypto/bytes.ts";
import { CodedError } from "../crypto/errors.ts";
import { calendarDays, dueAt } from "../station/due.ts";
import { replaceFile } from "../station/vault-file.ts";

export type CalendarCode = "CALENDAR_NOT_WRITTEN";

/** Gives the exit status: 0 written, 2 unusable input. */
export function runCalendar(
  dir: string,
  file: string,
  port: {
    readonly out: (text: string) => void;
    readonly err: (text: string) => void;
    readonly now: string;
  },
): number {
  try {
    const due = dueAt(dir, port.now);
    const days = calendarDays(due);
    write(file, calendar(due.name, due.vaultId, days, port.now));
    const lines = days.map(({ on, summary }) => `  ${on.slice(0, 10)}  ${visible(summary)}\n`);
    port.out(`${visible(file)}: ${days.length} days\n${lines.join("")}`);
    return 0;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const { what, todo } = explain(error.code, error.about);
    port.err(`${error.code}: ${what}\n  ${todo}\n`);
    return 2;
  }
}

function write(file: string, text: string): void {
  try {
    replaceFile(file, utf8(text), 0o644);
  } catch (cause) {
    const why = (cause as { code?: string }).code ?? "unknown";
    throw new CodedError<CalendarCode>("CALENDAR_NOT_WRITTEN", { file, why }, { cause });
  }
}
