import type { AppView, Screen } from "../../contract/app.ts";

/** What every sample view shares. The people are invented, as in the mock. */

export const NIGHT = "2026-06-18T02:20:09Z";
export const NOW = Date.parse("2026-06-18T02:23:48Z");
export const UNTIL = Date.parse("2026-06-18T03:05:00Z");

export const CUSTODIANS = ["Priya Nair", "Amara Obi", "Sam Kjær", "Lucía Ortiz", "Jon Weiss"];
export const KEYS = ["Red tag", "Blue tag"];
export const ACCOUNTS = ["111122223333", "444455556666"];
export const at = (time: string): string => `2026-06-18T${time}Z`;

export const vault: NonNullable<AppView["vault"]> = {
  name: "Acme Prod",
  vaultId: "7f3a91c20b64d8e54a19c7f023bd6e58",
  epoch: 4,
  threshold: 3,
  custodians: CUSTODIANS,
  keys: KEYS,
  sealedAt: "2026-03-02T10:00:00Z",
};
export const access: NonNullable<AppView["access"]> = {
  incident: "INC-2026-0618",
  untilMs: UNTIL,
  accounts: ACCOUNTS,
};

export const view = (screen: Screen, change: Partial<AppView> = {}): AppView => ({
  mode: "REAL",
  standIn: false,
  links: { up: [], down: ["enp3s0", "wlp4s0"] },
  awsOffsetMs: null,
  vault,
  access: null,
  drill: null,
  screen,
  busy: null,
  notice: null,
  locked: false,
  ...change,
});

export const isOpen = { access, awsOffsetMs: 1500, links: { up: ["enp3s0"], down: ["wlp4s0"] } };
export const isConnected = { links: { up: ["enp3s0"], down: ["wlp4s0"] } };
export const MANY = Array.from({ length: 10 }, (_, index) => `Custodian ${index + 1}`);
export const LONG = "Maria-Theresia Featherstonehaugh-Cholmondeley of Marjoribanks";
export const manyVault = { ...vault, custodians: [...MANY, ...CUSTODIANS], threshold: 8 };
