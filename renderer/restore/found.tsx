import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { type Fact, Facts } from "../parts/facts.tsx";
import { FailureVerdict } from "../parts/verdict.tsx";
import { minute, recordNumber } from "../text/say.ts";
import { sentences, text } from "../text/text.ts";
import { RestoreRail, type RestoreView } from "./rail.tsx";

type Found = NonNullable<RestoreView["found"]>;

/** What the copies hold, what nobody compared, and what each finding means; or why they won't do. */
export function FoundStep(restore: RestoreView) {
  const { act } = useStation();
  const said = text.restore.found;
  const { found } = restore;
  if (found === null) return null;
  const { failure, vault, epoch } = found;
  const good = failure === null && vault !== null;
  const title = good ? said.title(vault.name, epoch ?? 0) : said.badTitle;
  const again = (): void => void act({ do: "again" });
  return (
    <Page
      step="found"
      title={title}
      rail={<RestoreRail {...restore} />}
      margin={
        <>
          <Aside title={good ? said.meansTitle : said.badMeansTitle}>
            <p>{good ? said.means : said.badMeans}</p>
          </Aside>
          {good && (
            <section>
              <button type="button" onClick={again}>
                {said.again}
              </button>
            </section>
          )}
        </>
      }
      escape={{ label: text.foot.stop, press: () => void act({ do: "cancel" }) }}
      note={good ? said.note : said.badNote}
      action={
        good
          ? { label: said.go, press: () => void act({ do: "next" }) }
          : { label: said.again, press: again }
      }
      scrolls
      verdict={failure !== null && <FailureVerdict failure={failure} />}
    >
      <Title>{title}</Title>
      <Facts facts={factsOf(found)} />
      <Told found={found} />
    </Page>
  );
}

const SHORT = 16;
const grouped = (hex: string): string => hex.match(/.{1,4}/g)?.join(" ") ?? hex;

function factsOf({ vault, vaultId, head, certified, copies, take, failure }: Found): Fact[] {
  const said = text.restore.found;
  const facts: (Fact | null)[] = [
    vaultId === null
      ? null
      : [
          said.vaultId,
          <span key="id" className="mono">
            {grouped(vaultId)}
          </span>,
        ],
    vault === null
      ? null
      : [said.opens, said.opensText(vault.threshold, vault.custodians, vault.keys)],
    vault === null
      ? null
      : [said.sealed, `${vault.sealedAt.slice(0, 10)}, ${minute(vault.sealedAt)} UTC`],
    head === null
      ? null
      : [
          said.head,
          <span key="head" className="mono">
            {`${recordNumber(head.seq)}:${head.sha256.slice(0, SHORT)}…`}
          </span>,
        ],
    head === null || failure !== null
      ? null
      : [said.signedBy, certified ? said.certified : said.uncertified],
    take === null ? null : [said.read, said.readText(copies, take)],
  ];
  return facts.filter((fact) => fact !== null);
}

/** More than these are for `pullstation verify`. */
const LISTED = 12;

interface Row {
  readonly key: string;
  readonly what: string;
  readonly todo: string;
  readonly place: string;
  readonly severity: string;
}

function Told({ found }: { readonly found: Found }) {
  const rows = rowsOf(found);
  if (rows.length === 0) return null;
  return (
    <ul className="astray">
      {rows.slice(0, LISTED).map(({ key, what, todo, place, severity }) => (
        <li key={key} className={severity}>
          <b>{what}</b> {todo}
          {place !== "" && <small>{place}</small>}
        </li>
      ))}
      {rows.length > LISTED && <li>{text.restore.found.more(rows.length - LISTED)}</li>}
    </ul>
  );
}

const row = (key: string, what: string, todo: string, severity = "warning"): Row => ({
  key,
  what,
  todo,
  place: "",
  severity,
});

function rowsOf({ findings, maybeOpen, anchoredBy, failure, beside }: Found): Row[] {
  const said = text.restore.found;
  const good = failure === null;
  return [
    ...(good && maybeOpen.length > 0
      ? [row("open", said.maybeOpen(maybeOpen), said.maybeOpenTodo, "error")]
      : []),
    ...(good && !anchoredBy.vaultId ? [row("id", said.noId, said.noIdTodo)] : []),
    ...(good && !anchoredBy.head ? [row("head", said.noHead, said.noHeadTodo)] : []),
    ...(good && beside !== null && beside.own > beside.common
      ? [row("beside", said.beside(beside.common + 1, beside.own), said.besideTodo)]
      : []),
    ...findings.map(({ code, severity, about, seq, copy }) => ({
      key: `${code} ${seq} ${copy} ${JSON.stringify(about)}`,
      ...sentences({ code, about }),
      place: [
        ...(seq === null ? [] : [text.records.inRecord(recordNumber(seq))]),
        ...(copy === null ? [] : [text.records.inCopy(copy)]),
      ].join(", "),
      severity,
    })),
  ];
}
