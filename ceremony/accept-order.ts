import { explain } from "../contract/failures.ts";
import type { AccessFlowPorts } from "./access-flow.ts";
import type { Broken, Incident } from "./break-glass.ts";
import type { Clock, Records, Written } from "./ports.ts";
import { rootsOld } from "./roots-age.ts";

/**
 * The order goes to the online process; from here on it may load the SDK and use the network. Whatever
 * keeps an order that opens from it, AWS was not asked: it is recorded as called off.
 */
export async function acceptOrder(
  ports: AccessFlowPorts,
  broken: Broken,
  incident: Pick<Incident, "dir" | "id" | "officer">,
): Promise<{ readonly accounts: readonly string[] }> {
  const opens = broken.openByMs !== null;
  const { unasked, connected } = ports;
  try {
    if (opens) unasked?.keep(incident.id);
    await connected?.(broken.openByMs);
    if (opens) unasked?.drop();
    return await handOrder(ports, broken, incident.dir);
  } catch (error) {
    if (opens) {
      const { code } = Object(error) as { code?: unknown };
      calledOff(
        ports,
        broken,
        incident,
        typeof code === "string" ? `it ended (${code})` : undefined,
      );
      unasked?.drop();
    }
    throw error;
  }
}

async function handOrder(
  { progress, practiceEndpoint, mediaRoots = [], clock }: AccessFlowPorts,
  { online, box }: Broken,
  dir: string,
): Promise<{ readonly accounts: readonly string[] }> {
  const accepted = await progress.step(
    "online.accept",
    () =>
      online.ask("accept", { box, vaultProcessExited: true, practiceEndpoint, dir, mediaRoots }),
    ({ accounts, proxy }) =>
      `the online process took the order (${accounts.join(", ")}); AWS SDK loaded` +
      (proxy === null ? "" : `; AWS is reached through the proxy ${proxy}`),
  );
  const { rootsAsOf } = accepted;
  if (rootsAsOf !== null && rootsOld(rootsAsOf, clock.now())) {
    const { what, todo } = explain("ROOTS_OLD", { asOf: rootsAsOf });
    progress.note(`${what} ${todo}`);
  }
  return accepted;
}

/** People went back, or were kept from going on: AWS was never asked, and there is nothing to review. */
export function calledOff(
  { records, clock }: { readonly records: Records; readonly clock: Clock },
  { subject }: Pick<Broken, "subject">,
  { id, officer }: Pick<Incident, "id" | "officer">,
  what = "people went back",
): Written {
  return records.append(subject, {
    kind: "cancelled",
    who: { officer },
    why: `${what} before AWS was asked: nothing was opened`,
    at: { time: clock.now(), clock: "station" },
    evidence: { incident: id },
  });
}
