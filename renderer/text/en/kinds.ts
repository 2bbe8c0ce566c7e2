/** Kinds of records, as the ledger calls them. */
export const kinds: Readonly<Record<string, string>> = {
  sealed: "Vault sealed",
  rotated: "Shares rotated",
  "glass-broken": "Glass broken",
  committed: "The vault counts",
  cancelled: "Cancelled, nothing changed",
  refused: "Refused",
  "share-checked": "Share checked",
  "key-checked": "Security key checked",
  "access-open": "Access open",
  "access-expired": "Deadline reached",
  "access-failed": "Access did not open",
  "runbook-step": "Runbook",
  "access-on-stick": "Keys on a stick",
  closed: "Access closed",
  recheck: "Second look at AWS",
  "aws-calls": "Calls to AWS",
  "alarm-checked": "Alarm checked",
  resumed: "Resumed after an interruption",
  reviewed: "Reviewed",
  restored: "Restored on another laptop",
  "took-over": "A spare in the primary’s place",
  custody: "Custody register",
  copied: "Copy written to a stick",
  drill: "Drill",
  approval: "Approved by touch",
};

export interface LineText {
  readonly title: string;
  /** Its detail, from the line's public facts. */
  readonly detail: (about: Readonly<Record<string, string>>) => string;
}

/**
 * Lines that turn in place, by their id. A line that isn't here is shown by its id. Each says only what
 * its step knows: that AWS took a change is not that it stands, and what was found is the record's to tell.
 */
export const lines: Readonly<Record<string, LineText>> = {
  wiped: { title: "Shares wiped", detail: () => "The shares, and what they made together" },
  ended: { title: "Vault process ended", detail: () => "Its memory went with it" },
  link: {
    title: "Link",
    detail: ({ links, address }) => {
      if (links === undefined) return "The way to AWS";
      return address === undefined ? `Seen on ${links}` : `Seen on ${links}, address ${address}`;
    },
  },
  identified: {
    title: "Clock and accounts",
    detail: () => "Each account answers as it was sealed",
  },
  inspected: {
    title: "Nothing was changed",
    detail: () => "User, policies and keys are the kit’s",
  },
  "window-read-back": {
    title: "Deadline written",
    detail: () => "The window’s policy, read back and equal",
  },
  "latch-lifted": { title: "Latch lifted", detail: () => "The Deny policy is off until the close" },
  active: { title: "Access proven", detail: () => "The key works, up to its deadline" },
  latched: { title: "Deny-all policy is back", detail: () => "AWS took the change" },
  "deny-proven": {
    title: "Open session refused",
    detail: () => "AWS knows the key, and denied what was asked with it",
  },
  "keys-off": {
    title: "Access keys switched off",
    detail: () => "AWS took each change; what was found is in the record",
  },
  dead: {
    title: "Key refused",
    detail: () => "As often, and for as long, as the policy asks",
  },
  confirmed: { title: "Second look", detail: () => "The last test once more, by itself" },
};
