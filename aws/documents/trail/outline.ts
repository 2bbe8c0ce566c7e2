import { type Actor, actorOf, type Fields, fieldsOf, type Outline, outlineOf } from "./event.ts";
import type { Walk } from "./walk.ts";

/** All that an outline depends on. */
const NAMES = [
  "eventID",
  "eventTime",
  "eventSource",
  "eventName",
  "awsRegion",
  "recipientAccountId",
  "readOnly",
  "eventCategory",
  "managementEvent",
  "userIdentity",
  "requestParameters",
] as const;

/** By the length of a name: its letters, and which it is. */
const BY_LENGTH = Array.from({ length: 32 }, (_, length) =>
  NAMES.flatMap((name, index) =>
    name.length === length
      ? [{ letters: Uint8Array.from(name, (char) => char.charCodeAt(0)), index }]
      : [],
  ),
);

/** Sessions at work at one time. */
const MOST_IDENTITIES = 10_000;

interface Identity {
  readonly text: string;
  readonly fields: Fields | null;
  account: string | null;
  actor: Actor | null;
}

/**
 * Outlines of logged events without parsing them whole: nearly all of a trail is other people's work.
 * Whose an identity is, is found once: the same text comes with each of its calls.
 */
export class Outlines {
  readonly #identities = new Map<string, Identity>();

  /** What `readEvent` would say of these bytes; null: only that can tell. */
  of(entry: Uint8Array, members: Walk): Outline | null {
    const text = decoded(entry);
    if (text === null) return null;
    const found = valuesOf(entry, text, members);
    const [id, time, source, name, region, account, readOnly, category, managed, who, asked] =
      found;
    // Who switched from where stands elsewhere in the event.
    if (id === undefined || id.length < 3 || id[0] !== '"' || name === '"SwitchRole"') return null;
    const identity = this.#identityOf(who ?? "null");
    const outline = outlineOf(
      {
        eventTime: valueOf(time),
        eventSource: valueOf(source),
        eventName: valueOf(name),
        awsRegion: valueOf(region),
        recipientAccountId: valueOf(account),
        readOnly: valueOf(readOnly),
        eventCategory: valueOf(category),
        managementEvent: valueOf(managed),
        userIdentity: identity.fields,
      },
      (event, fields, logged) => {
        if (identity.actor === null || identity.account !== logged) {
          identity.actor = actorOf(event, fields, logged);
          identity.account = logged;
        }
        return identity.actor;
      },
      () => fieldsOf(valueOf(asked)),
    );
    return typeof outline === "string" ? null : outline;
  }

  #identityOf(text: string): Identity {
    // Its text is long to be looked up by, and its key's id nearly always enough.
    const at = text.indexOf(KEY_ID);
    const name = at === -1 ? text : text.slice(at + KEY_ID.length, at + KEY_ID.length + 32);
    const known = this.#identities.get(name);
    if (known !== undefined && known.text === text) return known;
    if (this.#identities.size >= MOST_IDENTITIES) this.#identities.clear();
    const identity = { text, fields: fieldsOf(JSON.parse(text)), account: null, actor: null };
    this.#identities.set(name, identity);
    return identity;
  }
}

const KEY_ID = '"accessKeyId":"';
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Null: not ASCII, so that places in the bytes are none in the text. */
function decoded(bytes: Uint8Array): string | null {
  try {
    const text = decoder.decode(bytes);
    return text.length === bytes.length ? text : null;
  } catch {
    return null;
  }
}

/** The JSON texts of the members that count, in the order of `NAMES`; of two of one name the last. */
function valuesOf(
  entry: Uint8Array,
  text: string,
  { members, places }: Walk,
): readonly (string | undefined)[] {
  const values: (string | undefined)[] = NAMES.map(() => undefined);
  for (let member = 0; member < members; member++) {
    const place = 4 * member;
    const from = places[place] ?? 0;
    const candidates = BY_LENGTH[(places[place + 1] ?? 0) - from];
    if (candidates === undefined) continue;
    for (const { letters, index } of candidates)
      if (standsAt(entry, from, letters))
        values[index] = text.slice(places[place + 2], places[place + 3]);
  }
  return values;
}

function standsAt(bytes: Uint8Array, from: number, letters: Uint8Array): boolean {
  for (let index = 0; index < letters.length; index++)
    if (bytes[from + index] !== letters[index]) return false;
  return true;
}

/** A walked text has no escapes at this level. */
function valueOf(json: string | undefined): unknown {
  if (json === undefined) return undefined;
  return json[0] === '"' ? json.slice(1, -1) : JSON.parse(json);
}
