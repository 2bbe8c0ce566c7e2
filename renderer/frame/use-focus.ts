import { type RefObject, useLayoutEffect, useRef } from "react";

/**
 * When the screen changes, the focus goes to its first field (`data-first`), else to its title, so
 * that a keyboard begins there and a screen reader reads what is new.
 */
export function useFocusOnChange(screen: string): RefObject<HTMLElement | null> {
  const sheet = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const element =
      sheet.current?.querySelector<HTMLElement>("[data-first]") ??
      sheet.current?.querySelector<HTMLElement>("h1");
    sheet.current?.scrollTo(0, 0);
    window.scrollTo(0, 0);
    element?.focus();
  }, [screen]);
  return sheet;
}
