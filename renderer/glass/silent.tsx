import type { Action } from "../../contract/app.ts";
import { Aside } from "../frame/frame.tsx";
import type { FootButton } from "../frame/foot.tsx";
import { text } from "../text/text.ts";

/** The process that asks AWS hangs: why it may be ended. */
export const Silent = () => (
  <Aside title={text.glass.silent.title}>
    <p>{text.glass.silent.text}</p>
  </Aside>
);

/** Ends it, once people were told what goes with it. */
export const endSilent = (act: (action: Action) => Promise<unknown>): FootButton => {
  const { go, sure } = text.glass.silent;
  return { label: go, press: () => void act({ do: "endSilent" }), sure };
};
