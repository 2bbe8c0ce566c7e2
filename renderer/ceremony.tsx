import { evalIsOff } from "./no-eval.ts";
import "./style/pullstation.css";
import { useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { ceremonyWindowRequests } from "../contract/ceremony-window.ts";
import { ceremonyBridge } from "./bridge.ts";
import { Alone } from "./frame/alone.tsx";
import { FailureVerdict } from "./parts/verdict.tsx";
import { AccessTask } from "./tasks/access.tsx";
import { CheckKeyTask, CheckTask } from "./tasks/check.tsx";
import { CodeTask } from "./tasks/code.tsx";
import { CardTask } from "./tasks/card.tsx";
import { EnrolTask, ApproveTask, TouchTask } from "./tasks/keys.tsx";
import { PassphraseTask } from "./tasks/passphrase.tsx";
import { ShareTask } from "./tasks/share.tsx";
import { listenForLanes, TaskProvider, type TaskReply } from "./tasks/window.tsx";
import { type FailureView, text } from "./text/text.ts";

/** A ceremony window: one person, one task. It ends with the task, and its process with it. */

// Before the task is asked for: main sends the ports in answer to that.
const lanes = listenForLanes();

function Task({ task }: Pick<TaskReply, "task">) {
  switch (task.kind) {
    case "passphrase":
      return <PassphraseTask {...task} />;
    case "card":
      return <CardTask {...task} />;
    case "enrol":
      return <EnrolTask number={task.key} label={task.label} />;
    case "share":
      return <ShareTask {...task} />;
    case "touch":
      return <TouchTask {...task} />;
    case "approve":
      return <ApproveTask {...task} />;
    case "access":
      return <AccessTask {...task} />;
    case "check":
      return <CheckTask {...task} />;
    case "check-key":
      return <CheckKeyTask {...task} />;
    case "code":
      return <CodeTask {...task} />;
  }
}

/** How often the cable is looked at. */
const LOOK_MS = 1_000;

function Ceremony() {
  const [reply, setReply] = useState<TaskReply | null>(null);
  const [failure, setFailure] = useState<FailureView | null>(null);
  const [over, setOver] = useState<"finish" | "leave" | null>(null);
  useEffect(() => {
    void ceremonyBridge()
      .ask("task", null)
      .then((answer) => {
        const task = answer.ok
          ? ceremonyWindowRequests.task.output.safeParse(answer.value)
          : undefined;
        if (task?.success === true) setReply(task.data);
        else if (answer.ok) setFailure({ code: "REPLY_INVALID", about: { name: "task" } });
        else setFailure({ code: answer.code, about: answer.about });
      });
  }, []);
  // A cable that goes in meanwhile is said at once: no share is taken then.
  useEffect(() => {
    const timer = window.setInterval(() => {
      void ceremonyBridge()
        .ask("links", null)
        .then((answer) => {
          const links = answer.ok
            ? ceremonyWindowRequests.links.output.safeParse(answer.value)
            : undefined;
          if (links?.success !== true) return;
          const { up } = links.data;
          setReply((old) =>
            old === null || old.links.join() === up.join() ? old : { ...old, links: up },
          );
        });
    }, LOOK_MS);
    return () => window.clearInterval(timer);
  }, []);
  // The task's screens, and all that was typed in them, are gone before main is told.
  useEffect(() => {
    if (over === null) return;
    void ceremonyBridge()
      .ask(over, null)
      .then((answer) => {
        if (!answer.ok) setFailure({ code: answer.code, about: answer.about });
      });
  }, [over]);
  if (failure !== null)
    return (
      <Alone title={text.broken.title}>
        <FailureVerdict failure={failure} />
        <p className="row under-button">
          <button type="button" className="act" onClick={() => window.close()}>
            {text.broken.leave}
          </button>
        </p>
      </Alone>
    );
  if (over !== null)
    return (
      <Alone title={text.ended.title}>
        <p className="lead">{text.ended.lead}</p>
      </Alone>
    );
  if (reply === null) return null;
  return (
    <TaskProvider
      value={{
        ...lanes,
        reply,
        practice: reply.mode === "PRACTICE" && reply.lanes.includes("aid"),
        finish: () => setOver("finish"),
        leave: () => setOver("leave"),
      }}
    >
      <Task task={reply.task} />
    </TaskProvider>
  );
}

const root = evalIsOff ? document.querySelector("#root") : null;
if (root !== null) createRoot(root).render(<Ceremony />);
