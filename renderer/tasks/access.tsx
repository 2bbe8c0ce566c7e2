import { useCallback, useEffect, useMemo, useState } from "react";
import type { accessRequests, TaskOf } from "../../contract/ceremony-window.ts";
import type { Output } from "../../contract/serve.ts";
import { Aside, Title } from "../frame/frame.tsx";
import { Countdown, useIsOver } from "../parts/countdown.tsx";
import { HoldToShow } from "../parts/hold.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { FailureVerdict } from "../parts/verdict.tsx";
import { Prose } from "../runbook/prose.tsx";
import { runbookOf } from "../runbook/steps.ts";
import { clock } from "../text/say.ts";
import { atKeyboard } from "../text/at-keyboard.ts";
import { type FailureView, text } from "../text/text.ts";
import { TaskPage } from "./task-page.tsx";
import { failureOf, useRequest } from "./use-request.ts";
import { useTask } from "./window.tsx";

type Opened = Output<typeof accessRequests, "reveal">;

/** The responder reads the access keys: masked, and shown only while the button is held. */
export function AccessTask({ incident, untilMs, awsOffsetMs }: TaskOf<"access">) {
  const { access, practice, reply, finish, leave } = useTask();
  const [opened, setOpened] = useState<Opened | null>(null);
  const fetching = useRequest();
  const { run } = fetching;
  // The deadline is AWS's: the laptop's own clock may be minutes off.
  const offsetMs = awsOffsetMs ?? 0;
  const over = useIsOver(untilMs, offsetMs);
  const said = atKeyboard.access;
  useEffect(() => {
    void run(() => access.ask("reveal", null)).then((value) => {
      if (value !== null) setOpened(value);
    });
  }, [access, run]);
  const until = clock(untilMs);
  const title = over
    ? said.overTitle(until)
    : practice
      ? said.practiceTitle(until)
      : said.title(until);
  return (
    <TaskPage
      rail={text.glass.rail}
      steps={[["access", text.glass.steps.access]]}
      step="access"
      title={title}
      margin={
        <>
          <Aside title={said.useTitle}>
            <p>{said.use}</p>
          </Aside>
          <Aside title={said.careTitle}>
            <p>{said.care}</p>
          </Aside>
        </>
      }
      escape={{ label: said.leave, press: leave }}
      note={said.note}
      action={{
        label: said.done,
        press: () => {
          setOpened(null);
          finish();
        },
        awaits: opened === null,
      }}
      band={
        reply.mode === "PRACTICE"
          ? {
              cause: text.band.rehearsalOpen,
              ...(awsOffsetMs === null ? {} : { clock: "practice", offsetMs }),
            }
          : {
              ...(awsOffsetMs === null ? {} : { clock: "aws", offsetMs }),
              condition: "open",
              cause: text.band.openCause(
                incident,
                opened?.accounts.map(({ accountId }) => accountId) ?? [],
              ),
            }
      }
    >
      <Countdown untilMs={untilMs} offsetMs={offsetMs} />
      <Title>{title}</Title>
      {opened === null ? (
        fetching.failure === null && <p className="lead">{said.fetching}</p>
      ) : (
        <Keys accounts={opened.accounts} pages={opened.secretPages} />
      )}
      {fetching.failure !== null && <FailureVerdict failure={fetching.failure} />}
    </TaskPage>
  );
}

interface KeysProps {
  readonly accounts: Opened["accounts"];
  /** The runbook's secret pages: they open with the glass, and are shown here only. */
  readonly pages: string;
}

const PAGES = "secret-pages";

