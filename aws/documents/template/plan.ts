import { fail } from "../errors.ts";
import { checkDate, type GuardRails, type Kit, KIT_PATH, kitOf } from "../kit.ts";
import { alarmRegionsOf, checkRegion, type Partition } from "../partition.ts";

export type Format = "cloudformation" | "terraform";

/** One text beside the limit that AWS has for it, in characters. */
export interface Size {
  readonly what: string;
  readonly characters: number;
  readonly most: number;
}

/** What an administrator's kit is made for. */
export interface KitPlan extends GuardRails {
  /** Twelve digits each; the first is the one that README and policies/ speak of. */
  readonly accounts: readonly string[];
  readonly partition: Partition;
  readonly regions: readonly string[];
  /** RFC 3339 UTC to the whole second. */
  readonly kitExpires: string;
  /** Hours of open access in any 24 before the reaper locks. */
  readonly maxHours: number;
  /** Where IAM's events arrive, and a second region that alarms when the first is down. */
  readonly home: string;
  readonly second: string;
  /** The role that may change the kit (the SCP's exemption), and the one that deploys it. */
  readonly securityRole: string;
  readonly deployRole: string;
}

export interface PlanRequest {
  readonly accounts: readonly string[];
  readonly partition: Partition;
  readonly regions: readonly string[];
  readonly profiles: readonly string[];
  readonly evidenceBuckets: readonly string[];
  readonly kitExpires: string;
  readonly maxHours: number;
  readonly alarmRegion: string | null;
  readonly securityRole: string;
  readonly deployRole: string;
}

const unique = (list: readonly string[]): readonly string[] => [...new Set(list)];

const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;

/**
 * A whole plan out of what was asked. `ACCOUNT_ID_INVALID`, `ACCOUNT_TWICE`, `REGION_INVALID`,
 * `PROFILE_UNKNOWN`, `BUCKET_INVALID`, `WINDOW_DATES_INVALID`, `REAPER_HOURS_INVALID`,
 * `ALARM_REGION_SAME`, `ROLE_NAME_INVALID`.
 */
export function planOf(request: PlanRequest): KitPlan {
  const { accounts, partition, maxHours, kitExpires } = request;
  const [home, other] = alarmRegionsOf(partition);
  const second = checkRegion(partition, request.alarmRegion ?? other);
  if (second === home) fail("ALARM_REGION_SAME", { region: home });
  if (accounts.length === 0) fail("ACCOUNT_ID_INVALID", { account: "none" });
  const twice = accounts.find((account, index) => accounts.indexOf(account) !== index);
  if (twice !== undefined) fail("ACCOUNT_TWICE", { account: twice });
  if (!Number.isInteger(maxHours) || maxHours < 1 || maxHours > 12)
    fail("REAPER_HOURS_INVALID", { hours: maxHours });
  for (const role of [request.securityRole, request.deployRole])
    if (!ROLE_NAME.test(role)) fail("ROLE_NAME_INVALID", { role });
  const plan: KitPlan = {
    accounts,
    partition,
    regions: unique(request.regions.length === 0 ? [home] : request.regions),
    profiles: unique(request.profiles),
    evidenceBuckets: unique(request.evidenceBuckets),
    kitExpires: checkDate(kitExpires),
    maxHours,
    home,
    second,
    securityRole: request.securityRole,
    deployRole: request.deployRole,
  };
  // Every account's documents are built once, so that a wrong id is named before a file is written.
  for (const account of accounts) kitFor(plan, account);
  return plan;
}

export const kitFor = (plan: KitPlan, account: string): Kit =>
  kitOf(account, plan.partition, plan.regions, plan.kitExpires, plan);

/** Everything beside the IAM users begins with this, and the SCP protects what does. */
export const PREFIX = "breakglass-";

export const NAMES = {
  bus: "breakglass-alarm",
  copyBus: "breakglass-copy",
  copyLogs: "/aws/events/breakglass-copy",
  page: "breakglass-page",
  stream: "breakglass-stream",
  undelivered: "breakglass-undelivered",
  unforwarded: "breakglass-unforwarded",
  useRule: "breakglass-use",
  changeRule: "breakglass-change",
  refusedRule: "breakglass-refused",
  pageStartRule: "breakglass-page-start",
  pageChangeRule: "breakglass-page-change",
  pageRefusedRule: "breakglass-page-refused",
  pageKeyRule: "breakglass-page-key",
  keyRule: "breakglass-key",
  streamRule: "breakglass-stream",
  keyAlias: "alias/breakglass-alarm",
  reaper: "breakglass-reaper",
  reaperLogs: "/aws/lambda/breakglass-reaper",
  memory: "/breakglass/reaper",
  reaperRole: "BreakGlassReaper",
  forwardRole: "BreakGlassForward",
  closerRole: "BreakGlassCloser",
  /** Mode B's role, which does not exist yet: its name is kept for it, and alarmed on. */
  emergencyRole: "BreakGlassEmergency",
} as const;

/**
 * The state of every rule with a pattern, on the default bus and on our own: in plain `ENABLED` a rule
 * hears no read-only management event, and a use may be nothing but reads.
 */
export const HEARS_ALL = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS";

/**
 * Every rule hears AWS itself and no other source: EventBridge refuses PutEvents a source that begins
 * so. Without it whoever may put events on the default bus could page, and make the reaper lock.
 */
export const FROM_AWS = [{ prefix: "aws." }] as const;

/** How long a queue keeps what could not be delivered: SQS's longest, in seconds. */
export const KEPT_SECONDS = 1_209_600;

/** On everything that takes a tag; the SCP knows the topics' keys by it. */
export const KIT_TAG = { key: "breakglass", value: "kit" } as const;
export const KIT_TAGS = { [KIT_TAG.key]: KIT_TAG.value } as const;

/** ARNs of one account's kit beside its users and policies. */
export interface Arns {
  readonly role: (name: string) => string;
  readonly bus: (region: string) => string;
  readonly copyBus: (logAccount: string) => string;
  readonly topic: (region: string, name: string) => string;
  readonly queue: (region: string, name: string) => string;
  readonly reaper: string;
  readonly memory: string;
  readonly awsDenyAll: string;
}

export function arnsOf(plan: KitPlan, account: string): Arns {
  const { partition, home } = plan;
  const arn = (service: string, region: string, rest: string, of = account): string =>
    `arn:${partition}:${service}:${region}:${of}:${rest}`;
  return {
    role: (name) => arn("iam", "", `role${KIT_PATH}${name}`),
    bus: (region) => arn("events", region, `event-bus/${NAMES.bus}`),
    copyBus: (logAccount) => arn("events", home, `event-bus/${NAMES.copyBus}`, logAccount),
    topic: (region, name) => arn("sns", region, name),
    queue: (region, name) => arn("sqs", region, name),
    reaper: arn("lambda", home, `function:${NAMES.reaper}`),
    memory: arn("ssm", home, `parameter${NAMES.memory}`),
    awsDenyAll: `arn:${partition}:iam::aws:policy/AWSDenyAll`,
  };
}
