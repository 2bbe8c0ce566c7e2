import { useState } from "react";
import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { StationRail } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { useNow } from "../frame/use-now.ts";
import { Field } from "../parts/field.tsx";
import { type Line, Lines, Word } from "../parts/lines.tsx";
import { day, recordNumber } from "../text/say.ts";
import { text } from "../text/text.ts";

/** A stick goes in, and takes a copy of the vault's folder: to bring the station back from. */
export function CopyScreen({ sticks, custodians, epoch, last, done }: ScreenOf<"copy">) {
  const { act } = useStation();
  const now = useNow();
  const said = text.copy;
  const [chosen, choose] = useState("");
  // Whoever took the last copy takes no other.
  const holder = custodians.includes(chosen) ? chosen : "";
  const ready = sticks.length === 1 && holder !== "";
  const title = done === null ? said.title : said.doneTitle(done.holder);
  const line = (id: keyof typeof said.lines, isDone: boolean, detail: string): Line => ({
    id,
    state: isDone ? "done" : "now",
    title: said.lines[id],
    detail,
    end: <Word>{isDone ? said.yes : said.no}</Word>,
  });
  return (
    <Page
      step={`copy ${done?.record ?? 0}`}
      title={title}
      rail={<StationRail current="upkeep" />}
      margin={
        <>
          <Aside title={said.neverTitle}>
            <p>{said.never}</p>
          </Aside>
          <Aside title={said.whatTitle}>
            <p>{said.what}</p>
          </Aside>
        </>
      }
      escape={{ label: said.back, press: () => void act({ do: "cancel" }) }}
      note={sticks.length > 1 ? said.noteSeveral : sticks.length === 0 ? said.noteNone : said.note}
      action={{
        label: done === null ? said.go : said.again,
        press: () => void act({ do: "writeCopy", holder }),
        awaits: !ready,
      }}
    >
      <Title>{title}</Title>
      <p className="lead">
        {done === null
          ? said.lead
          : said.doneLead(done.folder, recordNumber(done.upTo.seq), recordNumber(done.record))}
      </p>
      <Lines
        spacing="close"
        lines={[
          line("last", last !== null, last === null ? said.none(epoch) : day(last, now).trim()),
          line("stick", sticks.length === 1, sticks.length === 0 ? said.bring : sticks.join(", ")),
        ]}
      />
      <div className="fields">
        <Field id="holder" label={said.holder} note={said.holderNote}>
          <select
            id="holder"
            value={holder}
            aria-describedby="holder-note"
            data-first
            onChange={(event) => choose(event.target.value)}
          >
            <option value="">{said.nobody}</option>
            {custodians.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </Field>
      </div>
    </Page>
  );
}
