import { checkAtTerminal } from "./check-desk.ts";
import type { CheckShareOptions } from "./check-share.ts";

/** One custodian at the terminal; the exit status as the command's help gives it. */
export const runCheckShare = (path: string, { form, json }: CheckShareOptions): Promise<number> =>
  checkAtTerminal(path, {
    wish: { what: form },
    json,
    keys: false,
    person: async ({ ask }, _, vault) => {
      await ask("check", {
        form,
        vault: vault.name,
        epoch: vault.subject.epoch,
        of: vault.custodians.length,
      });
    },
    good: (found) => found.some((one) => one.good),
  });
