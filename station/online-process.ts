import { uptime } from "node:os";
import {
  type Held,
  type AccountOpening,
  open as breakGlass,
} from "../ceremony/access/activation.ts";
import { close } from "../ceremony/access/close.ts";
import { closeWithCloser } from "../ceremony/access/closer.ts";
import { proveExpired, waitDeadline } from "../ceremony/access/deadline.ts";
import {
  Journal,
  journaledCalls,
  type JournalState,
  readJournal,
} from "../ceremony/access/journal.ts";
import { openOrder } from "../ceremony/access/order.ts";
import {
  type AccessPorts,
  type CloserFile,
  type CloserSession,
  type Clock,
  type Cloud,
  type Documents,
  type JournalFile,
  PATIENCE,
  type Patience,
  type Progress,
} from "../ceremony/access/ports.ts";
import { resume } from "../ceremony/access/resume.ts";
import type { ActivationOrder } from "../ceremony/subject.ts";
import { openAws, type CloudOptions } from "../aws/clients/cloud.ts";
import { practiceEndpoint } from "../aws/clients/endpoints.ts";
import { scrubEnvironment } from "../aws/clients/environment.ts";
import { ROOTS_AS_OF } from "../aws/documents/roots.ts";
import { accessRequests } from "../contract/ceremony-window.ts";
import { type OnlineCall, type OnlineView, onlineRequests } from "../contract/online.ts";
import { parentLanes } from "../contract/parent.ts";
import { coded, type Port } from "../contract/port.ts";
import { type Handlers, serve } from "../contract/serve.ts";
import { boxKeyPair, sealTo } from "../crypto/box.ts";
import { base64url, fromBase64url, utf8 } from "../crypto/bytes.ts";
import { label } from "../crypto/hkdf.ts";
import { laneCodec } from "../crypto/lane.ts";
import { writeAccess } from "./access-stick.ts";
import { CallLog } from "./call-log.ts";
import { documents } from "./documents.ts";
import { outOfOrder } from "./errors.ts";
import {
  closerFile,
  closerSessions,
  createJournal,
  listClosers,
  readJournalFile,
  reopenJournal,
} from "./journal-file.ts";
import { isStick } from "./media.ts";
import { qr } from "./paper/qr.ts";
import { profilesOf } from "./profiles.ts";
import { readProxy } from "./proxy-file.ts";

/** What the online process stands on; tests bring their own. */
export interface OnlinePorts {
  readonly clock: Clock;
  readonly patience: Patience;
  /** Milliseconds since the laptop was started; sleep counts, and setting its clock does not. */
  uptime(): number;
  readonly documents: Documents;
  pause(ms: number): Promise<void>;
  /** Loads the SDK. */
  openCloud(
    options: Pick<CloudOptions, "mode" | "practiceEndpoint" | "proxy">,
  ): Promise<Cloud & { end(): void }>;
  /** Takes dangerous variables out of the environment; gives back their names. */
  scrub(): readonly string[];
  readonly files: {
    createJournal(dir: string, incident: string): Promise<JournalFile>;
    reopenJournal(
      dir: string,
      incident: string,
    ): Promise<{ readonly state: JournalState; readonly file: JournalFile }>;
    readJournalFile(dir: string, incident: string): Promise<JournalState>;
    closerFile(dir: string, incident: string): CloserFile;
    closerSessions(dir: string, incident: string): Promise<readonly CloserSession[]>;
    listClosers(dir: string): Promise<readonly string[]>;
    readProxy(dir: string): string | null;
  };
}

/** Label of the box in which the access is handed to the responder. */
export const ACCESS_INFO = label("BGV1 access");

interface Accepted {
  readonly mediaRoots: readonly string[];
  readonly proxy: string | null;
  readonly order: ActivationOrder;
  readonly dir: string;
  readonly cloud: Cloud & { end(): void };
}

/**
 * The online process: starts idle and without the SDK, takes one order, works on one incident, and
 * ends with its port. It is the only process that reaches AWS.
 */
