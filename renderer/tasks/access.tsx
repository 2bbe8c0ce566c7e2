import { useEffect, useMemo, useState } from "react";
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
import { text } from "../text/text.ts";
import { TaskPage } from "./task-page.tsx";
import { useRequest } from "./use-request.ts";
import { useTask } from "./window.tsx";

type Opened = Output<typeof accessRequests, "reveal">;

/** The responder reads the access keys: masked, and shown only while the button is held. */
export function AccessTask({ incident, untilMs }: TaskOf<"access">) {
  const { access, practice, reply, finish, leave } = useTask();
  const [opened, setOpened] = useState<Opened | null>(null);
  const fetching = useRequest();
  const { run } = fetching;
  const over = useIsOver(untilMs, 0);
  const said = text.access;
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
          ? { cause: text.band.rehearsalOpen }
          : {
              condition: "open",
              cause: text.band.openCause(
                incident,
                opened?.accounts.map(({ accountId }) => accountId) ?? [],
              ),
            }
      }
    >
      <Countdown untilMs={untilMs} offsetMs={0} />
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
  const said = text.access;
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
          <>
            <div className="shown big">
              <span>{said.keyId}</span>
              <span className="mono">{grouped(account.accessKeyId)}</span>
            </div>
            <Secret key={chosen} value={account.secretAccessKey} />
            <p className="small quiet under-button">{said.fours}</p>
          </>
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

function Secret({ value }: { readonly value: string }) {
  const [held, hold] = useState(false);
  const said = text.access;
  return (
    <div className="shown big">
      <span>{held ? said.secret : said.secretHidden}</span>
      <span className="mono secret-value">{held ? grouped(value) : "•".repeat(16)}</span>
      <HoldToShow held={held} hold={hold} of={said.secret} />
    </div>
  );
}
