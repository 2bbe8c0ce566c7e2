import { browser } from "./browser.ts";
import { ifStillThere } from "./cdp.ts";
import { hostRecord } from "./host-record.ts";
import { fromWire } from "./schemes.ts";
import type { Session } from "./sessions.ts";
import { Cancellable } from "./strict.ts";
import { everyContents, type WebContents } from "./web-contents.ts";

// Every request of every page halts in the host and is answered here: by the app's own rules, by its
// protocol handler, or by a failure. Nothing is ever passed on to a network.

type Failure =
  | "Aborted"
  | "BlockedByClient"
  | "Failed"
  | "InternetDisconnected"
  | "NameNotResolved";

interface Paused {
  readonly requestId: string;
  readonly frameId: string;
  readonly resourceType: string;
  readonly request: {
    readonly url: string;
    readonly method: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly postData?: string;
  };
}

type Details = Electron.OnBeforeRequestListenerDetails;

const RESOURCES: Readonly<Record<string, Details["resourceType"]>> = {
  Stylesheet: "stylesheet",
  Script: "script",
  Image: "image",
  Font: "font",
  Fetch: "xhr",
  XHR: "xhr",
  Media: "media",
  Ping: "ping",
};

let requests = 0;

function detailsOf(paused: Paused, url: string, from: WebContents): Details {
  requests += 1;
  const main = paused.frameId === from.page.targetId;
  const document = main ? "mainFrame" : "subFrame";
  return {
    id: requests,
    url,
    method: paused.request.method,
    webContentsId: from.id,
    resourceType:
      paused.resourceType === "Document" ? document : (RESOURCES[paused.resourceType] ?? "other"),
    referrer: fromWire(paused.request.headers["Referer"] ?? ""),
    timestamp: performance.timeOrigin + performance.now(),
    uploadData: [],
  };
}

async function fail(requestId: string, errorReason: Failure): Promise<void> {
  const { browser: target } = browser().chromium.devtools;
  await ifStillThere(target.send("Fetch.failRequest", { requestId, errorReason }));
}

interface Fulfilment {
  readonly requestId: string;
  readonly responseCode: number;
  readonly responseHeaders: { name: string; value: string }[];
  readonly body: string;
}

async function fulfil(answer: Fulfilment): Promise<void> {
  const { browser: target } = browser().chromium.devtools;
  await ifStillThere(target.send("Fetch.fulfillRequest", answer));
}

/** Asks the app about a navigation that a page began; true when it may go on. */
function mayNavigate(paused: Paused, url: string, from: WebContents): boolean {
  if (paused.resourceType !== "Document") return true;
  const isMainFrame = paused.frameId === from.page.targetId;
  if (isMainFrame && from.page.navigations.takeOwn()) return true;
  const asked = Object.assign(new Cancellable(), {
    url,
    isMainFrame,
    isSameDocument: false,
    frame: isMainFrame ? from.mainFrame : null,
    initiator: null,
  });
  from.emit("will-frame-navigate", asked);
  if (isMainFrame) from.emit("will-navigate", asked, url);
  return !asked.defaultPrevented;
}

function beforeRequest(session: Session, details: Details): Promise<Electron.CallbackResponse> {
  const listener = session.beforeRequest.for(details.url);
  return listener === undefined
    ? Promise.resolve({})
    : new Promise((resolve) => listener(details, resolve));
}

/** The app's answer after its own `onHeadersReceived` has seen it. */
async function received(
  session: Session,
  details: Details,
  response: Response,
): Promise<Record<string, string[]> | "cancelled"> {
  const headers: Record<string, string[]> = {};
  for (const [name, value] of response.headers) headers[name] = [...(headers[name] ?? []), value];
  const listener = session.headersReceived.for(details.url);
  if (listener === undefined) return headers;
  const { id, url, method, resourceType, referrer, timestamp } = details;
  const statusLine = `HTTP/1.1 ${response.status}`;
  const seen = { id, url, method, resourceType, referrer, timestamp, statusLine };
  const answer = await new Promise<Electron.HeadersReceivedResponse>((resolve) =>
    listener({ ...seen, statusCode: response.status, responseHeaders: headers }, resolve),
  );
  if (answer.cancel === true) return "cancelled";
  const changed = Object.entries(answer.responseHeaders ?? headers);
  return Object.fromEntries(changed.map(([name, values]) => [name, [values].flat()]));
}

