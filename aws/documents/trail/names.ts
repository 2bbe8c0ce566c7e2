const lastName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
/** Decompressed beside its original, a log keeps its name but for the ending. */
export const bareName = (path: string): string => lastName(path).replace(/\.gz$/, "");

const LOG_NAME = /^(\d{12})_CloudTrail_([a-z0-9-]+)_(\d{8})T(\d{4})Z_[A-Za-z0-9]+\.json(?:\.gz)?$/;

/** What CloudTrail writes into a log's name. */
export function readLogName(
  path: string,
): { readonly account: string; readonly region: string; readonly delivered: number } | null {
  const [, account, region, day, time] = LOG_NAME.exec(lastName(path)) ?? [];
  if (account === undefined || region === undefined || day === undefined || time === undefined)
    return null;
  const iso = `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T${time.slice(0, 2)}:${time.slice(2)}:00Z`;
  const delivered = Date.parse(iso);
  return Number.isNaN(delivered) ? null : { account, region, delivered };
}
