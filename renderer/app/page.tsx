import { type ReactNode, useEffect, useState } from "react";
import type { FootButton } from "../frame/foot.tsx";
import type { AppView } from "../../contract/app.ts";
import { Aside, Frame } from "../frame/frame.tsx";
import { FailureVerdict, Verdict } from "../parts/verdict.tsx";
import { text } from "../text/text.ts";
import { bandOf } from "./band-of.ts";
import { useStation } from "./station.tsx";
import { useBusy } from "./use-busy.ts";

interface PageProps {
  /** Distinguishes the steps of one screen: the focus moves when it changes. */
  readonly step?: string;
  readonly title: string;
  readonly rail: ReactNode;
  readonly margin?: ReactNode;
  readonly escape?: FootButton;
  readonly note: string;
  /** The note stays whatever main is doing: it says why nothing can be done here. */
  readonly quiet?: boolean;
  readonly action?: FootButton;
  readonly scrolls?: boolean;
  /** The screen's own verdict; a refusal by main comes before it. */
  readonly verdict?: ReactNode;
  readonly children: ReactNode;
}

/** In a drill: what has gone wrong on purpose so far. */
function GoneWrong({ drill }: { readonly drill: AppView["drill"] }) {
  const said = text.drill;
  const faults = drill?.faults ?? [];
  if (faults.length === 0) return null;
  return (
    <Aside title={said.wrongTitle}>
      {faults.map((fault) => (
        <p key={fault}>{said.comes[fault]}</p>
      ))}
    </Aside>
  );
}

/** A screen of the main window: the frame, with what main is doing and what it refused. */
export function Page(props: PageProps) {
  const {
    quiet = false,
    step = "",
    title,
    rail,
    margin,
    escape,
    note,
    action,
    scrolls,
    verdict,
    children,
  } = props;
  const { view, refusal, onPaper } = useStation();
  const failure = refusal ?? view.notice;
  const { held, shown } = useBusy();
  const runs =
    shown !== null
      ? (text.busy[shown] ?? text.busyOther)
      : onPaper !== null
        ? (text.onPaper[onPaper] ?? null)
        : null;
  const here = `${view.screen.kind} ${step}`;
  const [asked, ask] = useState<{ readonly at: string; readonly button: FootButton } | null>(null);
  // A screen that comes back was not asked about again.
  useEffect(() => ask(null), [here]);
  const asking = asked?.at === here ? asked.button : undefined;
  const sure = asking?.sure;
  /** One that says first what would be gone, asks. */
  const offer = (button: FootButton | undefined): FootButton | undefined =>
    button?.sure === undefined ? button : { ...button, press: () => ask({ at: here, button }) };
  const hold = (button: FootButton | undefined): FootButton | undefined =>
    button === undefined || !held
      ? button
      : { ...button, held, awaits: shown !== null || button.awaits === true };
  return (
    <Frame
      screen={sure === undefined ? here : `${here} sure`}
      title={title}
      band={bandOf(view)}
      rail={rail}
      {...(margin === undefined
        ? {}
        : {
            margin: (
              <>
                <GoneWrong drill={view.drill} />
                {margin}
              </>
            ),
          })}
      scrolls={scrolls ?? false}
      foot={{
        escape: hold(
          sure === undefined ? offer(escape) : { label: sure.stay, press: () => ask(null) },
        ),
        note: runs === null || quiet ? note : runs,
        action: hold(
          sure === undefined || asking?.press === undefined
            ? offer(action)
            : { label: sure.go, press: asking.press },
        ),
        busy: runs !== null && !quiet,
      }}
    >
      {children}
      {sure !== undefined ? (
        <Verdict what={sure.what} todo={sure.todo} />
      ) : failure === null ? (
        verdict
      ) : (
        <FailureVerdict failure={failure} />
      )}
    </Frame>
  );
}
