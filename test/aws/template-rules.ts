import { kitFiles } from "../../aws/documents/template/files.ts";
import { NAMES } from "../../aws/documents/template/plan.ts";
import { KEY_ARN, KEY_ID } from "./alarm-calls.ts";
import { ACCOUNT } from "./judges.ts";
import { planFor } from "./plans.ts";

/** The rules of the CloudFormation kit, as they stand in one region of an account. */
export const REGION = "us-east-1";
export const LOG_ACCOUNT = "999988887777";
const files = kitFiles(planFor(), "cloudformation", "code");

export interface Rule {
  readonly Name: string;
  readonly EventBusName?: { readonly Ref: string };
  readonly EventPattern?: unknown;
  readonly Targets: readonly {
    /** Of another account or region: its ARN. */
    readonly Arn: string | { readonly Ref?: string };
    readonly RoleArn?: string;
    readonly DeadLetterConfig?: { readonly Arn: { readonly "Fn::GetAtt": readonly string[] } };
  }[];
}
type Resources = Record<string, { Type: string; Properties: Record<string, unknown> & Rule }>;

function subbed(_: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("Fn::Sub" in value)
    return String(value["Fn::Sub"])
      .replaceAll("${AWS::AccountId}", ACCOUNT)
      .replaceAll("${AWS::Region}", REGION)
      .replaceAll("${LogAccountId}", LOG_ACCOUNT)
      .replaceAll("${Key.Arn}", KEY_ARN);
  if ("Ref" in value && value.Ref === "Key") return KEY_ID;
  if ("Fn::GetAtt" in value && String(value["Fn::GetAtt"]) === "Key,Arn") return KEY_ARN;
  return value;
}

/** A template's resources with what Fn::Sub names, and the key, put in, in this account. */
function resourcesOf(name: string): Resources {
  const text = files.find(({ path }) => path === `cloudformation/${name}.json`)?.text ?? "";
  return (JSON.parse(text, subbed) as { Resources: Resources }).Resources;
}
const TEMPLATES = ["1-log-account", "3-alarm", "4-reaper", "5-every-region"];
export const rulesOf = (name: string): readonly Rule[] =>
  Object.values(resourcesOf(name))
    .filter(({ Type }) => Type === "AWS::Events::Rule")
    .map(({ Properties }) => Properties);
export const patterned = TEMPLATES.flatMap(rulesOf).filter(({ EventPattern }) => EventPattern);

export const arnOf = ({ Name, EventBusName }: Rule): string =>
  `arn:aws:events:${REGION}:${ACCOUNT}:rule/${EventBusName ? `${NAMES.bus}/` : ""}${Name}`;
