import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { type Action, type AppView, appView } from "../../contract/app.ts";
import { appBridge } from "../bridge.ts";
import { type FailureView, text } from "../text/text.ts";

/** The station as this window knows it: the mirrored view, and what a person may ask of main. */
export interface Station {
  readonly view: AppView;
  /** What main said no to, until the next thing is asked or shown. */
  readonly refusal: FailureView | null;
  /** The page is being put on paper, or into a file: by the request's name. It may take long, and holds nothing. */
  readonly onPaper: string | null;
  /** Answers whether main took it; if not, `refusal` says why. */
  act(action: Action): Promise<boolean>;
  /** Another request of the main window; null when it was refused. */
  ask(name: string, input: unknown): Promise<unknown>;
}

const StationContext = createContext<Station | null>(null);

export function useStation(): Station {
  const station = use(StationContext);
  if (station === null) throw new Error("no station around this component");
  return station;
}

/** The view that main pushes; null until the first one came. */
export function useView(): { readonly view: AppView | null; readonly failure: FailureView | null } {
  const [view, setView] = useState<AppView | null>(null);
  const [failure, setFailure] = useState<FailureView | null>(null);
  useEffect(() => {
    const take = (given: unknown): void => {
      const checked = appView.safeParse(given);
      if (checked.success) {
        setView(checked.data);
        setFailure(null);
      } else setFailure({ code: "REPLY_INVALID", about: { name: "view" } });
    };
    const stop = appBridge().onView(take);
    void appBridge()
      .ask("view", null)
      .then((reply) => {
        if (reply.ok) take(reply.value);
        else setFailure({ code: reply.code, about: reply.about });
      });
    return stop;
  }, []);
  return { view, failure };
}

const stepOf = ({ screen }: AppView): string =>
  `${screen.kind} ${"step" in screen ? screen.step : ""}`;

interface ProviderProps {
  readonly view: AppView;
  readonly children: ReactNode;
}

export function StationProvider({ view, children }: ProviderProps) {
  const [refused, setRefused] = useState<{ at: string; failure: FailureView } | null>(null);
  const asking = useRef(new Set<string>());
  const [onPaper, setOnPaper] = useState<string | null>(null);
  const at = stepOf(view);
  // The cover comes off whatever main is doing.
  const isBusy = view.busy !== null && !view.locked;
  const ask = useCallback(
    async (name: string, input: unknown) => {
      // A second press while the first is on its way is the same press; the cover's is held by nothing.
      const held = (input as { do?: unknown } | null)?.do === "unlock" ? null : name;
      if (held !== null && asking.current.has(held)) return null;
      // Main offers nothing now: what was pressed was drawn a moment before.
      if (isBusy && name === "act") return null;
      if (held !== null) asking.current.add(held);
      if (name in text.onPaper) setOnPaper(name);
      setRefused(null);
      const reply = await appBridge().ask(name, input);
      if (held !== null) asking.current.delete(held);
      setOnPaper((now) => (now === name ? null : now));
      if (reply.ok) return reply.value ?? true;
      setRefused({ at, failure: { code: reply.code, about: reply.about } });
      return null;
    },
    [at, isBusy],
  );
  const station = useMemo<Station>(
    () => ({
      view,
      refusal: refused?.at === at ? refused.failure : null,
      onPaper,
      ask,
      act: async (action) => (await ask("act", action)) !== null,
    }),
    [view, refused, onPaper, ask, at],
  );
  return <StationContext value={station}>{children}</StationContext>;
}
