import { runSimulation } from "@cloud-copilot/iam-simulate";
import { evaluate, readPolicy } from "../../practice/aws/judge/policy.ts";

export const ACCOUNT = "111122223333";

export interface Question {
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | string[]>>;
  readonly identity: readonly unknown[];
  readonly boundary?: unknown;
  readonly session?: unknown;
  /** A policy of the resource itself, in the same account. */
  readonly resourcePolicy?: unknown;
  /** A service control policy beside AWS's own FullAWSAccess. Practice AWS knows none. */
  readonly scp?: unknown;
}

const FULL = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

/** An independent judge, which shares nothing with this project. */
export async function independently(question: Question): Promise<boolean> {
  const result = await runSimulation(
    {
      request: {
        principal: question.principal,
        action: question.action,
        resource: { resource: question.resource, accountId: ACCOUNT },
        contextVariables: { "aws:PrincipalArn": question.principal, ...question.context },
      },
      identityPolicies: question.identity.map((policy, index) => ({
        name: `policy-${index}`,
        policy,
      })),
      serviceControlPolicies: [
        { orgIdentifier: "org", policies: [{ name: "Full", policy: FULL }] },
        ...(question.scp === undefined
          ? []
          : [
              {
                orgIdentifier: "unit",
                policies: [
                  { name: "Full", policy: FULL },
                  { name: "scp", policy: question.scp },
                ],
              },
            ]),
      ],
      resourceControlPolicies: [{ orgIdentifier: "org", policies: [] }],
      ...(question.boundary === undefined
        ? {}
        : { permissionBoundaryPolicies: [{ name: "boundary", policy: question.boundary }] }),
      ...(question.session === undefined ? {} : { sessionPolicy: question.session }),
      ...(question.resourcePolicy === undefined ? {} : { resourcePolicy: question.resourcePolicy }),
    },
    {},
  );
  if (result.resultType === "error") throw new Error(JSON.stringify(result.errors));
  return result.overallResult === "Allowed";
}

/** Practice AWS's own evaluator over the same layers. */
export function byPracticeAws(question: Question): boolean {
  const context = new Map<string, string | readonly string[]>([
    ["aws:principalarn", question.principal],
    ...Object.entries(question.context).map(([key, value]) => [key.toLowerCase(), value] as const),
  ]);
  const request = { action: question.action, resource: question.resource, context };
  const layers = [
    question.identity,
    ...[question.boundary, question.session].flatMap((policy) =>
      policy === undefined ? [] : [[policy]],
    ),
  ];
  return layers.every(
    (policies) =>
      evaluate(
        policies.map((policy) => readPolicy(JSON.stringify(policy))),
        request,
      ) === "allow",
  );
}

/** What both judges say. */
export const judged = async (
  question: Question,
): Promise<{ independent: boolean; practice: boolean }> => ({
  independent: await independently(question),
  practice: byPracticeAws(question),
});

/** Both judges must say what the table says. */
export const both = (allowed: boolean) => ({ independent: allowed, practice: allowed });

/** One row: what, allowed?, action, resource, context. */
export type Case = readonly [
  string,
  boolean,
  string,
  string,
  Readonly<Record<string, string | string[]>>,
];

/** Shorter rows: the resource is "*" and the context empty unless said. */
export const rows = (
  list: readonly (readonly [string, boolean, string, string?, Question["context"]?])[],
): readonly Case[] =>
  list.map(([what, allowed, action, resource = "*", context = {}]) => [
    what,
    allowed,
    action,
    resource,
    context,
  ]);
