import { evalIsOff } from "./no-eval.ts";
import "./style/pullstation.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import type { Screen } from "../contract/app.ts";
import { Locked } from "./app/locked.tsx";
import { StationProvider, useStation, useView } from "./app/station.tsx";
import { DrillScreen } from "./drill/drill.tsx";
import { AlarmProvider } from "./glass/alarm.tsx";
import { GlassScreen } from "./glass/glass.tsx";
import { Alone } from "./frame/alone.tsx";
import { FailureVerdict } from "./parts/verdict.tsx";
import { RestoreScreen } from "./restore/restore.tsx";
import { SpareScreen } from "./restore/spare.tsx";
import { BlockedScreen } from "./review/blocked.tsx";
import { CustodyScreen } from "./review/custody.tsx";
import { ReviewScreen } from "./review/review.tsx";
import { AwayScreen } from "./screens/away.tsx";
import { FirstScreen } from "./screens/first.tsx";
import { CopyScreen } from "./screens/copy.tsx";
import { CheckedScreen } from "./screens/checked.tsx";
import { ImportScreen } from "./screens/import.tsx";
import { IsolateScreen } from "./screens/isolate.tsx";
import { HomeScreen } from "./screens/home.tsx";
import { LeftScreen } from "./screens/left.tsx";
import { RecordScreen } from "./screens/record.tsx";
import { RecordsScreen } from "./screens/records.tsx";
import { RemainsScreen } from "./screens/remains.tsx";
import { RotateScreen } from "./screens/rotate.tsx";
import { RunbookScreen } from "./screens/runbook.tsx";
import { SetupScreen } from "./screens/setup.tsx";
import { StationScreen } from "./screens/station.tsx";
import { StoppedScreen } from "./screens/stopped.tsx";
import { UpkeepScreen } from "./screens/upkeep.tsx";
import { SealScreen } from "./seal/seal.tsx";
import { text } from "./text/text.ts";

/** The main window: it mirrors the one view that main pushes, and asks main for everything else. */

function CurrentScreen({ screen }: { readonly screen: Screen }) {
  switch (screen.kind) {
    case "first":
      return <FirstScreen {...screen} />;
    case "stopped":
      return <StoppedScreen />;
    case "setup":
      return <SetupScreen {...screen} />;
    case "home":
      return <HomeScreen {...screen} />;
    case "runbook":
      return <RunbookScreen {...screen} />;
    case "records":
      return <RecordsScreen {...screen} />;
    case "review":
      return <ReviewScreen {...screen} />;
    case "blocked":
      return <BlockedScreen {...screen} />;
    case "custody":
      return <CustodyScreen {...screen} />;
    case "restore":
      return <RestoreScreen {...screen} />;
    case "spare":
      return <SpareScreen {...screen} />;
    case "drill":
      return <DrillScreen {...screen} />;
    case "station":
      return <StationScreen {...screen} />;
    case "isolate":
      return <IsolateScreen {...screen} />;
    case "import":
      return <ImportScreen {...screen} />;
    case "upkeep":
      return <UpkeepScreen {...screen} />;
    case "checked":
      return <CheckedScreen {...screen} />;
    case "rotate":
      return <RotateScreen {...screen} />;
    case "copy":
      return <CopyScreen {...screen} />;
    case "remains":
      return <RemainsScreen key={screen.seq} {...screen} />;
    case "seal":
      return <SealScreen {...screen} />;
    case "glass":
      return <GlassScreen {...screen} />;
    case "record":
      return <RecordScreen {...screen} />;
    case "left":
      return <LeftScreen {...screen} />;
    case "away":
      return <AwayScreen {...screen} />;
  }
}

function Shown() {
  const { view } = useStation();
  return (
    <>
      <div className="under" inert={view.locked}>
        <CurrentScreen screen={view.screen} />
      </div>
      {view.locked && <Locked view={view} />}
    </>
  );
}

function App() {
  const { view, failure } = useView();
  if (view === null)
    return (
      failure !== null && (
        <Alone title={text.broken.title}>
          <FailureVerdict failure={failure} />
        </Alone>
      )
    );
  return (
    <StationProvider view={view}>
      <AlarmProvider view={view}>
        <Shown />
      </AlarmProvider>
    </StationProvider>
  );
}

const root = evalIsOff ? document.querySelector("#root") : null;
if (root !== null)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