export async function serveOnline(port: Port, ports: OnlinePorts, responder?: Port): Promise<void> {
  const mine = await boxKeyPair();
  /** No order can be older: it is sealed to the key that was offered then. */
  let offeredMs: number | null = null;
  const scrubbed = ports.scrub();
  /** Renewed by `stop`, so that a close can follow a wait that was ended. */
  let stopping = new AbortController();
  const wish = (): AbortSignal => stopping.signal;
  const codes = new Map<string, (code: string | null) => void>();
  let accepted: Accepted | null = null;
  let held: Held | null = null;
  /** Accounts whose access was proven and, of those, the ones not handed over yet. */
  const active = new Set<string>();
  const toHandOver = new Set<string>();
  port.ended(() => stopping.abort());
  /** Null: nobody types the codes that are waited for. */
  const takeCode = (account: string, code: string | null): boolean => {
    const take = codes.get(account);
    codes.delete(account);
    take?.(code);
    return take !== undefined;
  };

  const log = new CallLog<OnlineCall>();
  const report = (progress: Progress): void => {
    if (progress.kind === "call") log.add(progress.call);
    view(progress);
  };
  const view = (what: OnlineView): void => serving.viewChanged(what);
  const accessPorts = ({ order, dir, cloud }: Accepted, journalFile: JournalFile): AccessPorts => ({
    cloud,
    documents: ports.documents,
    clock: ports.clock,
    heldMs: () => ports.uptime() - (offeredMs ?? 0),
    patience: ports.patience,
    pause: ports.pause,
    journalFile,
    closerFile: ports.files.closerFile(dir, order.incident),
    mfaCode: (account) =>
      new Promise((resolve) => {
        codes.set(account, resolve);
        view({ kind: "codeWanted", account });
      }),
    report,
  });
  const noteActive = (accounts: readonly AccountOpening[]): void => {
    for (const { accountId, state } of accounts)
      if (state === "ACTIVE") {
        active.add(accountId);
        toHandOver.add(accountId);
      }
  };
  const theOrder = (step: string): Accepted => accepted ?? outOfOrder(step, "accept");
  /** What may be handed over: the accounts that are open, and the secret pages. */
  const handed = (step: string) => {
    const { run, deadline } = theHeld(step);
    if (deadline === null || active.size === 0) return outOfOrder(step, "an open access");
    const { accounts, secretPages } = run.order;
    return {
      untilMs: deadline.untilMs,
      secretPages,
      accounts: accounts
        .filter(({ accountId }) => active.has(accountId))
        .map(({ accountId, emergency: { accessKeyId, secretAccessKey } }) => ({
          accountId,
          accessKeyId,
          secretAccessKey,
        })),
    };
  };
  const toResponder: Handlers<typeof accessRequests> = {
    mfaCode: ({ account, code }) =>
      takeCode(account, code) ? null : outOfOrder("mfaCode", "a code is asked for"),
    reveal: () => handed("reveal"),
    toStick: async () => {
      const text = profilesOf(handed("toStick").accounts);
      const { order, mediaRoots } = theOrder("toStick");
      const mounted = isStick(order.mode);
      const { journal } = theHeld("toStick").run;
      const file = await writeAccess(mediaRoots, order.incident, text, mounted, (to) =>
        journal.write({ kind: "to-stick", file: to }),
      );
      view({ kind: "onStick", file });
      return { file };
    },
    code: ({ account }) => {
      const one = handed("code").accounts.filter(({ accountId }) => accountId === account);
      return one.length === 0 ? outOfOrder("code", "an open access") : qr(profilesOf(one));
    },
  };
  if (responder !== undefined) serve(responder, accessRequests, toResponder);
  const theHeld = (step: string): Held => held ?? outOfOrder(step, "open");

  const serving = serve(port, onlineRequests, {
    offer: () => {
      offeredMs ??= ports.uptime();
      return { publicKey: base64url(mine.publicKey) };
    },

    accept: async ({ box, practiceEndpoint: given, dir, mediaRoots = [] }) => {
      if (accepted !== null) return outOfOrder("accept", "a new online process");
      const order = await openOrder(mine, fromBase64url(box));
      mine.secretKey.wipe();
      const { mode, vaultId, epoch, incident } = order;
      const endpoint = practiceEndpoint(mode, given);
      const proxy = mode === "REAL" ? ports.files.readProxy(dir) : null;
      const cloud = await ports.openCloud({ mode, practiceEndpoint: endpoint, proxy });
      accepted = { order, dir, proxy, cloud, mediaRoots };
      const accounts = order.accounts.map(({ accountId }) => accountId);
      const rootsAsOf = mode === "REAL" ? ROOTS_AS_OF : null;
      const facts = { mode, vaultId, epoch, incident, accounts, proxy, rootsAsOf };
      return { ...facts, scrubbed: [...scrubbed] };
    },

    joinAccess: async ({ responder: far }) => {
      const end = await boxKeyPair();
      const { encode, decode } = laneCodec(end, far);
      const lane = responder ?? outOfOrder("joinAccess", "a responder's lane");
      serve(coded(lane, encode, decode), accessRequests, toResponder);
      return { publicKey: base64url(end.publicKey) };
    },

    open: async () => {
      const now = theOrder("open");
      if (held !== null) return outOfOrder("open", "a new online process");
      if (now.order.purpose === "rest") return outOfOrder("open", "an order that opens");
      const file = await ports.files.createJournal(now.dir, now.order.incident);
      const opened = await breakGlass(now.order, accessPorts(now, file), wish);
      held = opened.held;
      if (opened.opening.kind === "OPENED") noteActive(opened.opening.accounts);
      return opened.opening;
    },

    mfaCode: ({ account, code }) => {
      takeCode(account, code);
      return null;
    },

    handOver: async ({ publicKey }) => {
      const { run, deadline } = theHeld("handOver");
      if (deadline === null || toHandOver.size === 0)
        return outOfOrder("handOver", "a new activation");
      const { mode, incident } = run.order;
      const accounts = run.order.accounts.filter(({ accountId }) => toHandOver.has(accountId));
      toHandOver.clear();
      const plain = utf8(
        JSON.stringify({
          mode,
          incident,
          untilMs: deadline.untilMs,
          accounts: accounts.map(({ accountId, partition, emergency }) => ({
            accountId,
            partition,
            ...emergency,
          })),
        }),
      );
      const box = await sealTo(fromBase64url(publicKey), plain, ACCESS_INFO);
      plain.fill(0);
      return { box: base64url(box) };
    },

    awsTime: () => {
      const { run } = theHeld("awsTime");
      const now = ports.clock.monotonic();
      return {
        earliestMs: run.serverClock.earliest(now),
        latestMs: run.serverClock.latest(now),
      };
    },

    waitDeadline: async () => {
      const { run, accesses, deadline } = theHeld("waitDeadline");
      if (deadline === null) return outOfOrder("waitDeadline", "open");
      return waitDeadline(run, accesses, deadline.untilMs, stopping.signal);
    },

    proveExpired: async () => {
      const { run, accesses } = theHeld("proveExpired");
      return Promise.all(accesses.map((access) => proveExpired(run, access, stopping.signal)));
    },

    calls: () => ({ proxy: accepted?.proxy ?? null, ...log.take() }),

    close: ({ why }) => {
      active.clear();
      return close(theHeld("close"), why, stopping.signal);
    },

    closeWithCloser: async ({ dir, incident, practiceEndpoint: given }) => {
      const kept = await ports.files.closerSessions(dir, incident);
      const { state, file } = await ports.files
        .reopenJournal(dir, incident)
        .catch(async (cause) => {
          // A session without its journal is all the more a reason to close, and so is a file in which
          // none is whole: its journal begins here, for a quorum to finish.
          if (!(await ports.files.listClosers(dir)).includes(incident)) throw cause;
          return {
            state: readJournal("", true),
            file: await ports.files.createJournal(dir, incident),
          };
        });
      const begun = state.accounts.filter(({ phase, touched }) => touched && phase !== "closed");
      const unfinished = new Set(begun.map(({ accountId }) => accountId));
      // A session is kept before the first write, so it is worth more than a journal's silence.
      for (const { accountId } of kept)
        if (!state.accounts.some((one) => one.accountId === accountId && one.phase === "closed"))
          unfinished.add(accountId);
      const nothing = { begun: false, accounts: [], without: [] };
      if (unfinished.size === 0 && state.phase === "closed") return nothing;
      // Only a sound journal that names its accounts can say that nothing was begun.
      if (unfinished.size === 0 && !state.damaged && state.header !== null) {
        const journal = new Journal(file, ports.clock, state);
        await journal.write({ kind: "abandoned", why: "NEVER_WRITTEN" });
        return nothing;
      }
      const sessions = kept.filter(({ accountId }) => unfinished.has(accountId));
      const without = [...unfinished].filter(
        (id) => !sessions.some(({ accountId }) => accountId === id),
      );
      const first = sessions[0];
      if (first === undefined) return { begun: true, accounts: [], without };
      const { mode } = first;
      const cloud = await ports.openCloud({
        mode,
        practiceEndpoint: practiceEndpoint(mode, given),
        proxy: mode === "REAL" ? ports.files.readProxy(dir) : null,
      });
      const latched = await closeWithCloser(
        sessions,
        state,
        { ...ports, cloud, journalFile: file, report },
        stopping.signal,
      );
      cloud.end();
      return {
        begun: true,
        accounts: latched.map(({ accountId, verdict }) => ({ accountId, verdict })),
        without,
      };
    },

    resume: async ({ choice }) => {
      const now = theOrder("resume");
      if (held !== null) return outOfOrder("resume", "a new online process");
      const { state, file } = await ports.files.reopenJournal(now.dir, now.order.incident);
      for (const call of journaledCalls(state.lines)) log.add({ ...call, fromJournal: true });
      const resumed = await resume(now.order, state, choice, accessPorts(now, file), wish);
      held = resumed.held;
      if (resumed.resumption.kind === "REOPENED") noteActive(resumed.resumption.accounts);
      return resumed.resumption;
    },

    stop: () => {
      stopping.abort();
      stopping = new AbortController();
      for (const account of codes.keys()) takeCode(account, null);
      return null;
    },
  });
}

const clock: Clock = {
  now: () => new Date().toISOString(),
  monotonic: () => performance.now(),
};

/** The real ports: the one place where SDK, documents, disk and clock meet the ceremony. */
export const onlinePorts = {
  clock,
  patience: PATIENCE,
  uptime: () => uptime() * 1000,
  pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  documents,
  openCloud: (options) => openAws({ ...options, clock }),
  scrub: () => scrubEnvironment(process.env),
  files: {
    createJournal,
    reopenJournal,
    readJournalFile,
    closerFile,
    closerSessions,
    listClosers,
    readProxy,
  },
} satisfies OnlinePorts;

if (import.meta.main) {
  const { main, access } = parentLanes(process, ["access"], () => process.exit(0));
  await serveOnline(main, onlinePorts, access);
}
