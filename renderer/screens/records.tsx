import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { StationRail } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { useNow } from "../frame/use-now.ts";
import { day, minute, recordNumber } from "../text/say.ts";
import { text } from "../text/text.ts";

/** Every record of the chain, newest first, and what checking it found. */
export function RecordsScreen({ rows, verdict }: ScreenOf<"records">) {
  const { act } = useStation();
  const now = useNow();
  const said = text.records;
  const newest = rows.toSorted((a, b) => b.seq - a.seq);
  const head = newest[0];
  const open = (seq: number): void => void act({ do: "openRecord", seq });
  return (
    <Page
      title={said.title(rows.length)}
      rail={<StationRail current="records" />}
      margin={
        <>
          <Aside title={said.checkTitle}>
            <p>{said.check}</p>
          </Aside>
          <Aside title={said.keepTitle}>
            <p>{said.keep}</p>
          </Aside>
        </>
      }
      escape={{ label: said.back, press: () => void act({ do: "go", to: "home" }) }}
      note={said.note}
      action={
        head === undefined
          ? { label: said.go, awaits: true }
          : { label: said.go, press: () => open(head.seq) }
      }
      scrolls
    >
      <Title>{said.title(rows.length)}</Title>
      {head === undefined ? (
        <p className="lead">{said.empty}</p>
      ) : (
        <>
          <ChainVerdict verdict={verdict} />
          <table className="ledger close">
            <tbody>
              <tr>
                <th>{said.number}</th>
                <th>{said.at}</th>
                <th>{said.what}</th>
              </tr>
              {newest.map(({ seq, kind, at, why }) => (
                <tr key={seq}>
                  <td>
                    <button
                      type="button"
                      className="line mono"
                      aria-label={said.open(recordNumber(seq))}
                      onClick={() => open(seq)}
                    >
                      {recordNumber(seq)}
                    </button>
                  </td>
                  <td className="mono">
                    {day(at, now)}, {minute(at)}
                  </td>
                  <td>
                    {text.kinds[kind] ?? kind}
                    {why !== "" && <small>{text.records.whyText(why)}</small>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </Page>
  );
}

/** What checking every record found; main's word for it, in the catalogue's sentences. */
export function ChainVerdict({ verdict }: { readonly verdict: string }) {
  const said = text.verdicts[verdict];
  return (
    <p className={said?.good === true ? "verdict good lead-gap" : "verdict lead-gap"}>
      <b>{said?.what ?? text.verdictOther(verdict)}</b> {said?.more}
    </p>
  );
}
