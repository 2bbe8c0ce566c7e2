import { type KeyboardEvent, useRef } from "react";

interface TabsProps<Id extends string> {
  readonly label: string;
  readonly tabs: readonly (readonly [id: Id, label: string])[];
  readonly current: Id;
  readonly choose: (id: Id) => void;
  /** The element that shows what is chosen. */
  readonly panel: string;
}

/** The bar is over the current one; arrow keys go from one to the next. */
export function Tabs<Id extends string>(props: TabsProps<Id>) {
  const { label, tabs, current, choose, panel } = props;
  const list = useRef<HTMLDivElement>(null);
  const step = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const at = tabs.findIndex(([id]) => id === current);
    const next = (at + by + tabs.length) % tabs.length;
    const [id] = tabs[next] ?? [];
    if (id === undefined) return;
    choose(id);
    list.current?.querySelectorAll("button")[next]?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={step}>
      {tabs.map(([id, said]) => (
        <button
          key={id}
          type="button"
          role="tab"
          data-label={said}
          aria-selected={id === current}
          aria-controls={panel}
          tabIndex={id === current ? 0 : -1}
          onClick={() => choose(id)}
        >
          {said}
        </button>
      ))}
    </div>
  );
}
