import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import * as iam from "@aws-sdk/client-iam";
import {
  activatorPolicy,
  closerRolePolicy,
  closerTrustPolicy,
} from "../../aws/documents/activator.ts";
import { boundaryPolicy } from "../../aws/documents/boundary.ts";
import { KIT_PATH, kitOf } from "../../aws/documents/kit.ts";
import { policyText } from "../../aws/documents/policy.ts";
import { latchPolicy } from "../../aws/documents/window.ts";
import { startPracticeAws } from "../../practice/aws/server.ts";
import { provision } from "../../practice/kit/provision.ts";
import { KIT_EXPIRES, REGIONS, SEED } from "../ceremony/stage.ts";

/** moto's own account. */
export const ACCOUNT = "123456789012";
export const KIT = kitOf(ACCOUNT, "aws", REGIONS, KIT_EXPIRES);

interface Key {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** An IAM and STS on loopback with the kit in it, and an administrator beside the kit's users. */
export interface Peer {
  readonly endpoint: string;
  readonly admin: Key;
  readonly activator: Key;
  readonly closer: Key;
  readonly emergency: Key;
  end(): Promise<void>;
}

const key = (role: string): Key => ({
  accessKeyId: `AKIAPRACTICE${role.padEnd(8, "2")}`,
  secretAccessKey: role.padEnd(40, "s"),
});

export async function practicePeer(): Promise<Peer> {
  const keys = { activator: key("ACTI"), closer: key("CLOS"), emergency: key("EMER") };
  const imported = (role: "activator" | "closer" | "emergency") => ({
    accountId: ACCOUNT,
    role,
    ...keys[role],
    file: role,
    line: 2,
  });
  const world = provision(
    [
      {
        accountId: ACCOUNT,
        activator: imported("activator"),
        closer: imported("closer"),
        emergency: imported("emergency"),
      },
    ],
    {
      partition: "aws",
      regions: REGIONS,
      kitExpires: KIT_EXPIRES,
      seeds: { [ACCOUNT]: SEED },
      now: Date.now(),
    },
  );
  const users = world.accounts[ACCOUNT]?.users ?? {};
  const closer = users["bg-closer"];
  if (closer === undefined) throw new Error("the practice world has no closer");
  const admin = key("ADMI");
  users["admin"] = {
    ...closer,
    name: "admin",
    path: "/",
    arn: `arn:aws:iam::${ACCOUNT}:user/admin`,
    inline: {},
    attached: ["arn:aws:iam::aws:policy/AdministratorAccess"],
    keys: [{ ...admin, createdAt: 0, status: "Active", lastUsed: null }],
  };
  const aws = await startPracticeAws({ world });
  return { endpoint: aws.endpoint, admin, ...keys, end: () => aws.close() };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** The same kit in moto, put there by the SDK's own commands. */
export async function motoPeer(): Promise<Peer> {
  const port = await freePort();
  const child = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
  const endpoint = `http://127.0.0.1:${port}`;
  for (const until = Date.now() + 60_000; ;) {
    const up = await fetch(`${endpoint}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) break;
    if (Date.now() > until || child.exitCode !== null)
      throw new Error("moto_server does not serve");
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const root = { accessKeyId: "AKIATESTING", secretAccessKey: "testing" };
  const client = new iam.IAMClient({ endpoint, region: "us-east-1", credentials: root });
  const Path = KIT_PATH;
  const managed = async (arn: string, text: string): Promise<void> => {
    const PolicyName = arn.slice(arn.lastIndexOf("/") + 1);
    await client.send(new iam.CreatePolicyCommand({ PolicyName, Path, PolicyDocument: text }));
  };
  await managed(KIT.latchArn, policyText(latchPolicy()));
  await managed(KIT.boundaryArn, policyText(boundaryPolicy(KIT)));
  await managed(KIT.activatorPolicyArn, policyText(activatorPolicy(KIT)));
  const user = async (
    UserName: string,
    edit: Partial<iam.CreateUserCommandInput>,
  ): Promise<Key> => {
    await client.send(new iam.CreateUserCommand({ UserName, ...edit }));
    const made = await client.send(new iam.CreateAccessKeyCommand({ UserName }));
    const { AccessKeyId = "", SecretAccessKey = "" } = made.AccessKey ?? {};
    return { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey };
  };
  const admin = await user("admin", {});
  const activator = await user(KIT.activatorUser.name, { Path });
  const closer = await user(KIT.closerUser.name, { Path });
  const emergency = await user(KIT.emergencyUser.name, {
    Path,
    PermissionsBoundary: KIT.boundaryArn,
    Tags: [{ Key: "Purpose", Value: "break glass" }],
  });
  const UserName = KIT.emergencyUser.name;
  await client.send(new iam.AttachUserPolicyCommand({ UserName, PolicyArn: KIT.latchArn }));
  const AccessKeyId = emergency.accessKeyId;
  await client.send(new iam.UpdateAccessKeyCommand({ UserName, AccessKeyId, Status: "Inactive" }));
  const RoleName = KIT.closerRole.name;
  const AssumeRolePolicyDocument = policyText(closerTrustPolicy(KIT));
  await client.send(new iam.CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument }));
  const PolicyDocument = policyText(closerRolePolicy(KIT));
  await client.send(
    new iam.PutRolePolicyCommand({ RoleName, PolicyName: RoleName, PolicyDocument }),
  );
  client.destroy();
  return {
    endpoint,
    admin,
    activator,
    closer,
    emergency,
    end: async () => {
      const gone = once(child, "exit");
      child.kill();
      await gone;
    },
  };
}
