import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AwsCaller, AwsSession } from "../../aws/clients/caller.ts";
import { type AwsAnswer, type AwsCloud, openAws } from "../../aws/clients/cloud.ts";
import { boundaryPolicy } from "../../aws/documents/boundary.ts";
import { policyText } from "../../aws/documents/policy.ts";
import { latchPolicy } from "../../aws/documents/window.ts";
import { totpCode, totpStep } from "../../practice/aws/totp.ts";
import { onlinePorts } from "../../station/online-process.ts";
import { SEED } from "../ceremony/stage.ts";
import { requireProgram } from "../requires.ts";
import { ACCOUNT, KIT, motoPeer, type Peer, practicePeer } from "./peers.ts";

// What our clients ask of AWS, asked of two peers that owe each other nothing: practice AWS, and moto.
// Both must answer alike; where they don't, it stands below, with the reason.

const USER = KIT.emergencyUser.name;
const who = { accountId: ACCOUNT, partition: "aws", name: "test" } as const;
const DOCUMENT = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Action: "*", Resource: "*", Sid: "All" }],
});

const PEERS: readonly (readonly [string, () => Promise<Peer>])[] = [
  ["practice AWS", practicePeer],
  ...(requireProgram("moto_server") ? [["moto", motoPeer] as const] : []),
];

/** The value, or the house's word for the refusal. */
const told = <T>(answer: AwsAnswer<T>): T | string => (answer.ok ? answer.value : answer.code);

const seconds = (given: AwsAnswer<AwsSession>): number =>
  given.ok ? Math.round((given.value.expiresMs - Date.now()) / 1000) : Number.NaN;

