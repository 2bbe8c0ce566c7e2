import { useState } from "react";
import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { StationRail } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Title } from "../frame/frame.tsx";
import { sentences, text } from "../text/text.ts";

/** What a rotation can't undo, line by line: it ends when each is ticked. */
export function RemainsScreen({ epoch, cancelled, remains }: ScreenOf<"remains">) {
  const { act } = useStation();
  const said = text.remains;
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  const title = cancelled ? said.cancelled(epoch) : said.title(epoch);
  const left = remains.length - ticked.size;
  return (
    <Page
      title={title}
      rail={<StationRail current="upkeep" />}
      note={said.left(left)}
      action={{ label: said.go, press: () => void act({ do: "next" }), awaits: left > 0 }}
      scrolls={remains.length > 4}
    >
      <Title>{title}</Title>
      <p className="lead">{cancelled ? said.cancelledLead : said.lead}</p>
      <ol className="remains">
        {remains.map((one, index) => {
          const { what, todo } = sentences(one);
          return (
            <li key={one.code}>
              <label className="check">
                <input
                  type="checkbox"
                  checked={ticked.has(index)}
                  onChange={(event) => {
                    const next = new Set(ticked);
                    if (event.target.checked) next.add(index);
                    else next.delete(index);
                    setTicked(next);
                  }}
                />
                <span>
                  <b>{what}</b> {todo}
                </span>
              </label>
            </li>
          );
        })}
      </ol>
    </Page>
  );
}
