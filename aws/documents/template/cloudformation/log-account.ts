import { copyBusPolicy, copyLogsPolicy } from "../documents.ts";
import { copyPattern } from "../patterns.ts";
import { HEARS_ALL, type KitPlan, NAMES, PREFIX } from "../plan.ts";
import { SLOT } from "../slots.ts";
import { inPlace, ref, TAGS, type Template, template } from "./resource.ts";

/** In the log account, whose administrator is another one: copies that nobody in the kit's accounts can take back. */
export function logAccountTemplate(plan: KitPlan): Template {
  const everything = copyPattern(plan);
  const bus = copyBusPolicy(plan, SLOT.account);
  const keep = { DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain" } as const;
  return template(`Break glass, 1 of 5: the log account's copy. In its ${plan.home}.`, {
    Resources: {
      Bus: { Type: "AWS::Events::EventBus", Properties: { Name: NAMES.copyBus, Tags: TAGS } },
      BusPolicy: {
        Type: "AWS::Events::EventBusPolicy",
        Properties: {
          EventBusName: ref("Bus"),
          StatementId: "KitAccounts",
          Statement: inPlace(bus.Statement[0]),
        },
      },
      Archive: {
        Type: "AWS::Events::Archive",
        ...keep,
        Properties: {
          ArchiveName: NAMES.copyBus,
          SourceArn: { "Fn::GetAtt": ["Bus", "Arn"] },
          EventPattern: everything,
          RetentionDays: 0,
        },
      },
      Logs: {
        Type: "AWS::Logs::LogGroup",
        ...keep,
        Properties: { LogGroupName: NAMES.copyLogs, RetentionInDays: 3653, Tags: TAGS },
      },
      LogsPolicy: {
        Type: "AWS::Logs::ResourcePolicy",
        Properties: {
          PolicyName: NAMES.copyBus,
          PolicyDocument: {
            "Fn::Sub": JSON.stringify(copyLogsPolicy(plan, "${AWS::AccountId}")),
          },
        },
      },
      Copy: {
        Type: "AWS::Events::Rule",
        Properties: {
          Name: `${PREFIX}copy`,
          EventBusName: ref("Bus"),
          EventPattern: everything,
          State: HEARS_ALL,
          Targets: [
            {
              Id: "logs",
              Arn: {
                "Fn::Sub": `arn:${plan.partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:${NAMES.copyLogs}`,
              },
            },
          ],
        },
      },
    },
  });
}
