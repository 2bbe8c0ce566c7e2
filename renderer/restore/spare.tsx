import { useState } from "react";
import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { StationRail } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { useNow } from "../frame/use-now.ts";
import { Verdict } from "../parts/verdict.tsx";
import { day, recordNumber } from "../text/say.ts";
import { text } from "../text/text.ts";
import { Choice, Officer } from "./choice.tsx";

/** A spare asks what became of the primary before it opens or makes new shares. */
export function SpareScreen({ before, since, upTo }: ScreenOf<"spare">) {
  const { act } = useStation();
  const now = useNow();
  const said = text.spare;
  const [primary, setPrimary] = useState<"gone" | "unreachable" | null>(null);
  const [officer, setOfficer] = useState("");
  const [tried, setTried] = useState(false);
  const ready = primary !== null && officer.trim() !== "";
  const unreachable = ["unreachable", said.unreachable, said.unreachableText] as const;
  return (
    <Page
      step={before}
      title={said.title}
      rail={<StationRail current="home" places="none" />}
      margin={
        <>
          <Aside title={said.awsTitle}>
            <p>{said.aws}</p>
          </Aside>
          <Aside title={said.cardsTitle}>
            <p>{said.cards}</p>
          </Aside>
        </>
      }
      escape={{ label: said.back, press: () => void act({ do: "cancel" }) }}
      note={said.note}
      action={{ label: said.go[before], form: "spare" }}
      verdict={tried && !ready && <Verdict what={said.missing} todo={said.missingTodo} />}
    >
      <Title>{said.title}</Title>
      <p className="lead">
        {before === "rotate" ? said.rotateLead : said.lead(day(since, now), recordNumber(upTo))}
      </p>
      <form
        id="spare"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (ready) void act({ do: "takeOver", officer, primary });
        }}
      >
        <Choice
          name="primary"
          legend={said.legend}
          of={[
            ...(before === "open" ? [unreachable] : []),
            ["gone", said.gone, said.goneText] as const,
          ]}
          chosen={primary}
          choose={setPrimary}
        />
        <Officer
          label={said.officer}
          note={said.officerNote}
          value={officer}
          wrong={tried && officer.trim() === ""}
          change={setOfficer}
        />
      </form>
    </Page>
  );
}
