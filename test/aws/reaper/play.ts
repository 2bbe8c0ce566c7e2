import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Call, Left, Step } from "./story.ts";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
export const REAPER = here("../../../aws/documents/template/reaper.py");

const ARN = "arn:aws:iam::123456789012:policy/breakglass/";
export const LATCH = `${ARN}BreakGlassClosed`;
export const DENY = "arn:aws:iam::aws:policy/AWSDenyAll";
export const EMERGENCY = "bg-emergency";
export const ACTIVATOR = "bg-activator";

const ENV = {
  EMERGENCY,
  ACTIVATOR,
  LATCH,
  BOUNDARY: `${ARN}BreakGlassEmergencyBoundary`,
  DENY,
  MEMORY: "/breakglass/reaper",
  TOPIC: "arn:aws:sns:us-east-1:123456789012:breakglass-page",
  ACCOUNT: "123456789012",
  HOURS: "1",
  EXPIRES: "2027-06-30T00:00:00Z",
};

let python: ChildProcessWithoutNullStreams;
let answers: AsyncIterator<string>;

/** Starts the one Python that plays a file's stories; gives back its end. */
export function startPlaying(): () => void {
  python = spawn("python3", [here("harness.py")]);
  answers = createInterface({ input: python.stdout })[Symbol.asyncIterator]();
  return () => void python.stdin.end();
}

/** Plays the steps from a fresh start, with real boto3 against moto. */
export async function play(
  steps: readonly Step[],
  env: Partial<typeof ENV> = {},
): Promise<readonly Left[]> {
  const story = {
    file: REAPER,
    env: { ...ENV, ...env },
    steps: steps.map((step) => ({ event: SCHEDULED, ...step })),
  };
  python.stdin.write(`${JSON.stringify(story)}\n`);
  const { value } = await answers.next();
  const answer = JSON.parse(String(value)) as readonly Left[] | { readonly broken: string };
  if ("broken" in answer) throw new Error(answer.broken);
  return answer;
}

/** One tick every five minutes, `from` and `to` included. */
export const ticks = (from: number, to: number, more: Omit<Step, "tick"> = {}): Step[] =>
  Array.from({ length: Math.floor((to - from) / 5) + 1 }, (_, n) => ({
    tick: from + n * 5,
    ...more,
  }));

export const key = (user: string, Status: string): Call => [
  "update_access_key",
  { UserName: user, AccessKeyId: user, Status },
];
export const inline = (name: string, Action: string): Call => [
  "put_user_policy",
  {
    UserName: EMERGENCY,
    PolicyName: name,
    PolicyDocument: JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action, Resource: "*" }],
    }),
  },
];
export const dropInline = (name: string): Call => [
  "delete_user_policy",
  { UserName: EMERGENCY, PolicyName: name },
];
export const detach = (PolicyArn: string, UserName = EMERGENCY): Call => [
  "detach_user_policy",
  { UserName, PolicyArn },
];
export const attach = (PolicyArn: string): Call => [
  "attach_user_policy",
  { UserName: EMERGENCY, PolicyArn },
];

export const open: readonly Call[] = [
  inline("BreakGlassWindow", "ec2:*"),
  detach(LATCH),
  key(EMERGENCY, "Active"),
];
export const close: readonly Call[] = [
  attach(LATCH),
  key(EMERGENCY, "Inactive"),
  dropInline("BreakGlassWindow"),
];
/** What EventBridge sends on a schedule: its `detail` is there, and empty. */
const SCHEDULED = {
  version: "0",
  "detail-type": "Scheduled Event",
  source: "aws.events",
  resources: ["arn:aws:events:us-east-1:123456789012:rule/breakglass-reaper-schedule"],
  detail: {},
};
export const OPENED = { source: "aws.iam", detail: { eventName: "DetachUserPolicy" } };

export const locked = (left: Left | undefined): boolean =>
  left !== undefined &&
  [left.emergency, left.activator].every(
    ({ attached, active, login }) => attached.includes("AWSDenyAll") && active === 0 && !login,
  );
export const untouched = (left: Left | undefined): boolean =>
  left !== undefined &&
  !left.emergency.attached.includes("AWSDenyAll") &&
  left.activator.active === 1;
export const firstLock = (lefts: readonly Left[]): number | undefined => lefts.find(locked)?.minute;
