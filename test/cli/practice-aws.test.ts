import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { policyText } from "../../aws/documents/policy.ts";
import { policyDate, windowPolicy } from "../../aws/documents/window.ts";
import { requireProgram } from "../requires.ts";

const PULLSTATION = join(import.meta.dirname, "..", "..", "cli", "pullstation.mjs");
const SCRIPT = join(import.meta.dirname, "aws-cli", "activation.sh");

let dir: string;
const ends: (() => void)[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "pullstation-practice-aws-"));
});
afterEach(() => {
  for (const end of ends.splice(0)) end();
  rmSync(dir, { recursive: true, force: true });
});

/** `pullstation practice-aws` with these options; resolves once it serves, or ends. */
async function practiceAws(...options: string[]) {
  const args = [PULLSTATION, "practice-aws", "--dir", dir, ...options];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  ends.push(() => void child.kill());
  let said = "";
  const serves = new Promise<void>((resolve) => {
    const heard = (text: Buffer): void => {
      said += String(text);
      if (said.includes("practice-token: ")) resolve();
    };
    child.stdout.on("data", heard);
    child.stderr.on("data", heard);
  });
  const closed = once(child, "close");
  await Promise.race([serves, closed]);
  const found = (pattern: RegExp): string => pattern.exec(said)?.[1] ?? "";
  return {
    said,
    status: child.exitCode,
    endpoint: found(/practice AWS: (\S+)/),
    token: found(/practice-token: (\S+)/),
    stop: async () => {
      child.kill("SIGINT");
      const [code] = (await closed) as [number | null];
      return code;
    },
  };
}

const ask = (endpoint: string, edit: RequestInit = {}): Promise<Response> =>
  fetch(endpoint, {
    method: "POST",
    body: "Action=GetUser&Version=2010-05-08",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    ...edit,
  });

describe("pullstation practice-aws", () => {
  it("serves one world until Ctrl-C, and goes on with it when started again", async () => {
    const first = await practiceAws("--port", "0", "--accounts", "2");
    expect(first.said).toContain("accounts: 111122223333 444455556666");
    expect((await ask(first.endpoint)).headers.get("x-pullstation-practice")).toBe("PRACTICE");
    const keys = readFileSync(join(dir, "practice/kit/111122223333-activator.csv"), "utf8");
    expect(await first.stop()).toBe(0);
    const again = await practiceAws("--port", "0");
    expect(again.said).toContain("accounts: 111122223333 444455556666");
    expect(readFileSync(join(dir, "practice/kit/111122223333-activator.csv"), "utf8")).toBe(keys);
  });

  it("injects faults from the start, and later by its token alone", async () => {
    const aws = await practiceAws("--port", "0", "--fault", "http500:service=iam,times=always");
    expect((await ask(aws.endpoint)).status).toBe(500);
    const control = `${aws.endpoint}/__practice/faults`;
    const body = JSON.stringify({ clear: true });
    expect((await ask(control, { body })).status).toBe(403);
    const headers = { "x-pullstation-practice-token": aws.token };
    expect((await ask(control, { body, headers })).status).toBe(200);
    expect((await ask(aws.endpoint)).status).toBe(403);
  });

  it.each([
    ["a fault that it does not know", ["--port", "0", "--fault", "earthquake"], "does not know"],
    ["a fault that is none", ["--port", "0", "--fault", "clock:soon"], "KIND:NAME=VALUE"],
    ["a port that is none", ["--port", "99999"], "whole number"],
    ["no port", [], "--port"],
  ])("refuses %s with status 2", async (_, options, words) => {
    const { said, status } = await practiceAws(...options);
    expect(said).toContain(words);
    expect(status).toBe(2);
  });

  it("says so when another program holds the port", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    ends.push(() => void other.close());
    const { port } = other.address() as { port: number };
    const { said, status } = await practiceAws("--port", String(port));
    expect(said).toContain(`can't listen on 127.0.0.1:${port}`);
    expect(status).toBe(2);
  });

  it("names a folder that can't be made, and does not wait for it", async () => {
    const { said, status } = await practiceAws("--port", "0", "--dir", "/proc/nowhere");
    expect(said).toContain("The folder /proc/nowhere can't be made");
    expect(status).toBe(2);
  });
});

describe.skipIf(!requireProgram("aws"))("aws-cli, as a second client", () => {
  it(
    "opens and closes an access by its own hand, as the policies allow",
    { timeout: 240_000 },
    async () => {
      const aws = await practiceAws("--port", "0");
      const now = Date.now();
      const window = windowPolicy({
        nbf: policyDate(now - 120_000),
        until: policyDate(now + 900_000),
        tokensFrom: policyDate(now),
        incident: "INC-CLI-1",
        profile: "restore-service",
        regions: ["us-east-1", "eu-west-1"],
      });
      writeFileSync(join(dir, "window.json"), policyText(window));
      const run = spawn("bash", [SCRIPT, aws.endpoint, join(dir, "practice/kit"), dir], {
        stdio: ["ignore", "pipe", "pipe"],
      });
      ends.push(() => void run.kill());
      let said = "";
      let wrong = "";
      run.stdout.on("data", (text) => (said += String(text)));
      run.stderr.on("data", (text) => (wrong += String(text)));
      const [code] = (await once(run, "close")) as [number | null];
      expect({ code, wrong }).toEqual({ code: 0, wrong: "" });
      const steps = said.trim().split("\n");
      expect(steps).toHaveLength(25);
      expect(steps.at(-1)).toBe("seen: closed: the key is not accepted: InvalidClientTokenId");
    },
  );
});
