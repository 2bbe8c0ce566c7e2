import { text } from "../text/text.ts";

interface KeyDrawingProps {
  /** What is written on its tag; empty: no tag is drawn. */
  readonly label: string;
  readonly blinks?: boolean;
  /** Fields stand under it. */
  readonly low?: boolean;
}

/** A security key in the laptop's port, in one line. */
export const KeyDrawing = ({ label, blinks = false, low = false }: KeyDrawingProps) => (
  <svg
    className={low ? "key low" : "key"}
    viewBox="0 0 724 288"
    role="img"
    aria-label={blinks ? text.keyDrawing.blinks : text.keyDrawing.plugged}
  >
    <path d="M0 8h216a8 8 0 0 1 8 8v256a8 8 0 0 1-8 8H0" />
    <path className="port" d="M200 232h24v32h-24z" />
    <path d="M184 112h40v64h-40z" />
    <path className="body" d="M200 120h48v48h-48z" />
    <path d="M212 134h12M212 154h12" />
    <rect className="body" x="248" y="84" width="232" height="120" rx="4" />
    <circle cx="448" cy="144" r="14" />
    <circle className={blinks ? "disc" : ""} cx="344" cy="144" r="32" />
    <circle cx="344" cy="144" r="42" />
    {blinks && (
      <path
        className="blink"
        d="M344 64V36M392 68l16-24M296 68l-16-24M344 224v28M392 220l16 24M296 220l-16 24"
      />
    )}
    {label !== "" && (
      <>
        <path d="M448 144h80l16-28h156v56H544l-16-28" />
        <text x="622" y="150" textAnchor="middle">
          {label.length > 16 ? `${label.slice(0, 15)}…` : label}
        </text>
      </>
    )}
  </svg>
);
