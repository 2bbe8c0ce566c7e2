import type { Grant, TrailEvent } from "./event.ts";
import { put } from "./map.ts";

/** From where the closure begins: the emergency users, and access keys known from elsewhere. */
export interface Seeds {
  /** ARNs, and account/name for events that carry no ARN. */
  readonly users: readonly string[];
  readonly keys: readonly string[];
}

/** A key, session or principal of the closure, and the event that brought it about. */
export interface Credential {
  readonly mark: string;
  readonly kind: Grant["kind"];
  /** For people: whose it is. */
  readonly of: string;
  /** The credential that asked for it, and the event's id; null at the beginning. */
  readonly parent: string | null;
  readonly by: string | null;
  /** Epoch ms of its making; null: before the logs begin. */
  readonly from: number | null;
  readonly until: number | null;
}

export interface Member {
  readonly event: TrailEvent;
  /** The credential by which it belongs. */
  readonly credential: string;
  /** Only the session's name says so: the key in it is of no logged issue. */
  readonly byName: boolean;
}

export interface Closure {
  /** By time, then id. */
  readonly members: readonly Member[];
  readonly credentials: readonly Credential[];
}

/** Event times are whole seconds. */
const SECOND = 1000;

const byTime = (a: TrailEvent, b: TrailEvent): number =>
  a.time - b.time || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/**
 * Every event done with the seeds or with what they brought about, and so on: sessions of the user,
 * roles assumed and chained, keys, users and roles made. Roles and users that stood before and were
 * only changed are not followed: what was changed is a finding. The result does not depend on the
 * order of `events`, and taking its members again gives the same.
 */
export function closure(events: Iterable<TrailEvent>, seeds: Seeds): Closure {
  const index = indexed(events);
  const credentials = new Map<string, Credential>();
  const members = new Map<string, Omit<Member, "byName">>();
  const queue: Credential[] = [];
  const reach = (credential: Credential): void => {
    // The same session name may be issued twice; each time is looked at by itself.
    const name = `${credential.mark} ${credential.kind === "session" ? credential.from : ""}`;
    const known = credentials.get(name);
    // Seen in use before its issue was: the issue says more.
    if (
      known === undefined ||
      (known.by === null && known.parent !== null && credential.by !== null)
    )
      credentials.set(name, credential);
    if (known === undefined) queue.push(credential);
  };
  const begin = { parent: null, by: null, from: null, until: null } as const;
  for (const user of seeds.users) reach({ mark: user, kind: "user", of: user, ...begin });
  for (const key of seeds.keys) reach({ mark: key, kind: "key", of: "", ...begin });

  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { mark, kind, from, until } = next;
    for (const event of (index.get(mark) ?? []).toSorted(byTime)) {
      if (members.has(event.id)) continue;
      const within = from === null || (event.time >= from - SECOND && !isPast(event.time, until));
      if (kind === "session" && !within) continue;
      const { key } = event.actor;
      // A key seen in the hands of a member is followed too: a service's forwarded session.
      const held = key === null ? null : key;
      members.set(event.id, { event, credential: held ?? mark });
      if (held !== null && held !== mark)
        reach({
          mark: held,
          kind: "key",
          of: event.actor.name,
          parent: mark,
          by: null,
          from: null,
          until: null,
        });
      for (const grant of event.grants)
        reach({
          mark: grant.mark,
          kind: grant.kind,
          of: grant.of,
          parent: held ?? mark,
          by: event.id,
          from: event.time,
          until: grant.until,
        });
    }
  }
  const sessions = new Set(
    [...credentials.values()].flatMap(({ kind, mark }) => (kind === "session" ? [mark] : [])),
  );
  const byName = (mark: string): boolean => {
    const credential = credentials.get(`${mark} `);
    return credential?.by === null && sessions.has(credential.parent ?? "");
  };
  return {
    members: [...members.values()]
      .map((member) => ({ ...member, byName: byName(member.credential) }))
      .toSorted((a, b) => byTime(a.event, b.event)),
    credentials: [...credentials.values()],
  };
}

const isPast = (time: number, until: number | null): boolean => until !== null && time > until;

function indexed(events: Iterable<TrailEvent>): ReadonlyMap<string, TrailEvent[]> {
  const index = new Map<string, TrailEvent[]>();
  for (const event of events) for (const mark of marksOf(event)) put(index, mark, event);
  return index;
}

/**
 * Every name by which an event may belong to a closure: key, user, session, whoever issued the
 * session (a user who federated, a role that was made), and who switched to it in the console.
 */
export function marksOf({ actor }: Pick<TrailEvent, "actor">): readonly string[] {
  const marks: string[] = [];
  if (actor.key !== null) marks.push(actor.key);
  if (actor.user !== null) marks.push(actor.user);
  if (actor.session !== null) marks.push(actor.session);
  if (actor.issuer !== null) marks.push(actor.issuer);
  if (actor.switchedFrom !== null) marks.push(actor.switchedFrom);
  return marks;
}
