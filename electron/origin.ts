import { readFile } from "node:fs/promises";
import { extname, join, normalize, sep } from "node:path";
import { protocol, type Session } from "electron";

/** Where the windows' pages come from: the app's own files, never a network. */
export const SCHEME = "app";
export const ORIGIN = `${SCHEME}://pullstation`;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".woff2": "font/woff2",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
};

/** `wasm`: the QR reader of a ceremony window is WebAssembly. */
const policyOf = (wasm: boolean): string =>
  [
    "default-src 'none'",
    `script-src 'self'${wasm ? " 'wasm-unsafe-eval'" : ""}`,
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "connect-src 'self'",
    "frame-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");

/** A page on paper holds its own style and drawings and no script; only our windows frame it. */
const PAPER_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "font-src data:",
  "img-src data:",
  "frame-ancestors 'self'",
  "sandbox allow-same-origin allow-modals",
].join("; ");

const COMMON = {
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "permissions-policy": "camera=(self), microphone=(), geolocation=(), hid=(), usb=(), serial=()",
  "cache-control": "no-store",
};

const no = (status: number): Response => new Response(null, { status });

/** Must come before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Pages that main makes while it runs, by their path: records on paper. */
export type Papers = ReadonlyMap<string, string>;

/**
 * Serves the folder `root` of built pages, and `papers`, to a session; anything else that a page of
 * that session asks for is cancelled before it can become a packet.
 */
export function serveOrigin(session: Session, root: string, papers: Papers): void {
  session.protocol.handle(SCHEME, async (request) => {
    const { host, pathname } = new URL(request.url);
    if (`${SCHEME}://${host}` !== ORIGIN || request.method !== "GET") return no(403);
    const paper = papers.get(pathname);
    if (paper !== undefined)
      return new Response(paper, {
        headers: {
          ...COMMON,
          "content-type": TYPES[".html"] ?? "",
          "content-security-policy": PAPER_POLICY,
        },
      });
    const file = normalize(join(root, decodeURIComponent(pathname)));
    const type = TYPES[extname(file)];
    if (!file.startsWith(root + sep) || type === undefined) return no(403);
    try {
      return new Response(new Uint8Array(await readFile(file)), {
        headers: {
          ...COMMON,
          "content-type": type,
          "content-security-policy": policyOf(pathname === "/ceremony.html"),
        },
      });
    } catch {
      return no(404);
    }
  });
  session.webRequest.onBeforeRequest(({ url }, decide) => {
    const own = url.startsWith(`${ORIGIN}/`) || url.startsWith(`blob:${ORIGIN}/`);
    decide({ cancel: !own && !url.startsWith("data:image/") });
  });
}
