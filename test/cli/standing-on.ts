/**
 * What can be read on a terminal after `out` was written to it, scrolled back to or not. What is cleared
 * goes where it can be scrolled back to, as in VTE and PuTTY; `second`: whether there is a second screen
 * (Linux's console has none).
 */
export function standingOn(out: string, second: boolean): string {
  const first = { screen: "", history: "" };
  let active = first;
  const [begin = "", ...parts] = out.split("\u001B[");
  active.screen = begin;
  for (const part of parts) {
    const [, order, text = ""] = /^([0-9;?]*[A-Za-z])(.*)$/s.exec(part) ?? [];
    if (order === "?1049h") active = second ? { screen: "", history: "" } : first;
    else if (order === "?1049l") active = first;
    else if (order === "2J")
      Object.assign(active, { screen: "", history: active.history + active.screen });
    else if (order === "3J") active.history = "";
    active.screen += text;
  }
  return [first, active].map(({ screen, history }) => history + screen).join("\n");
}
