import type { onlineRequests } from "../contract/online.ts";
import type { Client } from "../contract/serve.ts";
import type { vaultRequests } from "../contract/vault.ts";
import type { Mode } from "./subject.ts";

/**
 * What ceremonies need from outside. Adapters don't import these types: they are structural, and
 * one `satisfies` in the wiring is the proof.
 */

/** A short-lived process: asked in its own words, and ended by whoever started it. */
export interface Process<Asked> {
  readonly ask: Asked;
  /** Resolves only when the process was seen to be gone. */
  end(): Promise<void>;
}

export type VaultProcess = Process<Client<typeof vaultRequests>["ask"]>;
export type OnlineProcess = Process<Client<typeof onlineRequests>["ask"]>;

export interface Clock {
  /** RFC 3339 UTC with milliseconds, by the station's clock. */
  now(): string;
  /** Milliseconds since some fixed instant; never goes back. */
  monotonic(): number;
}

export interface Head {
  readonly seq: number;
  readonly previous: string | null;
}

/** A record's place in the chain and the SHA-256 (hex) of its file. */
export interface Written {
  readonly seq: number;
  readonly sha256: string;
}

/** What the station signs by itself: everything but sealed, rotated, glass-broken and approvals. */
export interface StationEntry {
  readonly kind: string;
  readonly who: Readonly<Record<string, string>>;
  readonly why: string;
  readonly at: { readonly time: string; readonly clock: "station" | "aws" };
  readonly evidence: Readonly<Record<string, unknown>>;
}

/** The vault that records speak of. */
export interface Subject {
  readonly mode: Mode;
  readonly vaultId: string;
  readonly epoch: number;
  readonly fileSha256: string;
}

/** The one chain of signed records. Each call returns only when the record is on disk. */
export interface Records {
  head(): Head;
  /** SHA-256 (hex) of the vault file that the chain says is live. */
  readonly committed: string | null;
  /** The station's public key, SSH wire form, base64url. */
  readonly stationKey: string;
  /** Signs with the station's key. */
  append(subject: Subject, entry: StationEntry): Written;
  /** Stores a record that the vault process signed, after checking its place and signature. */
  accept(signed: { readonly record: string; readonly signature: string }): Promise<Written>;
}

/** Shows and times what happens; a ceremony's view is made of these. */
export interface Progress {
  title(text: string): void;
  /** Runs one step; the text says what is true once it ended. */
  step<T>(name: string, work: () => Promise<T>, text: (value: T) => string): Promise<T>;
  /** `by`: who is at the keyboard. */
  refused(by: string, code: string, about: Readonly<Record<string, string | number>>): void;
  note(text: string): void;
}

/** A share's verdict as the person and main hear it: public facts only. */
export interface Verdict {
  /** Who is at the keyboard, by the list: a card that can't be read doesn't say it. */
  readonly by: string;
  readonly kind: "accepted" | "rejected";
  readonly who: string | null;
  readonly why?: string | undefined;
  readonly about?: Readonly<Record<string, string | number>> | undefined;
  readonly have: number;
  readonly need: number;
}

/** A security key's touch that was refused: public facts only. `about.label` names the key, where it is known. */
export interface TouchRefusal {
  readonly why: string;
  readonly about: Readonly<Record<string, string | number>>;
}

/** The people of a ceremony, each doing one thing at a ceremony window (or on the stage). */
export interface Cast {
  choosePassphrase(place: number): Promise<void>;
  /** Enrols the security key number `key`, from 0. */
  enrolKey(key: number): Promise<string>;
  /** Whether a further key is to be enrolled, when `count` are. */
  anotherKey(count: number): Promise<boolean>;
  /** What kept the vault from being sealed; whether it is tried once more. */
  sealAgain(error: unknown): Promise<boolean>;
  /** `refused`: told of each verdict that this person went on after; the last one is the answer. */
  reenter(place: number, refused: (verdict: Verdict) => void): Promise<Verdict>;
  /** The share of this place counts as proven, through a crash too: only now may people be told. */
  proven?(place: number): void;
  /** Shares as custodians come, in any order, until the quorum stands or nobody is left. */
  shares(threshold: number): AsyncIterable<Verdict>;
  /** Answers the key's label. Here and at `approve`, `refused` is told of each attempt before. */
  touch(refused: (touch: TouchRefusal) => void): Promise<string>;
  approve(label: string, refused: (touch: TouchRefusal) => void): Promise<string>;
}
