import { type ReactNode, useState } from "react";
import type { ScreenOf } from "../../contract/app.ts";
import { Page } from "../app/page.tsx";
import { FRESH } from "../app/rails.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { PlaceRail } from "../frame/rail.tsx";
import { TextField } from "../parts/field.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { text } from "../text/text.ts";

const ACCOUNT = /^\d{12}$/;

/** Typed as AWS shows them, too: 1111-2222-3333. */
const idsIn = (typed: string): readonly string[] =>
  typed
    .replaceAll(/[\s-]/g, "")
    .split(",")
    .filter((id) => id !== "");

/** More lines than these don't fit on the screen. */
const FIT = 3;

/** What the next epoch changes: which keys and accounts stay, and whether a stick's files are taken in. */
export function RotateScreen(rotate: ScreenOf<"rotate">) {
  const { epoch, keys, stick, accounts } = rotate;
  const { act } = useStation();
  const said = text.rotate;
  const [carry, setCarry] = useState<readonly string[]>(rotate.carry);
  const [files, setFiles] = useState(true);
  const [typed, setTyped] = useState(rotate.without.join(", "));
  const [tried, setTried] = useState(false);
  const [without, setWithout] = useState<readonly string[]>(
    rotate.without.filter((account) => accounts?.includes(account) ?? true),
  );
  const out = accounts === null ? idsIn(typed) : without;
  const wrong = !out.every((account) => ACCOUNT.test(account));
  const title = said.title(epoch + 1);
  const has =
    stick === null
      ? []
      : [
          ...stick.keyFiles,
          ...(stick.policy ? ["policy.json"] : []),
          ...(stick.runbook ? ["runbook.md"] : []),
          ...(stick.mfa ? ["mfa.json"] : []),
        ];
  const send = (): void => {
    setTried(true);
    if (!wrong)
      void act({
        do: "rotation",
        carry: [...carry],
        files: files && stick !== null,
        without: [...new Set(out)],
      });
  };
  return (
    <Page
      title={title}
      rail={
        <PlaceRail
          current="rotate"
          places={[{ id: "rotate", label: said.place, press: () => undefined }]}
          plate={FRESH}
        />
      }
      margin={
        <>
          <Aside title={said.newTitle}>
            <p>{said.newText}</p>
          </Aside>
          <Aside title={said.closedTitle}>
            <p>{said.closed}</p>
          </Aside>
          <Aside title={said.stayTitle}>
            <p>{said.stay}</p>
          </Aside>
        </>
      }
      escape={{ label: text.foot.stop, press: () => void act({ do: "cancel" }) }}
      note={said.note}
      action={{ label: said.go, press: send }}
      scrolls={keys.length + (accounts?.length ?? 1) + (stick === null ? 0 : 1) > FIT}
      verdict={
        tried &&
        wrong && (
          <Verdict what={said.withoutWrong} todo={said.withoutWrongTodo} id="without-verdict" />
        )
      }
    >
      <Title>{title}</Title>
      <p className="lead">{said.lead}</p>
      <Stays legend={said.keysTitle} all={keys} staying={carry} change={setCarry}>
        {carry.length === 0 && <p className="quiet">{said.keysNone}</p>}
      </Stays>
      {accounts === null ? (
        <div className="fields">
          <TextField
            id="without"
            label={said.without}
            note={said.withoutNote}
            value={typed}
            maxLength={200}
            invalid={tried && wrong}
            change={setTyped}
          />
        </div>
      ) : (
        <Stays
          legend={said.accountsTitle}
          all={accounts}
          staying={accounts.filter((account) => !without.includes(account))}
          goes={said.accountsOut}
          change={(staying) => setWithout(accounts.filter((one) => !staying.includes(one)))}
        />
      )}
      <fieldset className="found">
        <legend>{said.filesTitle}</legend>
        {stick === null ? (
          <p className="quiet">{said.filesKept}</p>
        ) : (
          <label className="check">
            <input
              type="checkbox"
              checked={files}
              onChange={(event) => setFiles(event.target.checked)}
            />
            <span>
              <b>{said.stick(stick.name)}</b> {said.stickHas(has)}
            </span>
          </label>
        )}
      </fieldset>
    </Page>
  );
}

interface StaysProps {
  readonly legend: string;
  readonly all: readonly string[];
  readonly staying: readonly string[];
  readonly change: (staying: readonly string[]) => void;
  /** What it means that one goes. */
  readonly goes?: string;
  readonly children?: ReactNode;
}

/** One box each; what is not ticked goes. */
const Stays = ({ legend, all, staying, change, goes = "", children }: StaysProps) => (
  <fieldset className="found">
    <legend>{legend}</legend>
    {all.map((one) => (
      <label key={one} className="check">
        <input
          type="checkbox"
          checked={staying.includes(one)}
          onChange={(event) =>
            change(
              all.filter((name) => (name === one ? event.target.checked : staying.includes(name))),
            )
          }
        />
        <span>
          <b>{one}</b> {staying.includes(one) ? "" : goes}
        </span>
      </label>
    ))}
    {children}
  </fieldset>
);
