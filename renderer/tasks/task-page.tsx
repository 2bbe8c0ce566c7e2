import type { ReactNode } from "react";
import type { BandFacts } from "../frame/band.tsx";
import type { FootButton } from "../frame/foot.tsx";
import { Frame } from "../frame/frame.tsx";
import { StepRail } from "../frame/rail.tsx";
import { text } from "../text/text.ts";
import { type TaskReply, useTask } from "./window.tsx";

interface TaskPageProps {
  /** Steps of this window, and which it is at. */
  readonly rail: string;
  readonly steps: readonly (readonly [id: string, label: string])[];
  readonly step: string;
  /** Every step is done. */
  readonly done?: boolean;
  readonly title: string;
  readonly margin: ReactNode;
  /** Instead of leaving. */
  readonly escape?: FootButton;
  /** Nothing is left to stop. */
  readonly noEscape?: boolean;
  readonly note: string;
  readonly busy?: boolean;
  readonly action: FootButton;
  readonly band?: Partial<BandFacts>;
  readonly children: ReactNode;
}

/** A task of a ceremony window, in the frame. */
export function TaskPage(props: TaskPageProps) {
  const { rail, steps, step, done = false, title, margin, note, busy = false, action } = props;
  const { reply, leave } = useTask();
  const { vault } = reply.task;
  const escape = props.escape ?? { label: text.foot.stop, press: leave };
  return (
    <Frame
      screen={`${step} ${done ? "done" : ""}`}
      title={title}
      band={{ ...bandOfTask(reply), ...props.band }}
      rail={
        <StepRail
          label={rail}
          steps={steps.map(([id, label]) => ({ id, label }))}
          current={done ? "" : step}
          {...(done ? { done: new Set(steps.map(([id]) => id)) } : {})}
          plate={{
            name: vault.name,
            note: text.plate.sealed(vault.epoch, vault.threshold, vault.of),
          }}
        />
      }
      margin={margin}
      foot={{
        ...(props.noEscape === true ? {} : { escape }),
        note,
        action,
        busy,
      }}
    >
      {props.children}
    </Frame>
  );
}

function bandOfTask({ mode, links }: TaskReply): BandFacts {
  const at = { clock: "laptop", offsetMs: 0 } as const;
  if (mode === "PRACTICE") return { condition: "practice", cause: text.band.rehearsal, ...at };
  return links.length === 0
    ? { condition: "isolated", cause: text.band.noLinkAtAll, ...at }
    : { condition: "connected", cause: text.band.link(links), ...at };
}
