import { useState } from "react";
import type { ScreenOf } from "../../contract/app.ts";
import type { StickView } from "../../contract/upkeep.ts";
import { Page } from "../app/page.tsx";
import { FRESH } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { PlaceRail } from "../frame/rail.tsx";
import { Field } from "../parts/field.tsx";
import { type Line, Lines, Word } from "../parts/lines.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { text } from "../text/text.ts";

/**
 * The import stick goes in; what lies on it turns the lines, by its names alone. The vault gets its
 * name meanwhile.
 */
export function ImportScreen({ sticks, complete }: ScreenOf<"import">) {
  const { act } = useStation();
  const said = text.import;
  const stick = sticks[0];
  const [name, setName] = useState("");
  const [keyboard, setKeyboard] = useState(said.keyboards[0] ?? "");
  const [tried, setTried] = useState(false);
  const nameless = tried && name.trim() === "";
  const send = (): void => {
    setTried(true);
    if (name.trim() !== "") void act({ do: "describe", name, keyboard });
  };
  const title = stick === undefined ? said.title : said.found(stick.name);
  return (
    <Page
      title={title}
      rail={
        <PlaceRail
          current="import"
          places={[{ id: "import", label: said.place, press: () => undefined }]}
          plate={FRESH}
        />
      }
      margin={
        <>
          <Aside title={said.stayTitle}>
            <p>{said.stay}</p>
          </Aside>
          <Aside title={said.codesTitle}>
            <p>{said.codes}</p>
          </Aside>
        </>
      }
      escape={{ label: text.foot.stop, press: () => void act({ do: "cancel" }) }}
      note={complete === null ? said.noteMissing : said.note}
      action={{ label: said.go, form: "import", awaits: complete === null }}
      verdict={
        nameless && (
          <Verdict what={said.nameMissing} todo={said.nameMissingTodo} id="import-verdict" />
        )
      }
    >
      <Title>{title}</Title>
      <p className="lead">{said.lead}</p>
      <Lines spacing="close" lines={linesOf(stick)} />
      <form
        id="import"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (complete !== null) send();
        }}
      >
        <div className="fields">
          <Field id="vault-name" label={said.name} note={said.nameNote}>
            <input
              id="vault-name"
              value={name}
              maxLength={60}
              autoComplete="off"
              spellCheck={false}
              data-first
              {...(nameless ? { "aria-invalid": true, "aria-describedby": "import-verdict" } : {})}
              onChange={(event) => setName(event.target.value)}
            />
          </Field>
          <Field id="vault-keyboard" label={said.keyboard} note={said.keyboardNote}>
            <select
              id="vault-keyboard"
              value={keyboard}
              aria-describedby="vault-keyboard-note"
              onChange={(event) => setKeyboard(event.target.value)}
            >
              {said.keyboards.map((layout) => (
                <option key={layout} value={layout}>
                  {layout}
                </option>
              ))}
            </select>
          </Field>
        </div>
      </form>
    </Page>
  );
}

function linesOf(stick: StickView | undefined): Line[] {
  const said = text.import;
  const found = {
    keys: (stick?.keyFiles.length ?? 0) > 0,
    policy: stick?.policy ?? false,
    runbook: stick?.runbook ?? false,
    mfa: stick?.mfa ?? false,
  };
  const line = (id: keyof typeof found, detail: string): Line => ({
    id,
    state: found[id] ? "done" : id === "mfa" ? "later" : "now",
    title: said.files[id],
    detail,
    end: <Word>{found[id] ? said.here : id === "mfa" ? said.optional : said.missing}</Word>,
  });
  return [
    line("keys", found.keys ? (stick?.keyFiles.join(", ") ?? "") : said.keysText),
    line("policy", said.policyText),
    line("runbook", said.runbookText),
    line("mfa", found.mfa ? said.mfaText : said.mfaNone),
  ];
}
