import type { ReactNode } from "react";
import { text } from "../text/text.ts";
import { Band, type BandFacts } from "./band.tsx";
import { Foot, type FootProps } from "./foot.tsx";
import { useFocusOnChange } from "./use-focus.ts";
import { useSettled } from "./use-settled.ts";

interface FrameProps {
  /** Changes when another screen or step is shown; the focus moves then. */
  readonly screen: string;
  /** What the window is called while this is shown: the screen's title. */
  readonly title: string;
  readonly band: BandFacts;
  readonly rail: ReactNode;
  /** Without one the sheet takes its width too. */
  readonly margin?: ReactNode;
  readonly foot: FootProps;
  /** A document that may be longer than the sheet. */
  readonly scrolls?: boolean;
  readonly children: ReactNode;
}

/** Band, rail, sheet, margin, foot: every screen of both windows stands in it. */
export function Frame(props: FrameProps) {
  const { screen, title, band, rail, margin, foot, scrolls = false, children } = props;
  const sheet = useFocusOnChange(screen);
  const settled = useSettled(screen);
  const practised = band.condition === "practice" ? " practised" : "";
  const said = band.condition === "practice" ? `${text.band.practice} · ${title}` : title;
  return (
    <div className={`frame${margin === undefined ? " wide" : ""}${practised}`}>
      <title>{`${said} · ${text.product}`}</title>
      <Band {...band} />
      {rail}
      <main className="sheet" ref={sheet} {...(scrolls ? { tabIndex: 0 } : {})}>
        {children}
      </main>
      {margin !== undefined && <aside className="margin">{margin}</aside>}
      <Foot {...foot} settled={settled} />
    </div>
  );
}

/** The title of a screen; it takes the focus when there is no field to begin with. */
export const Title = ({ children }: { readonly children: ReactNode }) => (
  <h1 tabIndex={-1}>{children}</h1>
);

/** One heading in the margin, with what stands under it. */
export const Aside = ({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) => (
  <section>
    <h2>{title}</h2>
    {children}
  </section>
);
