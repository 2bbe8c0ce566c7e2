import { spawnSync } from "node:child_process";
import { lstatSync, mkdtempSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

// One instance per userData folder. Its socket is named by a symbolic link in that folder: making the
// link is atomic, and the socket itself needs a short path. A second instance tells the first one
// its arguments through the socket and waits for the answer, so it may exit at once afterwards.

export interface Instance {
  readonly argv: readonly string[];
  readonly workingDirectory: string;
}

const LINK = "pullstation-stand-in.socket";

/** Exit status: nobody listens. A first instance that is only slow keeps its lock. */
const NOBODY = 2;

/** Sent by a process of its own, because `requestSingleInstanceLock()` answers synchronously. */
const TELL = `
  const socket = require("node:net").connect(process.argv[1]);
  socket.on("error", () => process.exit(${NOBODY}));
  socket.on("data", () => process.exit(0));
  socket.write(process.argv[2] + "\\n");
  setTimeout(() => process.exit(1), 5000);
`;

/** False when there is no first instance. */
function tellFirst(socket: string, instance: Instance): boolean {
  const told = spawnSync(process.execPath, ["-e", TELL, socket, JSON.stringify(instance)], {
    stdio: "ignore",
    env: {},
  });
  return told.status !== NOBODY;
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function listen(socket: string, second: (instance: Instance) => void): Server {
  const server = createServer((connection) => {
    let text = "";
    connection.setEncoding("utf8");
    connection.on("error", () => connection.destroy());
    connection.on("data", (part: string) => {
      text += part;
      if (!text.endsWith("\n")) return;
      connection.end("heard");
      second(JSON.parse(text) as Instance);
    });
  });
  // For a socket path Node binds before this returns.
  server.listen(socket);
  server.unref();
  return server;
}

export type Lock = { readonly held: true; release(): void } | { readonly held: false };

export function takeInstanceLock(
  userData: string,
  mine: Instance,
  second: (instance: Instance) => void,
): Lock {
  const link = join(userData, LINK);
  const folder = mkdtempSync(join(tmpdir(), "ps-one-"));
  const socket = join(folder, "s");
  const server = listen(socket, second);
  const release = (): void => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
    if (isThere(link) && readlinkSync(link) === socket) rmSync(link, { force: true });
  };
  for (let tries = 0; tries < 3; tries += 1) {
    try {
      symlinkSync(socket, link);
      process.once("exit", release);
      return { held: true, release };
    } catch {
      const first = isThere(link) ? readlinkSync(link) : undefined;
      if (first !== undefined && tellFirst(first, mine)) {
        release();
        return { held: false };
      }
      // Left behind by an instance that was killed.
      rmSync(link, { force: true });
    }
  }
  release();
  return { held: false };
}
