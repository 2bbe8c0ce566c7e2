import type { CustodyItem, CustodyLine, CustodyRow } from "../contract/custody.ts";
import type { RecordBody } from "../crypto/record.ts";
import { dueAfter } from "./due-time.ts";
import type { StationEntry } from "./ports.ts";

type Told = Pick<RecordBody, "kind" | "at" | "evidence" | "vaultHash">;

/** A bag is looked at once a year, as its share's full check is. */
const INSPECT_DAYS = 365;
/** After a sealing, cards and keys go to where they are kept. */
const PLACE_DAYS = 14;

const isSame = (a: CustodyItem, b: CustodyItem): boolean =>
  a.kind === "share"
    ? b.kind === "share" && a.place === b.place
    : b.kind === "key" && a.label === b.label;

/** What a record's evidence holds; null when it is of another shape. */
function lineIn(evidence: RecordBody["evidence"]): CustodyLine | null {
  const { item, act, where, bag, whole, by, note } = evidence;
  const of = Object(item) as { kind?: unknown; place?: unknown; label?: unknown };
  const known =
    (of.kind === "share" && typeof of.place === "number") ||
    (of.kind === "key" && typeof of.label === "string");
  const texts = [where, bag, by, note].every((one) => typeof one === "string");
  const acts = act === "placed" || act === "inspected" || act === "replaced";
  return known && texts && acts && typeof whole === "boolean"
    ? (evidence as unknown as CustodyLine)
    : null;
}

/**
 * Where every share of the live epoch and every key is kept, as the records tell it. A share's lines
 * of an older epoch speak of a dead card and don't count; a key goes on through epochs. `time`: now, RFC 3339.
 */
export function custodyRows(
  story: readonly Told[],
  custodians: readonly { readonly place: number; readonly name: string }[],
  keys: readonly string[],
  time: string,
): readonly CustodyRow[] {
  const commit = story.findLast(({ kind }) => kind === "committed");
  const sealed = commit?.at.time ?? "";
  const lines = story.flatMap(({ kind, at, evidence, vaultHash }) => {
    const line = kind === "custody" ? lineIn(evidence) : null;
    if (line === null) return [];
    if (line.item.kind === "share" && vaultHash !== commit?.evidence["fileSha256"]) return [];
    return [{ ...line, at: at.time }];
  });
  const items: readonly { readonly item: CustodyItem; readonly holder: string }[] = [
    ...custodians.map(({ place, name }) => ({
      item: { kind: "share", place } as const,
      holder: name,
    })),
    ...keys.map((label) => ({ item: { kind: "key", label } as const, holder: label })),
  ];
  return items.map(({ item, holder }) => {
    const own = lines.filter((line) => isSame(line.item, item));
    // An inspection says what was seen; only who puts it away says where it belongs.
    const put = own.filter(({ act }) => act !== "inspected");
    const now = put.at(-1);
    const seen = now === undefined ? [] : own.slice(own.indexOf(now));
    const last = own.at(-1)?.at;
    const breach = seen.find(({ whole, bag }) => !whole || bag !== now?.bag);
    return {
      item,
      holder,
      where: now?.where ?? "",
      bag: now?.bag ?? "",
      placed: now?.at ?? null,
      inspected: own.findLast(({ act }) => act === "inspected")?.at ?? null,
      state: now === undefined ? "unplaced" : breach === undefined ? "sound" : "broken",
      earlier: [...new Set(put.slice(0, -1).map(({ bag }) => bag))].filter(
        (bag) => bag !== "" && bag !== now?.bag,
      ),
      due:
        last === undefined
          ? sealed === ""
            ? ""
            : dueAfter(sealed, PLACE_DAYS, time)
          : // A broken bag is due since it was seen, and no later look puts that off.
            dueAfter(breach?.at ?? last, breach === undefined ? INSPECT_DAYS : 0, time),
    };
  });
}

const NAMES = {
  placed: "put away",
  inspected: "inspected",
  replaced: "put into a new bag",
} as const;

/** The station's record of one line. */
export function custodyEntry(line: CustodyLine, holder: string, now: string): StationEntry {
  const { item, act, by, note, whole } = line;
  const thing = item.kind === "share" ? `share ${item.place}` : `the key “${item.label}”`;
  return {
    kind: "custody",
    who: { by, ...(item.kind === "share" ? { custodian: holder } : { key: item.label }) },
    why: `${thing}: ${NAMES[act]}${whole ? "" : ", NOT whole"}${note === "" ? "" : `; ${note}`}`,
    at: { time: now, clock: "station" },
    evidence: { ...line, item: { ...item } },
  };
}
