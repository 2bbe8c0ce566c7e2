import { existsSync, mkdtempSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import {
  commitCandidate,
  discardCandidate,
  hasVault,
  readCandidate,
  readVault,
  writeCandidate,
  writeNew,
} from "../../station/vault-file.ts";

const folder = (): string => mkdtempSync(join(tmpdir(), "pullstation-vault-"));
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test("a candidate counts only once it is committed", () => {
  const dir = folder();
  writeCandidate(dir, bytes("one"));
  expect(hasVault(dir)).toBe(false);
  commitCandidate(dir);
  expect(Buffer.from(readVault(dir)).toString()).toBe("one");
  expect(readCandidate(dir)).toBe(null);
});

test("the vault that is replaced stays as .prev", () => {
  const dir = folder();
  writeCandidate(dir, bytes("one"));
  commitCandidate(dir);
  writeCandidate(dir, bytes("two"));
  expect(Buffer.from(readVault(dir)).toString()).toBe("one");
  commitCandidate(dir);
  expect(Buffer.from(readVault(dir)).toString()).toBe("two");
  expect(readFileSync(join(dir, "vault.pullstation.prev"), "utf8")).toBe("one");
});

test("an unfinished sealing is named, not overwritten, and can be discarded", () => {
  const dir = folder();
  writeCandidate(dir, bytes("one"));
  expect(() => writeCandidate(dir, bytes("two"))).toThrow(
    expect.objectContaining({ code: "CANDIDATE_EXISTS" }),
  );
  discardCandidate(dir);
  writeCandidate(dir, bytes("two"));
  expect(Buffer.from(readCandidate(dir) ?? []).toString()).toBe("two");
});

test("a torn temp file of a power cut is no candidate and no obstacle", () => {
  const dir = folder();
  writeFileSync(join(dir, "vault.pullstation.candidate.tmp"), "half");
  expect(readCandidate(dir)).toBe(null);
  writeCandidate(dir, bytes("whole"));
  expect(existsSync(join(dir, "vault.pullstation.candidate.tmp"))).toBe(false);
});

test("files of the vault are the owner's alone, and a new file never replaces one", () => {
  const dir = folder();
  writeCandidate(dir, bytes("one"));
  commitCandidate(dir);
  expect(statSync(join(dir, "vault.pullstation")).mode & 0o777).toBe(0o600);
  expect(() => writeNew(join(dir, "vault.pullstation"), bytes("x"))).toThrow(/EEXIST/);
});

test("what is missing is said by its code", () => {
  const dir = folder();
  expect(() => commitCandidate(dir)).toThrow(
    expect.objectContaining({ code: "CANDIDATE_MISSING" }),
  );
  expect(() => readVault(dir)).toThrow(expect.objectContaining({ code: "VAULT_MISSING" }));
});
