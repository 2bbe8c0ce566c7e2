import { fileURLToPath } from "node:url";
import type { ClientOrder, ClientReport } from "./client-child.ts";
import type { Patience, Rig } from "./rig.ts";

const CLIENT = fileURLToPath(new URL("client-child.ts", import.meta.url));

/** The house's client in the rig's testbed: what it reports. */
export async function client(rig: Rig, order: ClientOrder, how?: Patience): Promise<ClientReport> {
  const result = await rig.runPatient([process.execPath, CLIENT], JSON.stringify(order), how);
  if (result.status !== 0) throw new Error(`our client: ${result.err}`);
  return JSON.parse(result.out) as ClientReport;
}
