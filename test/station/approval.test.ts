import { readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { approveByTouch } from "../../ceremony/approval.ts";
import { castOf } from "../../ceremony/drill/company.ts";
import { clock } from "../../cli/drill/scene.ts";
import { recordName } from "../../crypto/record.ts";
import { readStory } from "../../station/records-folder.ts";
import { judged, progress, recordsIn, recoverIn, sealIn, setStage } from "./rehearsal.ts";
import { onStage, rotateIn } from "./rotation.ts";
import { freshFolder, remove } from "./seal-kills.ts";

// No passphrase is judged here: it is hashed once instead of for long.
vi.mock("../../crypto/kdf.ts", async (original) => {
  const { SecretBytes } = await import("../../crypto/secret.ts");
  const { sha256 } = await import("../../crypto/bytes.ts");
  const stretch = async (passphrase: { expose(): Uint8Array }, salt: Uint8Array) =>
    new SecretBytes(sha256(salt, passphrase.expose()));
  return { ...(await original<object>()), stretch };
});

let dir: string;
beforeAll(async () => {
  dir = freshFolder();
  await setStage(dir);
  await sealIn(dir);
  await rotateIn(dir);
}, 60_000);
afterAll(() => remove(dir));

const approveLast = () =>
  onStage(dir, async (stage) => {
    const { kind = "", written = { seq: 0, sha256: "" } } = readStory(dir).at(-1) ?? {};
    const cast = castOf({ askPeople: stage.ask }, 2, { calm: true });
    const ports = { vault: stage.vault, cast, records: await recordsIn(dir), clock, progress };
    return approveByTouch(ports, dir, { ...written, kind });
  });

test("an approval is of the vault that the records call live, while the file is of the next epoch", async () => {
  const last = readStory(dir).at(-1);
  expect(last?.kind).toBe("committed");
  const name = recordName(last?.written.seq ?? 0);
  for (const file of readdirSync(join(dir, "records")).filter((one) => one.startsWith(name)))
    rmSync(join(dir, "records", file));
  await approveLast();
  expect(readStory(dir).at(-1)).toMatchObject({ kind: "approval", epoch: 1 });
}, 60_000);

test("without a file that the records call live nobody is asked for a touch", async () => {
  const file = join(dir, "vault.pullstation.prev");
  renameSync(file, `${file}.away`);
  await expect(approveLast()).rejects.toMatchObject({ code: "VAULT_NOT_COMMITTED" });
  renameSync(`${file}.away`, file);
}, 60_000);

test("the commit that is taken up after it makes a valid chain, and its keys approve from then on", async () => {
  expect(await recoverIn(dir)).toBe("finished");
  await approveLast();
  expect(readStory(dir).at(-1)).toMatchObject({ kind: "approval", epoch: 2 });
  expect(await judged(dir)).toMatchObject({ verdict: "VALID", findings: [] });
}, 60_000);
