import { useEffect, useRef, useState } from "react";
import { atKeyboard } from "../text/at-keyboard.ts";
import { payloadIn } from "../words/words.ts";
import { look, type Looking } from "./camera.ts";

interface CodeTabProps {
  readonly found: (payload: string) => void;
  readonly practice: boolean;
}

/** The card's QR code before the camera. The camera ends with this tab. */
export function CodeTab({ found, practice }: CodeTabProps) {
  const video = useRef<HTMLVideoElement>(null);
  const take = useRef(found);
  const [state, setState] = useState<"starting" | "looking" | "other" | "none">("starting");
  take.current = found;
  useEffect(() => {
    let looking: Looking | null = null;
    let isGone = false;
    if (video.current === null) return;
    void look(video.current, (seen) => {
      const payload = payloadIn(seen);
      if (payload === null) setState("other");
      else take.current(payload);
    }).then(
      (started) => {
        looking = started;
        if (isGone) started.stop();
        else setState("looking");
      },
      () => setState("none"),
    );
    return () => {
      isGone = true;
      looking?.stop();
    };
  }, []);
  const said = atKeyboard.share;
  const status = {
    starting: said.codeStarting,
    looking: said.codeLooking,
    other: said.codeOther,
    none: said.codeNone,
  };
  return (
    <div className="camera">
      <video ref={video} muted playsInline aria-label={said.codeVideo} hidden={state === "none"} />
      {state === "none" && <div className="no-camera" />}
      <div>
        <p role="status">
          <b>{status[state]}</b>
        </p>
        <p>{state === "none" ? said.codeNoneTodo : said.codeTitle}</p>
        <p className="quiet small">{practice ? said.practiceNoCamera : said.codeLead}</p>
      </div>
    </div>
  );
}
