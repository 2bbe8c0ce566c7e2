import type { Action, Call, Propagation } from "./actions/action.ts";
import { accessDenied, authenticate, type Caller, contextOf, judge } from "./caller.ts";
import { AwsRefusal, refuse } from "./errors.ts";
import { iamActions } from "./actions/iam.ts";
import type { HttpRequest } from "./sigv4.ts";
import { stsActions } from "./actions/sts.ts";
import type { World } from "./world.ts";
import { errorXml, type ServiceName, successXml } from "./xml.ts";

/** Both services of the protocol, by the API version that a request names. */
const SERVICES: Readonly<
  Record<string, { readonly name: ServiceName; readonly actions: Readonly<Record<string, Action>> }>
> = {
  "2010-05-08": { name: "iam", actions: iamActions },
  "2011-06-15": { name: "sts", actions: stsActions },
};

export interface Answer {
  readonly status: number;
  readonly xml: string;
  readonly service: ServiceName;
  readonly caller: Caller | null;
  /** "ok", or AWS's error code. */
  readonly outcome: string;
}

/** The protocol's parameters: a form, each name once. */
export const readForm = (body: Uint8Array): ReadonlyMap<string, string> =>
  new Map(new URLSearchParams(Buffer.from(body).toString("utf8")));

/** The service that a request names by its API version. */
export const serviceOf = (params: ReadonlyMap<string, string>): ServiceName =>
  SERVICES[params.get("Version") ?? ""]?.name ?? "sts";

function actionOf(params: ReadonlyMap<string, string>): { name: string; action: Action } {
  const version = params.get("Version") ?? "";
  const name = params.get("Action") ?? "";
  const actions = SERVICES[version]?.actions ?? {};
  const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
  return action === undefined
    ? refuse("InvalidAction", 400, `Could not find operation ${name} for version ${version}`)
    : { name, action };
}

/** What a session of GetSessionToken may not do, whatever its user's policies say (STS guide). */
function checkSessionLimits(caller: Caller, name: string): void {
  if (caller.session?.of.kind !== "user") return;
  if (caller.service === "iam" && !caller.session.mfa)
    refuse("InvalidClientTokenId", 403, "The security token included in the request is invalid");
  if (caller.service === "sts" && name !== "AssumeRole" && name !== "GetCallerIdentity")
    refuse("AccessDenied", 403, `Cannot call ${name} with session credentials`);
}

function authorise(call: Call, name: string, action: Action): void {
  if (!action.governed) return;
  const context = contextOf(call.caller, call.now, call.serverTime);
  for (const [key, value] of Object.entries(action.context?.(call) ?? {}))
    if (value !== null) context.set(key, value);
  const resource = action.resource(call);
  const full = `${action.service}:${name}`;
  const verdict = judge(call.caller, { action: full, resource, context }, call.now);
  if (!verdict.allowed) throw accessDenied(call.caller, full, resource, verdict.why);
}

function used(call: Call): void {
  const key = call.caller.user?.keys.find((item) => item.accessKeyId === call.caller.accessKeyId);
  if (key !== undefined)
    key.lastUsed = {
      // Whole seconds, as it is told; so that a run of reads does not write the state each time.
      at: Math.floor(call.serverTime / 1000) * 1000,
      service: call.caller.service,
      region: call.caller.region,
    };
}

/** A refusal that a fault makes: after nothing was authenticated, judged or changed. */
export function faulted(
  params: ReadonlyMap<string, string>,
  kind: "http500" | "throttle" | "denied",
  requestId: string,
): Answer {
  const service = serviceOf(params);
  const refusal = {
    http500: new AwsRefusal(
      service === "iam" ? "ServiceFailure" : "InternalFailure",
      500,
      "The request processing has failed because of an unknown error, exception or failure.",
    ),
    throttle: new AwsRefusal("Throttling", 400, "Rate exceeded"),
    denied: new AwsRefusal("AccessDenied", 403, "Access denied by an injected fault."),
  }[kind];
  return refused(refusal, service, null, requestId);
}

const refused = (
  error: AwsRefusal,
  service: ServiceName,
  caller: Caller | null,
  requestId: string,
): Answer => ({
  status: error.status,
  xml: errorXml(service, error, requestId),
  service,
  caller,
  outcome: error.code,
});

/** Authenticates, authorises and runs one request; every refusal is an answer. */
export function answer(
  world: World,
  request: HttpRequest,
  params: ReadonlyMap<string, string>,
  requestId: string,
  clock: {
    readonly now: number;
    readonly serverTime: number;
    readonly propagation: Propagation;
  },
): Answer {
  const service = serviceOf(params);
  let caller: Caller | null = null;
  try {
    caller = authenticate(world, request, service, clock.now, clock.serverTime);
    const { name, action } = actionOf(params);
    const call: Call = { world, caller, params, ...clock };
    checkSessionLimits(caller, name);
    used(call);
    authorise(call, name, action);
    const xml = successXml(service, name, action.run(call), requestId);
    return { status: 200, xml, service, caller, outcome: "ok" };
  } catch (error) {
    if (!(error instanceof AwsRefusal)) throw error;
    return refused(error, service, caller, requestId);
  }
}
