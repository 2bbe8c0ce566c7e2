import type { AppView, ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { StationRail } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { useNow } from "../frame/use-now.ts";
import { day, daysUntil, recordNumber } from "../text/say.ts";
import { text } from "../text/text.ts";

/** Past records that fit; all of them are among the records. */
const SHOWN = 3;
/** One fewer leaves the room that a verdict needs. */
const SHOWN_BESIDE_VERDICT = 2;

/** Sealed: what is due, what was done, whom to call. It never comes while an access may be open. */
export function HomeScreen({ due, moreDue, past, spare }: ScreenOf<"home">) {
  const { view, act } = useStation();
  const now = useNow();
  const said = text.home;
  const { vault, mode } = view;
  const practice = mode === "PRACTICE";
  const title =
    vault === null
      ? text.first.title
      : spare === null
        ? said.title(vault.epoch)
        : text.spare.home.title(vault.epoch);
  return (
    <Page
      title={title}
      rail={<StationRail current="home" />}
      margin={vault === null ? <span /> : <Call vault={vault} />}
      escape={
        practice
          ? { label: said.endPractice, press: () => void act({ do: "endPractice" }) }
          : { label: said.practise, press: () => void act({ do: "practise", fresh: false }) }
      }
      note={practice ? said.practiceNote : vault === null ? "" : said.note(vault.threshold)}
      action={{ label: said.go, press: () => void act({ do: "breakGlass" }) }}
    >
      <Title>{title}</Title>
      {vault !== null && spare === null && (
        <p className="lead">
          {said.lead(vault.threshold, vault.custodians.length, vault.keys.length)}
        </p>
      )}
      {spare !== null && (
        <p className="lead">
          {text.spare.home.lead(day(spare.since, now), recordNumber(spare.upTo))}{" "}
          {!practice && (
            <button type="button" className="line" onClick={() => void act({ do: "restore" })}>
              {text.spare.home.anew}
            </button>
          )}
        </p>
      )}
      <table className="ledger dated">
        <Due rows={due} more={moreDue} />
        <Past rows={past} />
      </table>
    </Page>
  );
}

interface DueProps {
  readonly rows: ScreenOf<"home">["due"];
  readonly more: number;
}

function Due({ rows, more: others }: DueProps) {
  const { act } = useStation();
  const said = text.home;
  const now = useNow();
  return (
    <tbody>
      <tr>
        <th className="day">{said.due}</th>
        <th>{said.what}</th>
        <th className="end who">{said.who}</th>
      </tr>
      {rows.length === 0 && (
        <tr>
          <td colSpan={3} className="quiet">
            {said.nothingDue}
          </td>
        </tr>
      )}
      {rows.map(({ what, by, on, more }) => {
        const days = daysUntil(on, now);
        const name = text.due[what] ?? what;
        return (
          <tr key={`${what} ${on}`}>
            <td className={days < 0 ? "mono late" : "mono"}>
              {day(on, now)}
              <small>
                {days < 0 ? said.late(-days) : days === 0 ? said.today : said.inDays(days)}
              </small>
            </td>
            <td>
              <DueName what={what} by={by} name={name} more={more} />
            </td>
            <td className="end">{by ?? <span className="quiet">{said.nobody}</span>}</td>
          </tr>
        );
      })}
      {others > 0 && (
        <tr>
          <td />
          <td colSpan={2}>
            <button type="button" className="line" onClick={() => void act(TO_UPKEEP)}>
              {text.dueElse(others)}
            </button>
          </td>
        </tr>
      )}
    </tbody>
  );
}

interface DueNameProps {
  readonly what: string;
  readonly by: string | null;
  readonly name: string;
  readonly more: number;
}

const TO_UPKEEP = { do: "go", to: "upkeep" } as const;

/** Kinds that *Upkeep* begins, and whose names it lists. */
const AT_UPKEEP: ReadonlySet<string> = new Set([
  "rotation",
  "reseal",
  "remains",
  "card-check",
  "full-check",
  "key-check",
]);

/** What can be begun from here is a button. */
function DueName({ what, by, name, more }: DueNameProps) {
  const { act } = useStation();
  const others = more > 0 ? text.dueMore(more) : "";
  const said = `${name} ${others}`.trim();
  const shown = (
    <>
      {name} {others !== "" && <small>{others}</small>}
    </>
  );
  const deed =
    what === "review" && by !== null
      ? () => void act({ do: "review", incident: by })
      : what === "drill"
        ? () => void act({ do: "go", to: "drill" })
        : what === "copy"
          ? () => void act({ do: "go", to: "copy" })
          : AT_UPKEEP.has(what)
            ? () => void act(TO_UPKEEP)
            : null;
  return deed === null ? (
    shown
  ) : (
    <button
      type="button"
      className="line"
      aria-label={by === null ? said : text.dueOf(said, by)}
      onClick={deed}
    >
      {shown}
    </button>
  );
}

/** Records whose note is somebody's own words; the others' stand among the records. */
const SAID_BY_PEOPLE: ReadonlySet<string> = new Set([
  "glass-broken",
  "closed",
  "reviewed",
  "drill",
]);

function Past({ rows }: { readonly rows: ScreenOf<"home">["past"] }) {
  const { act, view, refusal } = useStation();
  const said = text.home;
  const now = useNow();
  const most = (refusal ?? view.notice) === null ? SHOWN : SHOWN_BESIDE_VERDICT;
  const newest = rows.toSorted((a, b) => b.seq - a.seq).slice(0, most);
  return (
    <tbody className="past">
      <tr>
        <th className="day">{said.done}</th>
        <th>{said.what}</th>
        <th className="end who">{said.record}</th>
      </tr>
      {newest.length === 0 && (
        <tr>
          <td colSpan={3}>{said.nothingDone}</td>
        </tr>
      )}
      {newest.map(({ seq, kind, at, why }) => {
        const what = text.kinds[kind] ?? kind;
        return (
          <tr key={seq}>
            <td className="mono">{day(at, now)}</td>
            <td className="one-line">
              {why === "" || !SAID_BY_PEOPLE.has(kind) ? what : `${what}: ${why}`}
            </td>
            <td className="end">
              <button
                type="button"
                className="line mono"
                aria-label={said.openRecord(recordNumber(seq), what)}
                onClick={() => void act({ do: "openRecord", seq })}
              >
                {recordNumber(seq)}
              </button>
            </td>
          </tr>
        );
      })}
    </tbody>
  );
}

/** More names than these stand closer together; more than these are counted. */
const ROOMY = 8;
const NAMED = 10;

function Call({ vault }: { readonly vault: NonNullable<AppView["vault"]> }) {
  const said = text.home;
  const { custodians, keys, threshold } = vault;
  const isTight = custodians.length + keys.length > ROOMY;
  const list = (items: readonly string[]) => (
    <ul className={isTight ? "call small-call" : "call"}>
      {items.slice(0, NAMED).map((item) => (
        <li key={item}>{item}</li>
      ))}
      {items.length > NAMED && <li className="quiet">{said.more(items.length - NAMED)}</li>}
    </ul>
  );
  return (
    <>
      <Aside title={said.callTitle(threshold)}>{list(custodians)}</Aside>
      <Aside title={said.keysTitle(keys.length)}>{list(keys)}</Aside>
    </>
  );
}