async function handled(
  paused: Paused,
  details: Details,
  session: Session,
  handler: (request: Request) => Response | Promise<Response>,
): Promise<void> {
  const { requestId, request } = paused;
  const { postData, method, headers } = request;
  const body = postData === undefined ? {} : { body: postData };
  const translated = Object.entries(headers).map(([name, value]): [string, string] => [
    name,
    fromWire(value),
  ]);
  const asked = new Request(details.url, { method, headers: translated, ...body });
  const response = await handler(asked);
  const responseHeaders = await received(session, details, response);
  if (responseHeaders === "cancelled") {
    hostRecord.blocked.push(`onHeadersReceived ${details.url}`);
    await fail(requestId, "BlockedByClient");
    return;
  }
  const bytes = Buffer.from(await response.arrayBuffer());
  await fulfil({
    requestId,
    responseCode: response.status,
    responseHeaders: Object.entries(responseHeaders).flatMap(([name, values]) =>
      values.map((value) => ({ name, value })),
    ),
    body: bytes.toString("base64"),
  });
}

const ownerOf = (frameId: string): WebContents | undefined =>
  everyContents().find(({ page }) => page.hasFrame(frameId));

async function answered(paused: Paused): Promise<void> {
  const url = fromWire(paused.request.url);
  const from = ownerOf(paused.frameId);
  const blocked = async (rule: string, failure: Failure): Promise<void> => {
    hostRecord.blocked.push(`${rule} ${url}`);
    await fail(paused.requestId, failure);
  };
  if (from === undefined) return blocked("popup", "BlockedByClient");
  // Chromium's window wants an icon; Electron's does not.
  if (paused.resourceType === "Other" && new URL(url).pathname === "/favicon.ico")
    return fulfil({
      requestId: paused.requestId,
      responseCode: 204,
      responseHeaders: [],
      body: "",
    });
  // `Aborted` leaves the page where it is, as a prevented navigation does.
  if (!mayNavigate(paused, url, from)) return blocked("will-navigate", "Aborted");
  const session = from.session as unknown as Session;
  const details = detailsOf(paused, url, from);
  const { cancel, redirectURL } = await beforeRequest(session, details);
  if (redirectURL !== undefined) throw new Error("stand-in: redirectURL is not implemented");
  if (cancel === true) return blocked("onBeforeRequest", "BlockedByClient");
  const handler = session.handlers.get(url.slice(0, url.indexOf(":")));
  if (handler !== undefined) return handled(paused, details, session, handler);
  hostRecord.networkAttempts.push(url);
  return fail(paused.requestId, session.offline ? "InternetDisconnected" : "NameNotResolved");
}

/** A download is always refused; the app hears of it, and should have refused it too. */
function downloading(url: string, frameId: string): void {
  const from = ownerOf(frameId);
  const asked = new Cancellable();
  const item = { getURL: () => url };
  (from?.session as unknown as Session | undefined)?.emit("will-download", asked, item, from);
  hostRecord.blocked.push(`will-download ${url}`);
  if (!asked.defaultPrevented)
    hostRecord.failures.push(`an allowed download is not implemented: ${url}`);
}

export function answerRequests(): void {
  browser().chromium.devtools.browser.on("Browser.downloadWillBegin", ({ url, frameId }) =>
    downloading(fromWire(url), frameId),
  );
  browser().chromium.devtools.browser.on("Fetch.requestPaused", (paused) => {
    answered(paused).catch(async (error: unknown) => {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      hostRecord.failures.push(`${paused.request.url}: ${reason}`);
      process.stderr.write(`stand-in: ${paused.request.url}: ${reason}\n`);
      await fail(paused.requestId, "Failed");
    });
  });
}
