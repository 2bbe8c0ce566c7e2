import type {
  Cast,
  Clock,
  OnlineProcess,
  Progress,
  Records,
  Subject,
  VaultProcess,
} from "./ports.ts";
import { gatherShares, gatherTouch } from "./gather.ts";
import { OPEN_WITHIN_MS } from "./open-by.ts";
import { isolationNote } from "./seal-ceremony.ts";

export interface Incident {
  readonly dir: string;
  readonly id: string;
  readonly reason: string;
  readonly responder: string;
  readonly officer: string;
  readonly durationSeconds: number;
  /** Of the sealed accounts these and no other; left out: all of them. */
  readonly accounts?: readonly string[] | undefined;
  /** Incidents whose review is not signed: quorum and touch override them, and the record says so. */
  readonly overrides?: readonly string[];
}

/** A mark on the disk: the glass is broken, and AWS was not asked. */
export interface Unasked {
  keep(incident: string): void;
  drop(): void;
}

export interface GlassPorts {
  /** A fresh vault process, joined to the people's lane. */
  readonly vault: () => Promise<VaultProcess>;
  /** A fresh online process, idle: no SDK loaded, no network used. */
  readonly online: () => OnlineProcess;
  readonly cast: Cast;
  readonly records: Records;
  readonly clock: Clock;
  readonly progress: Progress;
  /** Marks an opening that AWS was not asked for yet: the next start calls off what a crash left so. */
  readonly unasked?: Unasked;
  /** Resolves while nothing is connected: a cable that came in meanwhile costs nobody's share. */
  readonly isolated?: () => Promise<void>;
}

/** The glass is broken: the vault process is gone and the online process holds the order. */
export interface Broken {
  readonly subject: Subject;
  readonly vaultName: string;
  readonly online: OnlineProcess;
  /** The order, sealed to the online process. */
  readonly box: string;
  /** By the monotonic clock: what it gave is good until then. Null: it opens nothing. */
  readonly openByMs: number | null;
  readonly peakBytes: number;
}

/**
 * Quorum, touch and hand-over, from main's side. When this returns, the vault process was seen to
 * be gone, with every share in it; the glass-broken record is on disk; nothing was sent anywhere.
 * `purpose` "rest": the same, to bring to rest what a crash left open.
 */
export async function breakGlass(
  ports: GlassPorts,
  incident: Incident,
  purpose: "open" | "rest",
): Promise<Broken> {
  const { records, clock, progress } = ports;
  const vault = await ports.vault();
  let ended = false;
  const end = async (): Promise<void> => {
    if (!ended) await vault.end();
    ended = true;
  };
  const online = ports.online();
  try {
    const begun = await vault.ask("beginUnseal", {
      dir: incident.dir,
      committed: records.committed,
    });
    const subject: Subject = { ...begun };
    isolationNote(progress, begun.mode, begun.linksUp);
    await progress.step(
      "glass.quorum",
      () => gatherShares(ports, subject, begun.threshold, { incident: incident.id }),
      (names) => `quorum: ${names.join(", ")} (${begun.threshold} of ${begun.custodians.length})`,
    );
    await progress.step(
      "glass.touch",
      () => gatherTouch(ports, subject, { incident: incident.id }),
      (label) => `the security key “${label}” was touched`,
    );
    await ports.isolated?.();
    await progress.step(
      "glass.unseal",
      () => vault.ask("unseal", null),
      ({ accounts }) => `the vault is open: ${accounts.join(", ")}; shares and quorum secret wiped`,
    );
    await ports.isolated?.();
    const { publicKey } = await online.ask("offer", null);
    const now = clock.now();
    const openByMs = purpose === "open" ? clock.monotonic() + OPEN_WITHIN_MS : null;
    const handed = await progress.step(
      "glass.hand-over",
      async () => {
        // Before its record is: a crash between the two would leave a use that nobody ended.
        if (purpose === "open") ports.unasked?.keep(incident.id);
        const over = await vault.ask("handOver", {
          publicKey,
          incident: incident.id,
          reason: incident.reason,
          responder: incident.responder,
          officer: incident.officer,
          purpose,
          durationSeconds: incident.durationSeconds,
          accounts: incident.accounts === undefined ? null : [...incident.accounts],
          overrides: [...(incident.overrides ?? [])],
          stationKey: records.stationKey,
          head: records.head(),
          at: now,
          latestDeadline: later(now, incident.durationSeconds * 1000 + OPEN_WITHIN_MS),
        });
        const { peakBytes } = await vault.ask("memory", null);
        // On disk before anything leaves: the record is the vault's own word.
        await records.accept(over);
        await end();
        return { box: over.box, peakBytes };
      },
      () => "handed over, sealed to the online process; the vault process is gone",
    );
    return { subject, vaultName: begun.name, online, openByMs, ...handed };
  } catch (error) {
    await online.end();
    throw error;
  } finally {
    await end();
  }
}

const later = (time: string, ms: number): string => new Date(Date.parse(time) + ms).toISOString();
