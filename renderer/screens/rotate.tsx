import { useState } from "react";
import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { FRESH } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { PlaceRail } from "../frame/rail.tsx";
import { text } from "../text/text.ts";

/** What the next epoch changes: which keys stay, and whether a stick's files are taken in. */
export function RotateScreen({ epoch, keys, stick }: ScreenOf<"rotate">) {
  const { act } = useStation();
  const said = text.rotate;
  const [carry, setCarry] = useState<readonly string[]>(keys);
  const [files, setFiles] = useState(true);
  const title = said.title(epoch + 1);
  const has =
    stick === null
      ? []
      : [
          ...stick.keyFiles,
          ...(stick.policy ? ["policy.json"] : []),
          ...(stick.runbook ? ["runbook.md"] : []),
          ...(stick.mfa ? ["mfa.json"] : []),
        ];
  return (
    <Page
      title={title}
      rail={
        <PlaceRail
          current="rotate"
          places={[{ id: "rotate", label: said.place, press: () => undefined }]}
          plate={FRESH}
        />
      }
      margin={
        <>
          <Aside title={said.newTitle}>
            <p>{said.newText}</p>
          </Aside>
          <Aside title={said.stayTitle}>
            <p>{said.stay}</p>
          </Aside>
        </>
      }
      escape={{ label: text.foot.stop, press: () => void act({ do: "cancel" }) }}
      note={said.note}
      action={{
        label: said.go,
        press: () =>
          void act({ do: "rotation", carry: [...carry], files: files && stick !== null }),
      }}
    >
      <Title>{title}</Title>
      <p className="lead">{said.lead}</p>
      <fieldset className="found">
        <legend>{said.keysTitle}</legend>
        {keys.map((label) => (
          <label key={label} className="check">
            <input
              type="checkbox"
              checked={carry.includes(label)}
              onChange={(event) =>
                setCarry(
                  event.target.checked
                    ? keys.filter((one) => one === label || carry.includes(one))
                    : carry.filter((one) => one !== label),
                )
              }
            />
            <span>{label}</span>
          </label>
        ))}
        {carry.length === 0 && <p className="quiet">{said.keysNone}</p>}
      </fieldset>
      <fieldset className="found">
        <legend>{said.filesTitle}</legend>
        {stick === null ? (
          <p className="quiet">{said.filesKept}</p>
        ) : (
          <label className="check">
            <input
              type="checkbox"
              checked={files}
              onChange={(event) => setFiles(event.target.checked)}
            />
            <span>
              <b>{said.stick(stick.name)}</b> {said.stickHas(has)}
            </span>
          </label>
        )}
      </fieldset>
    </Page>
  );
}
