import type { Json } from "../../../../crypto/canonical.ts";
import { KIT_TAG } from "../plan.ts";
import { filled, mapStrings, type SlotNames } from "../slots.ts";

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: "Retain";
  readonly UpdateReplacePolicy?: "Retain";
}

export interface Template {
  readonly AWSTemplateFormatVersion: "2010-09-09";
  readonly Description: string;
  readonly Parameters?: Readonly<Record<string, object>>;
  readonly Conditions?: Readonly<Record<string, object>>;
  readonly Resources: Readonly<Record<string, Resource>>;
  readonly Outputs?: Readonly<Record<string, object>>;
}

/** Bytes of a template that CloudFormation takes directly, without a bucket. */
export const TEMPLATE_MOST = 51_200;

const NAMES: SlotNames = {
  account: "${AWS::AccountId}",
  logAccount: "${LogAccountId}",
  region: "${AWS::Region}",
};

/** A text, with Fn::Sub where it names the account or region it is deployed to. */
export function sub(text: string): Json {
  const found = filled(text, NAMES, "${!");
  return found === null ? text : { "Fn::Sub": found };
}

/** A document out of the typed builders, for whatever account it is deployed to. */
export const inPlace = (document: unknown): Json =>
  mapStrings(JSON.parse(JSON.stringify(document)) as Json, sub);

export const ref = (name: string): Json => ({ Ref: name });
export const attribute = (name: string, of: string): Json => ({ "Fn::GetAtt": [name, of] });

export const TAGS = [{ Key: KIT_TAG.key, Value: KIT_TAG.value }] as const;

/** Whose events go where: the one parameter that several templates take. */
export const LOG_ACCOUNT = {
  LogAccountId: {
    Type: "String",
    AllowedPattern: "^\\d{12}$",
    Description: "The account that keeps copies of the alarm's events, under another administrator",
  },
} as const;

export const template = (
  Description: string,
  rest: Omit<Template, "AWSTemplateFormatVersion" | "Description">,
): Template => ({ AWSTemplateFormatVersion: "2010-09-09", Description, ...rest });
