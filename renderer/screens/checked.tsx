import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { StationRail } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { Lines, Word } from "../parts/lines.tsx";
import { recordNumber } from "../text/say.ts";
import { sentences, text } from "../text/text.ts";

/** What one person's check found, with its place in the records. */
export function CheckedScreen({ what, found }: ScreenOf<"checked">) {
  const { act } = useStation();
  const said = text.checked;
  const last = found.at(-1);
  const good = last?.good === true;
  const title = good ? said.good(what, last.who ?? said.unknown) : said.bad(what);
  return (
    <Page
      title={title}
      rail={<StationRail current="upkeep" />}
      margin={
        <Aside title={said.todoTitle}>
          <p>{good ? said.todoGood : said.todoBad}</p>
        </Aside>
      }
      note={said.note}
      action={{ label: said.go, press: () => void act({ do: "next" }) }}
      scrolls={found.length > 6}
    >
      <Title>{title}</Title>
      <p className="lead">{good ? said.lead : said.badLead}</p>
      <Lines
        spacing="tight"
        lines={found.map((one, index) => ({
          id: `${index}`,
          state: one.good ? "done" : "failed",
          title: one.who ?? said.unknown,
          detail:
            one.failure === null
              ? said.lineGood[what]
              : `${sentences(one.failure).what} ${sentences(one.failure).todo}`,
          end: <Word>{said.record(recordNumber(one.record))}</Word>,
        }))}
      />
    </Page>
  );
}
