import { DoneStep } from "./done.tsx";
import { FoundStep } from "./found.tsx";
import type { RestoreView } from "./rail.tsx";
import { RoleStep } from "./role.tsx";
import { StickStep } from "./stick.tsx";

/** A station again: the copy, what it holds, what became of the old one. */
export function RestoreScreen(restore: RestoreView) {
  if (restore.step === "stick") return <StickStep {...restore} />;
  if (restore.step === "found") return <FoundStep {...restore} />;
  return restore.step === "role" ? <RoleStep {...restore} /> : <DoneStep {...restore} />;
}
