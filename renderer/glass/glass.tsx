import type { ReactNode } from "react";
import { GlassAccess } from "./access.tsx";
import { GlassClose } from "./close.tsx";
import { GlassConnect } from "./connect.tsx";
import { GlassCustodians } from "./custodians.tsx";
import { GlassKey } from "./key.tsx";
import type { GlassView } from "./rail.tsx";
import { GlassReason } from "./reason.tsx";

const SCREENS: Readonly<Record<GlassView["step"], (glass: GlassView) => ReactNode>> = {
  reason: GlassReason,
  custodians: GlassCustodians,
  key: GlassKey,
  connect: GlassConnect,
  access: GlassAccess,
  close: GlassClose,
};

/** Breaking the glass, step by step: main says which step it is. */
export function GlassScreen(glass: GlassView) {
  const Step = SCREENS[glass.step];
  return <Step {...glass} />;
}
