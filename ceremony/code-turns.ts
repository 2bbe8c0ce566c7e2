/** What came of one prompt for a code: given to the online process, or somebody left. */
export type Typed = "done" | "left";

/**
 * MFA codes are typed for one account after another. Who leaves a prompt ends what asked for the code, and
 * with it whatever waited behind; what is asked later is asked anew. `again`: a code was given before,
 * and AWS wants another. `stop` ends what asked.
 */
export function codeTurns(
  type: (account: string, again: boolean) => Promise<Typed>,
  stop: () => Promise<unknown>,
): (account: string) => void {
  const given = new Set<string>();
  let queue: Promise<unknown> = Promise.resolve();
  // What was asked for before somebody left is no longer wanted; what is asked later is.
  let round = 0;
  const turn = async (account: string): Promise<void> => {
    if ((await type(account, given.has(account))) === "done") {
      given.add(account);
      return;
    }
    round++;
    await stop().finally(() => round++);
  };
  return (account) => {
    const mine = round;
    // A process that is gone meanwhile has ended what asked, too.
    queue = queue
      .then(async () => {
        if (mine === round) await turn(account);
      })
      .catch(() => undefined);
  };
}
