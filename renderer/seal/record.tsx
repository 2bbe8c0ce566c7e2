import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { Facts } from "../parts/facts.tsx";
import { recordNumber } from "../text/say.ts";
import { text } from "../text/text.ts";
import { SealRail, type SealView } from "./rail.tsx";

/** The seal record: its hash as words, to be read aloud. */
export function SealRecord(seal: SealView) {
  const { act } = useStation();
  const said = text.seal.record;
  const { sealed } = seal;
  return (
    <Page
      step="record"
      title={sealed === null ? said.unsealed : said.title}
      rail={<SealRail {...seal} />}
      margin={
        <>
          <Aside title={said.restTitle}>
            <p>{said.rest}</p>
          </Aside>
          <Aside title={said.cardsTitle}>
            <p>{said.cards}</p>
          </Aside>
        </>
      }
      note={said.note}
      action={{ label: said.go, press: () => void act({ do: "next" }), awaits: sealed === null }}
    >
      <Title>{sealed === null ? said.unsealed : said.title}</Title>
      <p className="lead">{sealed === null ? said.unsealedLead : said.lead}</p>
      {sealed !== null && (
        <>
          <ol className="hashwords four under-lead" aria-label={said.wordsLabel}>
            {sealed.words.map((word, index) => (
              <li key={index}>{word}</li>
            ))}
          </ol>
          <Facts
            facts={[
              [
                said.vault,
                <span key="id" className="mono">
                  {sealed.vaultId}
                </span>,
              ],
              [
                said.record,
                <span key="seq" className="mono">
                  {recordNumber(sealed.seq)}
                </span>,
              ],
            ]}
          />
        </>
      )}
    </Page>
  );
}
