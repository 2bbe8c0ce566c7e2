import type { ReactNode } from "react";
import type { FootButton } from "../frame/foot.tsx";
import { Frame } from "../frame/frame.tsx";
import { FailureVerdict } from "../parts/verdict.tsx";
import { text } from "../text/text.ts";
import { bandOf } from "./band-of.ts";
import { useStation } from "./station.tsx";

interface PageProps {
  /** Distinguishes the steps of one screen: the focus moves when it changes. */
  readonly step?: string;
  readonly title: string;
  readonly rail: ReactNode;
  readonly margin?: ReactNode;
  readonly escape?: FootButton;
  readonly note: string;
  readonly action?: FootButton;
  readonly scrolls?: boolean;
  /** The screen's own verdict; a refusal by main comes before it. */
  readonly verdict?: ReactNode;
  readonly children: ReactNode;
}

/** A screen of the main window: the frame, with what main is doing and what it refused. */
export function Page(props: PageProps) {
  const {
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
  const busy = view.busy === null ? null : (text.busy[view.busy] ?? text.busyOther);
  const held = (button: FootButton | undefined): FootButton | undefined =>
    button === undefined || busy === null ? button : { ...button, awaits: true };
  return (
    <Frame
      screen={`${view.screen.kind} ${step}`}
      title={title}
      band={bandOf(view)}
      rail={rail}
      {...(margin === undefined ? {} : { margin })}
      scrolls={scrolls ?? false}
      foot={{
        escape: held(escape),
        note: busy ?? note,
        action: held(action),
        busy: busy !== null,
      }}
    >
      {children}
      {failure === null ? verdict : <FailureVerdict failure={failure} />}
    </Frame>
  );
}
