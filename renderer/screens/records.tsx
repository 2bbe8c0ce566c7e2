import { useState } from "react";
import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { StationRail } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { useNow } from "../frame/use-now.ts";
import { TextField } from "../parts/field.tsx";
import { day, minute, recordNumber } from "../text/say.ts";
import { sentences, text } from "../text/text.ts";

type RecordsView = ScreenOf<"records">;

/** Every record of the chain, newest first, and what checking it and its copies found. */
export function RecordsScreen(records: RecordsView) {
  const { rows, verdict, findings, copies, exported, only } = records;
  const { act } = useStation();
  const said = text.records;
  const newest = rows.toSorted((a, b) => b.seq - a.seq);
  const [head] = newest;
  const open = (seq: number): void => void act({ do: "openRecord", seq });
  const good = text.verdicts[verdict]?.good === true;
  return (
    <Page
      title={said.title(rows.length)}
      rail={<StationRail current="records" places={only ? "none" : "all"} />}
      margin={
        <>
          <Aside title={said.copiesTitle}>
            <p>{copies.length === 0 ? said.noCopies : said.copies(copies)}</p>
          </Aside>
          <Aside title={said.keepTitle}>
            <p>{said.keep}</p>
          </Aside>
          {good && (
            <section>
              <button type="button" onClick={() => void act({ do: "exportEvidence" })}>
                {said.export}
              </button>
              <p className="under-button">
                {exported === null ? said.exportText : said.exported(exported)}
              </p>
            </section>
          )}
        </>
      }
      escape={
        only
          ? { label: text.home.practise, press: () => void act({ do: "go", to: "home" }) }
          : { label: said.back, press: () => void act({ do: "go", to: "home" }) }
      }
      note={only ? said.onlyNote : said.note}
      action={
        head === undefined || only
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
          <Wrong findings={findings} />
          <Compare {...records} />
          <table className="ledger close">
            <tbody>
              <tr>
                <th>{said.number}</th>
                <th>{said.at}</th>
                <th>{said.what}</th>
              </tr>
              {newest.map((row) => (
                <Row key={row.seq} row={row} {...(only ? {} : { open })} />
              ))}
            </tbody>
          </table>
        </>
      )}
    </Page>
  );
}

interface RowProps {
  readonly row: RecordsView["rows"][number];
  readonly open?: (seq: number) => void;
}

function Row({ row: { seq, kind, at, why, good }, open }: RowProps) {
  const now = useNow();
  const said = text.records;
  const number = recordNumber(seq);
  return (
    <tr>
      <td className="mono">
        {open === undefined ? (
          number
        ) : (
          <button
            type="button"
            className="line mono"
            aria-label={said.open(number)}
            onClick={() => open(seq)}
          >
            {number}
          </button>
        )}
      </td>
      <td className="mono">{at !== "" && `${day(at, now)}, ${minute(at)}`}</td>
      <td className={good ? "" : "late"}>
        {text.kinds[kind] ?? (kind === "" ? said.unreadable : kind)}
        {!good && <small>{said.notGood}</small>}
        {why !== "" && <small>{said.whyText(why)}</small>}
      </td>
    </tr>
  );
}

/** More than these are for `pullstation verify`. */
const LISTED = 12;

/** What is wrong, and what is to be known, each with its place. */
function Wrong({ findings }: Pick<RecordsView, "findings">) {
  const said = text.records;
  if (findings.length === 0) return null;
  const listed = findings
    .toSorted((a, b) => Number(a.severity === "note") - Number(b.severity === "note"))
    .slice(0, LISTED);
  return (
    <ul className="astray">
      {listed.map(({ code, severity, about, seq, copy }) => {
        const { what, todo } = sentences({ code, about });
        const place = [
          ...(seq === null ? [] : [said.inRecord(recordNumber(seq))]),
          ...(copy === null ? [] : [said.inCopy(copy)]),
        ];
        return (
          <li key={`${code} ${seq} ${copy} ${JSON.stringify(about)}`} className={severity}>
            <b>{what}</b> {todo}
            {place.length > 0 && <small>{place.join(", ")}</small>}
          </li>
        );
      })}
      {findings.length > LISTED && <li>{said.moreFound(findings.length - LISTED)}</li>}
    </ul>
  );
}

/** Only paper tells whose records these are, and whether their end was cut off. */
function Compare({ compared }: RecordsView) {
  const { act } = useStation();
  const said = text.records;
  const [vaultId, setVaultId] = useState("");
  const [head, setHead] = useState("");
  const told = [
    ...(compared.vaultId ? [said.comparedId] : []),
    ...(compared.head ? [said.comparedHead] : []),
  ];
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void act({ do: "checkRecords", vaultId, head });
      }}
    >
      <div className="fields">
        <TextField
          id="vault-id"
          label={said.vaultId}
          note={said.vaultIdNote}
          value={vaultId}
          maxLength={80}
          change={setVaultId}
        />
        <TextField
          id="printed-head"
          label={said.head}
          note={said.headNote}
          value={head}
          maxLength={120}
          change={setHead}
        />
      </div>
      <div className="row compare under-button">
        <button type="submit">{said.compare}</button>
        <span role="status">{told.join(" ")}</span>
      </div>
    </form>
  );
}

/** What checking every record found; main's word for it, in the catalogue's sentences. */
function ChainVerdict({ verdict }: { readonly verdict: string }) {
  const said = text.verdicts[verdict];
  return (
    <p className={said?.good === true ? "verdict good lead-gap" : "verdict lead-gap"}>
      <b>{said?.what ?? text.verdictOther(verdict)}</b> {said?.more}
    </p>
  );
}