function Keys({ accounts, pages }: KeysProps) {
  const [chosen, choose] = useState(accounts[0]?.accountId ?? "");
  const [file, setFile] = useState<string | null>(null);
  const { access } = useTask();
  const writing = useRequest();
  const said = atKeyboard.access;
  /** Every account's, by the process that holds them. */
  const write = async (): Promise<void> => {
    const written = await writing.run(() => access.ask("toStick", null));
    if (written !== null) setFile(written.file);
  };
  const account = accounts.find(({ accountId }) => accountId === chosen);
  const blocks = useMemo(() => runbookOf(pages).blocks, [pages]);
  return (
    <>
      <Tabs
        label={said.accounts}
        tabs={[
          ...accounts.map(({ accountId }) => [accountId, said.account(accountId)] as const),
          ...(pages === "" ? [] : [[PAGES, said.pages] as const]),
        ]}
        current={chosen}
        choose={choose}
        panel="access-keys"
      />
      <div id="access-keys" role="tabpanel">
        {chosen === PAGES && (
          <div className="prose scrolls" tabIndex={0} role="group" aria-label={said.pages}>
            <Prose tokens={blocks} />
          </div>
        )}
        {account !== undefined && (
          <Account
            key={chosen}
            account={account}
            file={file}
            write={() => void write()}
            refused={writing.failure}
          />
        )}
      </div>
    </>
  );
}

/** In fours, as it is typed; the gaps are no characters of it. */
const grouped = (key: string) =>
  (key.match(/.{1,4}/g) ?? []).map((part, index) => (
    <span key={index} className="quad">
      {part}
    </span>
  ));

type Code = Output<typeof accessRequests, "code">;

interface AccountProps {
  readonly account: Opened["accounts"][number];
  /** On a stick, once they were written to one. */
  readonly file: string | null;
  readonly write: () => void;
  readonly refused: FailureView | null;
}

/** To be typed, or as a code that a camera reads; either only while it is held. Or on a stick. */
function Account({ account, file, write, refused }: AccountProps) {
  const { access } = useTask();
  const { accountId, accessKeyId, secretAccessKey } = account;
  const [held, hold] = useState<"secret" | "code" | null>(null);
  const [code, setCode] = useState<Code | null>(null);
  const [failure, fail] = useState<FailureView | null>(null);
  const said = atKeyboard.access;
  const holdSecret = useCallback((is: boolean) => hold(is ? "secret" : null), []);
  const holdCode = useCallback((is: boolean) => hold(is ? "code" : null), []);
  const coded = held === "code";
  const wrong = failure ?? refused;
  useEffect(() => {
    if (!coded) return undefined;
    let gone = false;
    fail(null);
    access.ask("code", { account: accountId }).then(
      (drawn) => gone || setCode(drawn),
      (error: unknown) => gone || fail(failureOf(error)),
    );
    return () => {
      gone = true;
      setCode(null);
    };
  }, [access, accountId, coded]);
  return (
    <>
      {coded ? (
        <div className="scanned">{code !== null && <Drawn {...code} />}</div>
      ) : (
        <>
          <div className="shown big">
            <span>{said.keyId}</span>
            <span className="mono">{grouped(accessKeyId)}</span>
          </div>
          <div className="shown big">
            <span>{held === null ? said.secretHidden : said.secret}</span>
            <span className="mono secret-value">
              {held === null ? "•".repeat(16) : grouped(secretAccessKey)}
            </span>
          </div>
        </>
      )}
      <p className="row under-button holds">
        <HoldToShow held={held === "secret"} hold={holdSecret} of={said.secret} />
        <HoldToShow held={coded} hold={holdCode} of={said.codeOf} label={said.code} />
        <button type="button" onClick={write}>
          {said.toStick}
        </button>
      </p>
      {wrong === null ? (
        <p className="small quiet under-button" role="status">
          {coded ? said.codeNote : file === null ? said.fours : said.onStick(file)}
        </p>
      ) : (
        <FailureVerdict failure={wrong} />
      )}
    </>
  );
}

/** Modules around the code that stay light (ISO/IEC 18004). */
const QUIET = 4;

/** Dark on light in both themes: a camera wants that. */
const Drawn = ({ size, path }: Code) => {
  const side = size + 2 * QUIET;
  return (
    <svg
      className="qr"
      viewBox={`${-QUIET} ${-QUIET} ${side} ${side}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label={atKeyboard.access.codeOf}
    >
      <path d={path} />
    </svg>
  );
};
