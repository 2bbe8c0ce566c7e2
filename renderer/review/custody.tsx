import { useState } from "react";
import type { ScreenOf } from "../../contract/app.ts";
import type { CustodyItem, CustodyLine, CustodyRow } from "../../contract/custody.ts";
import { Page } from "../app/page.tsx";
import { StationRail } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { useNow } from "../frame/use-now.ts";
import { Field } from "../parts/field.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { day } from "../text/say.ts";
import { text } from "../text/text.ts";
import { Paper } from "./paper.tsx";

const idOf = (item: CustodyItem): string =>
  item.kind === "share" ? `share ${item.place}` : `key ${item.label}`;

const nameOf = ({ item, holder }: CustodyRow): string =>
  item.kind === "share" ? text.custody.share(item.place, holder) : text.custody.key(item.label);

/** The register, a line for it, or its sheet. */
export function CustodyScreen({ rows, page, paper }: ScreenOf<"custody">) {
  const [chosen, choose] = useState<string | null>(null);
  const row = rows.find(({ item }) => idOf(item) === chosen);
  if (paper)
    return <Paper said={text.custody.paper} page={page} rail={<StationRail current="custody" />} />;
  if (row !== undefined) return <LineForm row={row} leave={() => choose(null)} />;
  return <Register rows={rows} choose={choose} />;
}

interface RegisterProps {
  readonly rows: readonly CustodyRow[];
  readonly choose: (id: string) => void;
}

function Register({ rows, choose }: RegisterProps) {
  const { act } = useStation();
  const now = useNow();
  const said = text.custody;
  return (
    <Page
      step="register"
      title={said.title}
      rail={<StationRail current="custody" />}
      margin={
        <>
          <Aside title={said.aboutTitle}>
            <p>{said.about}</p>
          </Aside>
          <Aside title={said.sheetTitle}>
            <p>{said.sheet}</p>
          </Aside>
        </>
      }
      escape={{ label: text.foot.back, press: () => void act({ do: "go", to: "home" }) }}
      note={said.note}
      action={{ label: said.go, press: () => void act({ do: "showPaper", shown: true }) }}
      scrolls
    >
      <Title>{said.title}</Title>
      <p className="lead">{said.lead}</p>
      <table className="ledger">
        <tbody>
          <tr>
            <th>{said.what}</th>
            <th>{said.where}</th>
            <th>{said.bag}</th>
            <th className="end">{said.look}</th>
          </tr>
          {rows.map((row) => {
            const { item, where, bag, state, due } = row;
            const name = nameOf(row);
            const isLate = Date.parse(due) < now;
            return (
              <tr key={idOf(item)}>
                <td>
                  <button
                    type="button"
                    className="line"
                    aria-label={said.write(name)}
                    onClick={() => choose(idOf(item))}
                  >
                    {name}
                  </button>
                </td>
                <td className={state === "broken" ? "late" : ""}>
                  {where}
                  <small>{said.states[state]}</small>
                </td>
                <td className="mono">{bag === "" ? said.noBag : bag}</td>
                <td className={isLate ? "end mono late" : "end mono"}>
                  {isLate ? <small>{day(due, now)}</small> : day(due, now)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Page>
  );
}

const ACTS = ["placed", "inspected", "replaced"] as const;

interface LineProps {
  readonly row: CustodyRow;
  readonly leave: () => void;
}

function LineForm({ row, leave }: LineProps) {
  const { act } = useStation();
  const said = text.custody.line;
  const isNew = row.state === "unplaced";
  const [line, setLine] = useState<CustodyLine>({
    item: row.item,
    act: isNew ? "placed" : "inspected",
    where: row.where,
    // At a look the serial is read from the bag, not from the register.
    bag: "",
    whole: true,
    by: "",
    note: "",
  });
  const [tried, setTried] = useState(false);
  const name = nameOf(row);
  const missing = line.where.trim() === "" || line.by.trim() === "";
  const set = (change: Partial<CustodyLine>): void => setLine({ ...line, ...change });
  const input = (id: "where" | "bag" | "by" | "note", most: number) => (
    <input
      id={`custody-${id}`}
      value={line[id]}
      maxLength={most}
      autoComplete="off"
      spellCheck={false}
      {...(tried && (id === "where" || id === "by") && line[id].trim() === ""
        ? { "aria-invalid": true, "aria-describedby": "custody-verdict" }
        : {})}
      onChange={(event) => set({ [id]: event.target.value })}
    />
  );
  return (
    <Page
      step="line"
      title={said.title(name)}
      rail={<StationRail current="custody" />}
      margin={
        <Aside title={text.custody.aboutTitle}>
          <p>{text.custody.about}</p>
        </Aside>
      }
      escape={{ label: text.foot.back, press: leave }}
      note={said.note}
      action={{ label: said.go, form: "custody" }}
      verdict={
        tried &&
        missing && <Verdict what={said.missing} todo={said.missingTodo} id="custody-verdict" />
      }
    >
      <Title>{said.title(name)}</Title>
      <p className="lead">{said.lead}</p>
      <form
        id="custody"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (!missing) void act({ do: "custody", line }).then((taken) => taken && leave());
        }}
      >
        <div className="fields">
          <Field id="custody-act" label={said.act}>
            <select
              id="custody-act"
              value={line.act}
              onChange={(event) => set({ act: event.target.value as CustodyLine["act"] })}
            >
              {ACTS.filter((one) => !isNew || one === "placed").map((one) => (
                <option key={one} value={one}>
                  {said.acts[one]}
                </option>
              ))}
            </select>
          </Field>
          <Field id="custody-where" label={said.where}>
            {input("where", 120)}
          </Field>
          <Field id="custody-bag" label={said.bag} note={said.bagNote}>
            {input("bag", 60)}
          </Field>
          <Field id="custody-by" label={said.by}>
            {input("by", 80)}
          </Field>
          <label className="check">
            <input
              type="checkbox"
              checked={line.whole}
              onChange={(event) => set({ whole: event.target.checked })}
            />
            <span>
              <b>{said.whole}</b> {said.wholeNote}
            </span>
          </label>
          <Field id="custody-note" label={said.remark}>
            {input("note", 200)}
          </Field>
        </div>
      </form>
    </Page>
  );
}
