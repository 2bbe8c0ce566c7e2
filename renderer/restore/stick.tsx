import { useState } from "react";
import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { TextField } from "../parts/field.tsx";
import { type Line, Lines, Word } from "../parts/lines.tsx";
import { text } from "../text/text.ts";
import { RestoreRail, type RestoreView } from "./rail.tsx";

/** The stick goes in; its names turn the lines. What stands on paper is typed meanwhile. */
export function StickStep(restore: RestoreView) {
  const { act } = useStation();
  const { sticks, paper } = restore;
  const said = text.restore.stick;
  const [vaultId, setVaultId] = useState(paper.vaultId);
  const [head, setHead] = useState(paper.head);
  const ready = sticks.some(({ vault }) => vault);
  const title = sticks.length === 0 ? said.title : said.found(sticks.map(({ name }) => name));
  return (
    <Page
      step="stick"
      title={title}
      rail={<RestoreRail {...restore} />}
      margin={
        <>
          <Aside title={said.bringTitle}>
            <p>{said.bring}</p>
          </Aside>
          <Aside title={said.neverTitle}>
            <p>{said.never}</p>
          </Aside>
        </>
      }
      escape={{ label: text.foot.stop, press: () => void act({ do: "cancel" }) }}
      note={ready ? said.note : said.noteMissing}
      action={{ label: said.go, form: "copy", awaits: !ready }}
    >
      <Title>{title}</Title>
      <p className="lead">{said.lead}</p>
      <Lines spacing="close" lines={linesOf(sticks)} />
      <form
        id="copy"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) void act({ do: "checkRecords", vaultId, head });
        }}
      >
        <div className="fields">
          <TextField
            id="vault-id"
            label={said.vaultId}
            note={said.vaultIdNote}
            value={vaultId}
            maxLength={80}
            first
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
      </form>
    </Page>
  );
}

function linesOf(sticks: RestoreView["sticks"]): Line[] {
  const said = text.restore.stick;
  const [first, ...others] = sticks.toSorted((a, b) => Number(b.vault) - Number(a.vault));
  const line = (id: string, isHere: boolean, title: string, detail: string): Line => ({
    id,
    state: isHere ? "done" : id === "second" ? "later" : "now",
    title,
    detail,
    end: <Word>{isHere ? said.here : id === "second" ? said.none : said.missing}</Word>,
  });
  return [
    line("vault", first?.vault === true, said.vault, first?.name ?? said.vaultText),
    line("records", first !== undefined, said.records, said.recordsText),
    line(
      "second",
      others.length > 0,
      said.second,
      others.length > 0 ? others.map(({ name }) => name).join(", ") : said.secondText,
    ),
  ];
}
