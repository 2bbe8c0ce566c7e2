import { expect } from "vitest";
import type { Player } from "../player.ts";
import type { Amazon } from "./amazon.ts";
import { agree, type Custodian, says } from "./custodian.ts";
import { ACCOUNT, cable, EMERGENCY_KEY } from "./room.ts";

/** A whole use in earnest: from the reason to the record, with the cable in for AWS alone. */
export async function opensAtAws(
  player: Player,
  aws: Amazon,
  people: readonly Custodian[],
  touches: () => Promise<void>,
): Promise<void> {
  const { page } = player;
  await player.sees("Sealed, epoch 1");
  await player.presses("Break the glass");
  await player.presses("Open all the same");
  await says(player, "INC-9");
  await player.presses("Next: custodians");
  await agree(player, people);
  await touches();
  await player.sees("Plug in the cable");
  expect(aws.names()).toEqual([]);
  cable.in();
  await player.sees("The cable is in");

  await player.hands("Open the access", async (window) => {
    await player.sees(`The MFA code of ${ACCOUNT}`, window);
    await window.getByLabel("Code", { exact: true }).fill(aws.code());
    await player.presses("Use this code", window);
  });
  await player.sees(/^Access ends at/);
  await page.getByText("OPEN", { exact: true }).waitFor();
  expect(aws.emergency()).toEqual({ latched: false, active: 1 });
  expect(aws.names()).toContain("iam.amazonaws.com");
  await player.hands("Show the access keys", async (window) => {
    await window.getByText(EMERGENCY_KEY).waitFor();
    await player.presses("Done, hide them", window);
  });

  await player.stops("Close now", "Close the access", "Keep it open");
  await player.sees("The access is dead", page, 60_000);
  expect(aws.emergency()).toEqual({ latched: true, active: 0 });
  await player.presses("Go to the record");
  await player.sees("Pull out the cable");
  cable.out();
  await player.sees("The cable is out");
  await player.presses("Next: the record");
  await page.locator("iframe").waitFor();
}
