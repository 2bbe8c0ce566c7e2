import { noLaterThan } from "../ceremony/open-by.ts";
import type { ScreenOf } from "../contract/app.ts";
import { Left } from "./desk.ts";
import type { House } from "./house.ts";
import type { Station } from "./station.ts";

/**
 * The network cable of a real station: out before anything secret is entered, in for AWS, out again
 * afterwards. A rehearsal has none. Where it is out already nobody is asked. `Left`: people stop instead.
 */
export async function untilIsolated(
  house: House,
  { mode }: Pick<Station, "mode">,
  before: ScreenOf<"isolate">["before"],
): Promise<void> {
  const { desk } = house;
  if (mode === "PRACTICE" || house.linksUp().length === 0) return;
  const under = desk.view.screen;
  desk.screen({ kind: "isolate", before });
  try {
    for (;;) {
      await desk.nextOrLeave("next");
      const links = house.linksUp();
      if (links.length === 0) break;
      desk.show({ notice: { code: "NOT_ISOLATED", about: { links: links.join(", ") } } });
    }
  } finally {
    desk.screen(under);
  }
}

/** The access is dead: the cable comes out, unless people say that it stays. */
export async function cableOut(house: House, station: Pick<Station, "mode">): Promise<void> {
  try {
    await untilIsolated(house, station, "after");
  } catch (error) {
    if (!(error instanceof Left)) throw error;
  }
}

/**
 * Waits until the cable is in and somebody goes on by `go`; `turned` is told whenever a link comes or
 * goes. `Left` when they leave instead, `LATEST_DEADLINE_PASSED` when nobody did until `byMs`.
 */
export async function untilConnected(
  house: House,
  { mode }: Pick<Station, "mode">,
  go: "openAccess" | "next",
  turned: (linked: boolean) => void,
  /** By the monotonic clock; null: for as long as it takes. */
  byMs: number | null = null,
): Promise<void> {
  const { desk } = house;
  const isLinked = (): boolean => mode === "PRACTICE" || house.linksUp().length > 0;
  turned(isLinked());
  let asked = desk.nextOrLeave(go);
  for (;;) {
    const turn = Promise.race([asked, house.linksChanged().then(() => null)]);
    const action = await noLaterThan(house, byMs, turn);
    turned(isLinked());
    if (action === null) continue;
    if (isLinked()) return;
    desk.show({ notice: { code: "NO_LINK", about: {} } });
    asked = desk.nextOrLeave(go);
  }
}
