import { randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Propagation } from "./actions/action.ts";
import { answer, type Answer, faulted, readForm, serviceOf } from "./answer.ts";
import { failPractice } from "./errors.ts";
import { type FaultControl, Faults, LATE_MS, readFault } from "./faults.ts";
import type { HttpRequest } from "./sigv4.ts";
import { type CallLine, emptyWorld, openStore, type World } from "./world.ts";

/** A moment of one request, told before anything else happens: a place to kill a client at. */
export interface RequestMoment {
  /** 1 = the first request since the start. */
  readonly n: number;
  /** Read; applied or refused, not answered; answered. */
  readonly phase: "before" | "applied" | "responded";
  readonly action: string;
  readonly accessKeyId: string | null;
}

export interface PracticeAwsOptions {
  /** Where the world lives between starts; null or left out: in memory. */
  readonly stateFile?: string | null;
  /** The world of a first start; a state file that exists wins. */
  readonly world?: World;
  /** Epoch ms; AWS's clock is this plus the offset of a "clock" fault. */
  readonly now?: () => number;
  /** On 127.0.0.1; 0 or left out: a free one. */
  readonly port?: number;
  /** Round-trip time to feign. */
  readonly latencyMs?: number;
  readonly propagation?: Partial<Propagation>;
  /** Waited for at each moment of each request. */
  readonly onRequest?: (moment: RequestMoment) => void | Promise<void>;
}

export interface PracticeAws {
  /** http://127.0.0.1:PORT, for IAM and STS of every region. */
  readonly endpoint: string;
  /** The live world: edits (tampering, in a drill) count at once; then call `save`. */
  readonly world: World;
  readonly faults: FaultControl;
  /** Sent as `x-pullstation-practice-token` to POST /__practice/faults. */
  readonly token: string;
  save(): void;
  calls(): readonly CallLine[];
  /** AWS's clock, epoch ms. */
  serverTime(): number;
  close(): Promise<void>;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const MAX_BODY = 256 * 1024;
const CONTROL = "/__practice/faults";

async function readBody(request: IncomingMessage): Promise<Uint8Array | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** For the log and the faults only: what the caller says it is, before any proof. */
function claimed(request: IncomingMessage): { accessKeyId: string | null; region: string } {
  const [, accessKeyId = null, region = ""] =
    /Credential=([A-Z0-9]{1,128})\/\d+\/([a-z0-9-]{1,32})\//.exec(
      request.headers.authorization ?? "",
    ) ?? [];
  return { accessKeyId, region };
}

function control(body: Uint8Array, faults: FaultControl): { status: number; text: string } {
  try {
    const message: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
    if (typeof message !== "object" || message === null)
      return failPractice("PRACTICE_FAULT_UNKNOWN");
    if ("add" in message) faults.add(readFault(message.add));
    else if ("clear" in message) faults.clear();
    else return failPractice("PRACTICE_FAULT_UNKNOWN");
    return { status: 200, text: JSON.stringify(faults.list()) };
  } catch {
    return { status: 400, text: '{"code":"PRACTICE_FAULT_UNKNOWN"}' };
  }
}

/**
 * Starts practice AWS on loopback: the query protocol of IAM and STS, with signatures,
 * policies, MFA and sessions really judged. Real SDK clients talk to it with `endpoint`.
 * `PRACTICE_STATE_UNREADABLE` when the state file is not one, `PRACTICE_AWS_ADDRESS_TAKEN` when the port
 * can't be had.
 */
export async function startPracticeAws(options: PracticeAwsOptions = {}): Promise<PracticeAws> {
  const store = openStore(options.stateFile ?? null, options.world ?? emptyWorld());
  const now = options.now ?? Date.now;
  const faults = new Faults({
    offsetMs: 0,
    latencyMs: options.latencyMs ?? 0,
    propagation: { keys: 0, inline: 0, attached: 0, tags: 0, ...options.propagation },
    blackHole: false,
  });
  const { settings } = faults;
  const token = randomBytes(24).toString("hex");
  const tokenBytes = Buffer.from(token);
  const serverTime = (): number => now() + settings.offsetMs;
  let count = 0;

  const knowsToken = (request: IncomingMessage): boolean => {
    const sent = Buffer.from(String(request.headers["x-pullstation-practice-token"] ?? ""));
    return sent.length === tokenBytes.length && timingSafeEqual(sent, tokenBytes);
  };

  const log = (
    params: ReadonlyMap<string, string>,
    request: IncomingMessage,
    requestId: string,
    result: Pick<Answer, "service" | "caller" | "outcome">,
  ): void => {
    const { accessKeyId, region } = claimed(request);
    store.log({
      at: new Date(serverTime()).toISOString(),
      requestId,
      service: result.service,
      action: params.get("Action") ?? "",
      region,
      accessKeyId,
      account: result.caller?.account.accountId ?? null,
      principal: result.caller?.arn ?? null,
      outcome: result.outcome,
    });
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readBody(request);
    if (body === null) return void response.writeHead(413).end();
    const [path = "/", query = ""] = (request.url ?? "/").split("?");
    response.setHeader("x-pullstation-practice", "PRACTICE");
    if (path === CONTROL) {
      if (request.method !== "POST" || !knowsToken(request))
        return void response.writeHead(403).end();
      const { status, text } = control(body, faults);
      return void response.writeHead(status, { "content-type": "application/json" }).end(text);
    }
    const params = readForm(body);
    const action = params.get("Action") ?? "";
    const { accessKeyId } = claimed(request);
    const moment = { n: ++count, action, accessKeyId };
    await options.onRequest?.({ ...moment, phase: "before" });
    if (settings.latencyMs > 0) await sleep(settings.latencyMs / 2);
    if (settings.blackHole)
      return log(params, request, randomUUID(), {
        service: serviceOf(params),
        caller: null,
        outcome: "NotHeard",
      });
    const fault = faults.hit(action, accessKeyId, serviceOf(params));
    if (fault === "hang") return;
    if (fault === "lost-request") return void request.socket.destroy();
    if (fault === "late") {
      request.socket.destroy();
      await sleep(LATE_MS);
    }

    const requestId = randomUUID();
    const signed: HttpRequest = {
      method: request.method ?? "",
      path,
      query,
      headers: request.headers,
      body,
    };
    const result =
      fault === null || fault === "lost-response" || fault === "late"
        ? answer(store.world, signed, params, requestId, {
            now: now(),
            serverTime: serverTime(),
            propagation: settings.propagation,
          })
        : faulted(params, fault, requestId);
    if (result.caller !== null) store.save();
    log(params, request, requestId, result);
    await options.onRequest?.({ ...moment, phase: "applied" });
    if (fault === "late") return;
    if (fault === "lost-response") return void request.socket.destroy();
    if (settings.latencyMs > 0) await sleep(settings.latencyMs / 2);
    response.writeHead(result.status, {
      "content-type": "text/xml",
      "x-amzn-requestid": requestId,
      date: new Date(serverTime()).toUTCString(),
    });
    response.end(result.xml);
    await options.onRequest?.({ ...moment, phase: "responded" });
  };

  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    serve(request, response).catch(() => {
      // Our own failing, or a caller that went away: never mistaken for an answer of AWS.
      if (response.headersSent) request.socket.destroy();
      else response.writeHead(500, { "content-type": "text/plain" }).end("practice AWS failed");
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  }).catch((cause: unknown) =>
    failPractice("PRACTICE_AWS_ADDRESS_TAKEN", { port: options.port ?? 0 }, cause),
  );
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    world: store.world,
    faults,
    token,
    save: store.save,
    calls: () => store.calls,
    serverTime,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
