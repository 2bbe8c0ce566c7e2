import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { Facts, Ids } from "../parts/facts.tsx";
import { text } from "../text/text.ts";
import { SealRail, type SealView, whoOf } from "./rail.tsx";

/** More accounts than these don't fit on the sheet. */
const MANY = 12;

/** What will be sealed, to be read together before anything is secret. */
export function SealContents(seal: SealView) {
  const { view, act } = useStation();
  const said = text.seal.contents;
  const { contents } = seal;
  const practice = view.mode === "PRACTICE";
  const title = said.title(contents.accounts.length);
  const typed = contents.typedCodes;
  return (
    <Page
      step="contents"
      title={title}
      rail={<SealRail {...seal} />}
      margin={
        <>
          <Aside title={text.seal.whoTitle}>
            <p>{whoOf(view)}</p>
          </Aside>
          <Aside title={said.wrongTitle}>
            <p>{said.wrong}</p>
          </Aside>
          <Aside title={said.nextTitle}>
            <p>{said.next}</p>
          </Aside>
        </>
      }
      escape={{ label: text.foot.stop, press: () => void act({ do: "cancel" }) }}
      note={said.note}
      action={{ label: said.go, press: () => void act({ do: "next" }) }}
      scrolls={contents.accounts.length > MANY}
    >
      <Title>{title}</Title>
      <p className="lead">{practice ? said.practiceLead : said.lead}</p>
      <Facts
        facts={[
          [said.accounts, <Ids key="accounts" ids={contents.accounts} />],
          [said.regions, <Ids key="regions" ids={contents.regions} />],
          [said.profile, contents.profile],
          [
            said.duration,
            said.durationText(contents.defaultDurationSeconds, contents.maxDurationSeconds),
          ],
          [said.kitExpires, contents.kitExpires.slice(0, 10)],
          [said.files, contents.files.join(", ")],
          ...(practice
            ? []
            : [
                [said.name, seal.name] as const,
                [said.keyboard, seal.keyboard] as const,
                [
                  said.codes,
                  typed.length === 0 ? said.codesSealed : `${said.codesTyped}: ${typed.join(", ")}`,
                ] as const,
              ]),
        ]}
      />
    </Page>
  );
}
