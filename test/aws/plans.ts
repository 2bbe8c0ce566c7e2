import { type KitPlan, planOf, type PlanRequest } from "../../aws/documents/template/plan.ts";
import { ACCOUNT } from "./judges.ts";

export const request = (edit: Partial<PlanRequest> = {}): PlanRequest => ({
  accounts: [ACCOUNT],
  partition: "aws",
  regions: ["us-east-1", "eu-west-1"],
  profiles: ["restore-service"],
  evidenceBuckets: ["org-trail-bucket"],
  kitExpires: "2027-06-30T00:00:00Z",
  maxHours: 4,
  alarmRegion: null,
  securityRole: "OrgSecurityAdmin",
  deployRole: "BreakGlassDeploy",
  ...edit,
});

export const planFor = (edit: Partial<PlanRequest> = {}): KitPlan => planOf(request(edit));