describe.each(PEERS)("the calls of an access at %s", (name, start) => {
  let peer: Peer;
  let cloud: AwsCloud;
  let admin: AwsCaller;
  beforeAll(async () => {
    peer = await start();
    cloud = await openAws({
      mode: "PRACTICE",
      practiceEndpoint: peer.endpoint,
      clock: onlinePorts.clock,
    });
    admin = cloud.as(peer.admin, who);
  }, 90_000);
  afterAll(async () => {
    cloud.end();
    await peer.end();
  });
  const practice = name === "practice AWS";

  it("say who one is", async () => {
    const answer = await admin.identity();
    expect(answer).toMatchObject({
      ok: true,
      value: { accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/admin` },
      call: { attempts: 1, verdict: "OK" },
    });
    expect(Math.abs((answer.call.serverMs ?? 0) - Date.now())).toBeLessThan(5_000);
  });

  it("tell a user with its boundary and tags, and that there is none", async () => {
    expect(told(await admin.user(USER))).toEqual({
      arn: KIT.emergencyUser.arn,
      // Said by moto neither here nor anywhere else in these calls.
      boundaryArn: practice ? KIT.boundaryArn : null,
      tags: { Purpose: "break glass" },
    });
    expect(told(await admin.user("nobody"))).toBe("NO_SUCH_ENTITY");
  });

  it("set tags, and overwrite them", async () => {
    expect(told(await admin.tag(USER, { IncidentId: "INC-1", BreakGlassUntil: "x" }))).toBeNull();
    expect(told(await admin.tag(USER, { IncidentId: "INC-2" }))).toBeNull();
    expect(told(await admin.user(USER))).toMatchObject({
      tags: { IncidentId: "INC-2", BreakGlassUntil: "x", Purpose: "break glass" },
    });
    expect(told(await admin.tag("nobody", { IncidentId: "x" }))).toBe("NO_SUCH_ENTITY");
  });

  it("list keys, and switch them", async () => {
    const { accessKeyId: id } = peer.emergency;
    expect(told(await admin.accessKeys(USER))).toEqual([{ id, active: false }]);
    expect(told(await admin.setKey(USER, id, "Active"))).toBeNull();
    expect(told(await admin.accessKeys(USER))).toEqual([{ id, active: true }]);
    expect(told(await admin.setKey(USER, id, "Inactive"))).toBeNull();
    expect(told(await admin.setKey(USER, "AKIANOBODYKNOWSTHIS1", "Inactive"))).toBe(
      "NO_SUCH_ENTITY",
    );
    expect(told(await admin.accessKeyLastUsed(id))).toBeNull();
  });

  it("write, read back, replace and delete inline policies", async () => {
    // What percent-encoding, forms and XML each could spoil.
    const odd = DOCUMENT.replace(
      '"All"',
      '"All"  \n, "Condition": {"StringEquals": {"aws:username": "%2B+é&<b>"}}',
    );
    expect(told(await admin.putInlinePolicy(USER, "BreakGlassWindow", odd))).toBeNull();
    const back = told(await admin.inlinePolicy(USER, "BreakGlassWindow"));
    expect(JSON.parse(back)).toEqual(JSON.parse(odd));
    expect(told(await admin.putInlinePolicy(USER, "BreakGlassWindow", DOCUMENT))).toBeNull();
    expect(told(await admin.inlinePolicies(USER))).toEqual(["BreakGlassWindow"]);
    expect(JSON.parse(told(await admin.inlinePolicy(USER, "BreakGlassWindow")))).toEqual(
      JSON.parse(DOCUMENT),
    );
    expect(told(await admin.deleteInlinePolicy(USER, "BreakGlassWindow"))).toBeNull();
    expect(told(await admin.inlinePolicies(USER))).toEqual([]);
    expect(told(await admin.inlinePolicy(USER, "BreakGlassWindow"))).toBe("NO_SUCH_ENTITY");
    expect(told(await admin.deleteInlinePolicy(USER, "BreakGlassWindow"))).toBe("NO_SUCH_ENTITY");
  });

  it.each(["{", '{"Version":"2012-10-17"}', '{"Version":"2012-10-17","Statement":[{}]}'])(
    "refuse %s as a policy, and change nothing",
    async (text) => {
      expect(told(await admin.putInlinePolicy(USER, "BreakGlassWindow", text))).toBe(
        "POLICY_MALFORMED",
      );
      expect(told(await admin.inlinePolicies(USER))).toEqual([]);
    },
  );

  it("attach and detach a policy, once", async () => {
    const { latchArn } = KIT;
    expect(told(await admin.attachedPolicies(USER))).toEqual([latchArn]);
    expect(told(await admin.attachPolicy(USER, latchArn))).toBeNull();
    expect(told(await admin.attachedPolicies(USER))).toEqual([latchArn]);
    expect(told(await admin.detachPolicy(USER, latchArn))).toBeNull();
    expect(told(await admin.attachedPolicies(USER))).toEqual([]);
    expect(told(await admin.detachPolicy(USER, latchArn))).toBe("NO_SUCH_ENTITY");
    expect(told(await admin.attachPolicy(USER, `${latchArn}X`))).toBe("NO_SUCH_ENTITY");
    expect(told(await admin.attachPolicy(USER, latchArn))).toBeNull();
  });

  it("tell a managed policy's document by its default version", async () => {
    expect(told(await admin.defaultVersion(KIT.boundaryArn))).toBe("v1");
    expect(JSON.parse(told(await admin.policyVersion(KIT.boundaryArn, "v1")))).toEqual(
      JSON.parse(policyText(boundaryPolicy(KIT))),
    );
    expect(JSON.parse(told(await admin.policyVersion(KIT.latchArn, "v1")))).toEqual(
      JSON.parse(policyText(latchPolicy())),
    );
    expect(told(await admin.defaultVersion(`${KIT.latchArn}X`))).toBe("NO_SUCH_ENTITY");
    expect(told(await admin.policyVersion(KIT.latchArn, "v9"))).toBe("NO_SUCH_ENTITY");
  });

  it("find nothing where nothing is", async () => {
    expect(told(await admin.groups(USER))).toEqual([]);
    expect(told(await admin.hasLoginProfile(USER))).toBe(false);
    expect(told(await admin.deleteLoginProfile(USER))).toBe("NO_SUCH_ENTITY");
    expect(told(await admin.mfaDevices(USER))).toEqual([]);
    expect(told(await admin.sshKeys(USER))).toEqual([]);
    expect(told(await admin.signingCertificates(USER))).toEqual([]);
  });

  it("answer the two harmless probes", async () => {
    expect(told(await admin.accountSummary())).toBeNull();
    const { accessKeyId } = peer.emergency;
    expect(told(await admin.accessKeyInfo(accessKeyId, "eu-west-1"))).toBeNull();
  });

  it("give sessions of a user and of a role, as long as they were asked for", async () => {
    const code = totpCode(SEED, totpStep(Date.now()));
    const input = { serial: KIT.mfaSerial, code, seconds: 900 };
    const session = await cloud.as(peer.activator, who).sessionToken(input);
    expect(seconds(session)).toBeGreaterThan(890);
    expect(seconds(session)).toBeLessThan(905);
    const roleArn = KIT.closerRole.arn;
    const closer = cloud.as(peer.closer, who);
    const role = await closer.assumeRole({ roleArn, name: "INC-1", seconds: 1800 });
    expect(seconds(role)).toBeGreaterThan(1790);
    expect(seconds(role)).toBeLessThan(1805);
    if (!role.ok) throw new Error(role.code);
    expect(told(await cloud.as(role.value, who).identity())).toMatchObject({
      arn: `arn:aws:sts::${ACCOUNT}:assumed-role/BreakGlassCloser/INC-1`,
    });
    expect(told(await cloud.as(role.value, who).attachPolicy(USER, KIT.latchArn))).toBeNull();
  });

  // Where the two differ. moto keeps state and speaks the protocol; it enforces nothing, so "disabled"
  // and "denied" are proven at practice AWS alone, and at real AWS by test/device/aws-sandbox.md.
  describe("differ in", () => {
    it("an Inactive key, which moto goes on accepting", async () => {
      expect(told(await cloud.as(peer.emergency, who).identity())).toEqual(
        practice ? "KEY_NOT_ACCEPTED" : { accountId: ACCOUNT, arn: KIT.emergencyUser.arn },
      );
    });

    it("policies, which moto does not judge", async () => {
      const activator = cloud.as(peer.activator, who);
      expect(told(await activator.attachPolicy("admin", KIT.latchArn))).toBe(
        practice ? "ACCESS_DENIED" : null,
      );
    });

    it("a wrong secret, which moto does not look at", async () => {
      const forged = { ...peer.admin, secretAccessKey: "x".repeat(40) };
      const answer = told(await cloud.as(forged, who).identity());
      if (practice) expect(answer).toBe("SIGNATURE_REFUSED");
      else expect(answer).toMatchObject({ accountId: ACCOUNT });
    });

    it("an MFA code, which moto takes as it comes", async () => {
      const input = { serial: KIT.mfaSerial, code: "000000", seconds: 900 };
      const answer = await cloud.as(peer.activator, who).sessionToken(input);
      expect(answer.ok ? "OK" : answer.code).toBe(practice ? "MFA_REFUSED" : "OK");
    });

    it("service-specific credentials, which moto does not know", async () => {
      expect(told(await admin.serviceCredentials(USER))).toEqual(practice ? [] : "SERVICE_FAILED");
    });
  });
});
