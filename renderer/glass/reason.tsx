import { useState } from "react";
import { appRequests } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { Field } from "../parts/field.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { text } from "../text/text.ts";
import { GlassRail, type GlassView } from "./rail.tsx";

const MINUTE = 60;
const CHOICES = [15, 30, 45, 60, 90, 120, 180, 240, 360, 480, 720].map((count) => count * MINUTE);

/** No policy allows more. */
const LONGEST = 660 * MINUTE;

type Entry = Omit<GlassView["incident"], "maxDurationSeconds" | "overrides">;

/** Why, for whom, how long. Nothing opens by it. */
export function GlassReason(glass: GlassView) {
  const { view, act } = useStation();
  const said = text.glass.reason;
  const { maxDurationSeconds, overrides: _, ...given } = glass.incident;
  const [entry, setEntry] = useState<Entry>(given);
  const [wrong, setWrong] = useState<string | null>(null);

  const send = (): void => {
    const action = { do: "reason", ...entry } as const;
    const checked = appRequests.act.input.safeParse(action);
    if (checked.success) {
      setWrong(null);
      void act(checked.data);
      return;
    }
    const name = String(checked.error.issues[0]?.path[0] ?? "");
    setWrong(name);
    document.querySelector<HTMLElement>(`#incident-${name}`)?.focus();
  };
  const field = (name: "reason" | "id" | "officer" | "responder") => ({
    id: `incident-${name}`,
    value: entry[name],
    autoComplete: "off",
    onChange: (event: { readonly target: { readonly value: string } }) => {
      setEntry({ ...entry, [name]: event.target.value });
      if (wrong === name) setWrong(null);
    },
    ...(wrong === name ? { "aria-invalid": true, "aria-describedby": "incident-verdict" } : {}),
  });
  const sentence = wrong === null ? undefined : said.wrong[wrong];
  return (
    <Page
      step="reason"
      title={said.title}
      rail={<GlassRail {...glass} />}
      margin={
        <>
          <Aside title={said.needTitle}>
            <p>{said.need(view.vault?.threshold ?? glass.threshold)}</p>
          </Aside>
          <Aside title={said.calmTitle}>
            <p>{said.calm}</p>
          </Aside>
        </>
      }
      escape={{ label: text.foot.stop, press: () => void act({ do: "cancel" }) }}
      note={said.note}
      action={{ label: said.go, form: "incident" }}
      verdict={
        sentence !== undefined && (
          <Verdict what={sentence[0]} todo={sentence[1]} id="incident-verdict" />
        )
      }
    >
      <Title>{said.title}</Title>
      <p className="lead">{said.lead}</p>
      <form
        id="incident"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <div className="fields">
          <Field id="incident-reason" label={said.reason} whole>
            <textarea {...field("reason")} maxLength={400} data-first />
          </Field>
          <Field id="incident-id" label={said.id} note={said.idNote}>
            <input {...field("id")} maxLength={64} spellCheck={false} />
          </Field>
          <Field
            id="incident-duration"
            label={said.duration}
            note={said.durationNote(maxDurationSeconds)}
          >
            <select
              id="incident-duration"
              value={entry.durationSeconds}
              aria-describedby="incident-duration-note"
              onChange={(event) =>
                setEntry({ ...entry, durationSeconds: Number(event.target.value) })
              }
            >
              {choices(entry.durationSeconds, maxDurationSeconds).map((seconds) => (
                <option key={seconds} value={seconds}>
                  {said.durationOption(seconds)}
                </option>
              ))}
            </select>
          </Field>
          <Field id="incident-officer" label={said.officer}>
            <input {...field("officer")} maxLength={80} spellCheck={false} />
          </Field>
          <Field id="incident-responder" label={said.responder}>
            <input {...field("responder")} maxLength={80} spellCheck={false} />
          </Field>
        </div>
        {glass.sealed.length > 1 && (
          <details className="chosen">
            <summary>{said.accounts(entry.accounts.length, glass.sealed.length)}</summary>
            <fieldset className="found">
              <legend>{said.accountsNote}</legend>
              {glass.sealed.map((id) => (
                <label key={id}>
                  <input
                    type="checkbox"
                    checked={entry.accounts.includes(id)}
                    onChange={() => setEntry({ ...entry, accounts: turned(entry.accounts, id) })}
                  />
                  <span className="mono">{id}</span>
                </label>
              ))}
            </fieldset>
          </details>
        )}
      </form>
    </Page>
  );
}

/** One at least stays chosen. */
const turned = (chosen: readonly string[], id: string): string[] => {
  const others = chosen.filter((one) => one !== id);
  if (!chosen.includes(id)) return [...others, id];
  return others.length === 0 ? [id] : others;
};

/** Usual lengths up to what the vault allows, and the one that is chosen now. */
const choices = (chosen: number, most: number | null): number[] =>
  [
    ...new Set([
      ...CHOICES.filter((seconds) => seconds <= (most ?? LONGEST)),
      chosen,
      ...(most === null ? [] : [most]),
    ]),
  ].toSorted((a, b) => a - b);
