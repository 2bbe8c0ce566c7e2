import type { ReactNode } from "react";
import type { FootButton } from "../frame/foot.tsx";
import { Frame } from "../frame/frame.tsx";
import { FailureVerdict } from "../parts/verdict.tsx";
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
  const { view, refusal } = useStation();
  const failure = refusal ?? view.notice;
  const { held, shown } = useBusy();
  const hold = (button: FootButton | undefined): FootButton | undefined =>
    button === undefined || !held
      ? button
      : { ...button, held, awaits: shown !== null || button.awaits === true };
  return (
    <Frame
      screen={`${view.screen.kind} ${step}`}
      title={title}
      band={bandOf(view)}
      rail={rail}
      {...(margin === undefined ? {} : { margin })}
      scrolls={scrolls ?? false}
      foot={{
        escape: hold(escape),
        note: shown === null || quiet ? note : (text.busy[shown] ?? text.busyOther),
        action: hold(action),
        busy: shown !== null && !quiet,
      }}
    >
      {children}
      {failure === null ? verdict : <FailureVerdict failure={failure} />}
    </Frame>
  );
}
