import { useState } from "react";
import { Page } from "../app/page.tsx";
import { useStation } from "../app/station.tsx";
import { Aside, Title } from "../frame/frame.tsx";
import { Verdict } from "../parts/verdict.tsx";
import { text } from "../text/text.ts";
import { Choice, Officer } from "./choice.tsx";
import { RestoreRail, type RestoreView } from "./rail.tsx";

/** What became of the old station: primary or spare. */
export function RoleStep(restore: RestoreView) {
  const { act } = useStation();
  const said = text.restore.role;
  const [oldStation, setOldStation] = useState<"gone" | "kept" | null>(null);
  const [officer, setOfficer] = useState("");
  const [tried, setTried] = useState(false);
  const ready = oldStation !== null && officer.trim() !== "";
  return (
    <Page
      step="role"
      title={said.title}
      rail={<RestoreRail {...restore} />}
      margin={
        <Aside title={said.sureTitle}>
          <p>{said.sure}</p>
        </Aside>
      }
      escape={{ label: said.back, press: () => void act({ do: "again" }) }}
      note={said.note}
      action={{ label: said.go, form: "role" }}
      verdict={tried && !ready && <Verdict what={said.missing} todo={said.missingTodo} />}
    >
      <Title>{said.title}</Title>
      <p className="lead">{said.lead}</p>
      <form
        id="role"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (ready) void act({ do: "restoreAs", officer, oldStation });
        }}
      >
        <Choice
          name="old-station"
          legend={said.legend}
          of={[
            ["gone", said.gone, said.goneText],
            ["kept", said.kept, said.keptText],
          ]}
          chosen={oldStation}
          choose={setOldStation}
        />
        <Officer
          label={said.officer}
          note={said.officerNote}
          value={officer}
          wrong={tried && officer.trim() === ""}
          change={setOfficer}
        />
      </form>
    </Page>
  );
}
