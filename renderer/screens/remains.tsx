import { useState } from "react";
import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { StationRail } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Title } from "../frame/frame.tsx";
import { sentences, text } from "../text/text.ts";

/** What no program can undo or clear away, line by line: the ceremony ends when each is ticked. */
export function RemainsScreen({ epoch, after, remains, later }: ScreenOf<"remains">) {
  const { act } = useStation();
  const said = text.remains;
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  const { title: titled, lead, go } = said[after];
  const title = titled(epoch);
  const left = remains.length - ticked.size;
  return (
    <Page
      title={title}
      rail={<StationRail current={later || after === "seal" ? "home" : "upkeep"} places="none" />}
      {...(later ? { escape: { label: said.later, press: () => void act({ do: "cancel" }) } } : {})}
      note={later ? `${said.left(left)} ${said.laterNote}` : said.left(left)}
      action={{
        label: later ? said.done : go,
        press: () => void act({ do: "next" }),
        awaits: left > 0,
      }}
      scrolls={remains.length > 4}
    >
      <Title>{title}</Title>
      <p className="lead">{lead}</p>
      <ol className="remains">
        {remains.map((one, index) => {
          const { what, todo } = sentences(one);
          // That a stick holds it a record says, and nobody's tick.
          const held = one.code === "COPY_FIRST";
          return (
            <li key={one.code}>
              <label className="check">
                <input
                  type="checkbox"
                  aria-disabled={held}
                  checked={ticked.has(index)}
                  onChange={(event) => {
                    const next = new Set(ticked);
                    if (event.target.checked && !held) next.add(index);
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
