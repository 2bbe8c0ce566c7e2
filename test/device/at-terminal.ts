import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { check, expect } from "./checks.ts";
import { client } from "./client.ts";
import { plugIn, scratchFile } from "./rig.ts";

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const PULLSTATION = path("../../cli/pullstation.mjs");
const WALK = path("by-hand.ts");
const DIALOG = path("dialog.py");
const PIN = "2468";

/** A person's keys, at a terminal, as answers to what is shown. */
const dialog = (...turns: readonly (readonly [shown: string, keys: string])[]): string[] => [
  "/usr/bin/python3",
  DIALOG,
  JSON.stringify(turns),
  "--",
  process.execPath,
];

/** What is typed at a real terminal: a PIN that is not shown, Ctrl-C, the walk through real keys. */
export async function atTerminal(): Promise<void> {
  const rig = await plugIn({ touch: "enter", more: ["--pin", PIN] });
  const [enter, interrupt] = ["\r", "\u0003"];
  const cancelling = [
    ["PIN of", `${PIN}${enter}`],
    ["Touch the key now", interrupt],
    ["The touch was cancelled.", ""],
  ] as const;
  await check(
    "terminal",
    "keys --try: the PIN is not shown, Ctrl-C cancels the touch",
    async () => {
      const tried = [...dialog(...cancelling), PULLSTATION, "keys", "--try"];
      const { status, out } = await rig.runPatient(tried);
      expect(status === 1 && !out.includes(PIN), `${status}: ${out}`);
      // It was told: nothing of that touch is left over.
      const next = await client(rig, { pin: PIN, salts: ["one"], cancelAfter: 300 });
      expect(next.failed === "TOUCH_CANCELLED", next.failed);
    },
  );
  await check("terminal", "the walk by hand: Ctrl-C reaches the command that it runs", async () => {
    const ready = "Enter when ready";
    const skipped = [ready, `s${enter}`] as const;
    const walk = dialog(
      ["Which key", `Practice key${enter}`],
      skipped,
      skipped,
      skipped,
      [ready, enter],
      ...cancelling,
      [ready, enter],
      ["8 tries left", ""],
      ["[p]assed", `p${enter}`],
      [ready, interrupt],
    );
    const file = scratchFile("walk.json");
    const { status, out } = await rig.runPatient([...walk, WALK, file]);
    expect(status === 130, `${status}: ${out}`);
    const { steps } = JSON.parse(readFileSync(file, "utf8")) as { steps: { outcome: string }[] };
    const outcomes = steps.map(({ outcome }) => outcome).join();
    expect(outcomes === "skipped,skipped,skipped,passed", outcomes);
  });
  await rig.end();
}
