import { both, capital, number } from "../say.ts";

/** A station again, from a copy on a stick; and one that stands beside its primary. */
export const restore = {
  restore: {
    rail: "Restore",
    steps: { stick: "The copy", found: "What it holds", role: "The old station", done: "Restored" },
    plate: "A station",
    plateNote: "not restored yet",

    stick: {
      title: "Plug in the stick with the copy",
      found: (names: readonly string[]) =>
        names.length === 1
          ? `${names[0]} is plugged in`
          : `${capital(number(names.length))} copies are plugged in`,
      lead: "A vault’s folder lies at the stick’s top, or one folder below. A process of its own reads it; nothing on it is changed, and no share is asked for.",
      vault: "The sealed vault",
      vaultText: "vault.pullstation",
      records: "Its records",
      recordsText: "The folder records beside it",
      second: "A second copy",
      secondText: "One copy alone can’t know that it is old. Two are judged together",
      here: "here",
      missing: "missing",
      none: "none",
      vaultId: "Vault’s id, from a share card",
      vaultIdNote: "It says whose vault this is; may stay empty.",
      head: "Number and hash, from the newest print",
      headNote: "As 000012:36c0…; whether the copy is old. May stay empty.",
      bringTitle: "What to bring",
      bring:
        "A share card and the newest printed record. Without them nobody can say whose copy this is, nor that it is the newest.",
      neverTitle: "Never with it",
      never:
        "A share and a copy never lie together. If a share is on this stick, something went wrong.",
      note: "Looking changes nothing, here or on the stick.",
      noteMissing: "Ready when a stick with a copy is plugged in.",
      go: "Look at the copy",
    },

    found: {
      title: (name: string, epoch: number) => `A whole copy of ${name}, epoch ${epoch}`,
      badTitle: "No station can be made of this",
      vaultId: "Vault’s id",
      opens: "It opens with",
      opensText: (threshold: number, of: number, keys: number) =>
        `any ${threshold} of ${of} custodians and 1 of ${keys} keys`,
      sealed: "Sealed",
      head: "Newest record",
      signedBy: "Signed by",
      certified: "a station that the seal names",
      uncertified: "a station that no seal names yet",
      read: "Read",
      readText: (copies: number, take: string) =>
        copies === 1 ? take : `${copies} copies; taken: ${take}`,
      noId: "Whose vault this is nobody compared.",
      noIdTodo: "Compare the id with a share card.",
      noHead: "Nothing says that this is the newest copy.",
      noHeadTodo:
        "Compare the newest record with the newest print, and the epoch with a share card.",
      maybeOpen: (incidents: readonly string[]) => `No record says that ${both(incidents)} ended.`,
      maybeOpenTodo:
        "What is open ends at its deadline. Once the old station is said to be gone, the next opening here closes it first; what else stands at AWS an administrator removes.",
      beside: (from: number, to: number) =>
        `Records ${from} to ${to} are this spare’s own: the copy does not hold them (FORK).`,
      besideTodo: "They are put away with its folder, and the first record here names them.",
      more: (count: number) => `And ${count} more: pullstation verify lists them all.`,
      again: "Look again",
      meansTitle: "What this means",
      means:
        "Sealed files are copied, nothing is opened. This laptop gets a key of its own and signs with it.",
      badMeansTitle: "Nothing was written",
      badMeans:
        "Look for another copy: each custodian’s stick has one. What is named here says which one to distrust.",
      note: "Nothing is written yet.",
      badNote: "Nothing was written, here or on the stick.",
      go: "Next: the old station",
    },

    role: {
      title: "Is the old station gone?",
      lead: "Two stations that both go on tell two stories. The answer becomes the first record here.",
      legend: "The old station is",
      gone: "Gone for good",
      goneText: "Lost, destroyed or wiped. This is the primary one from now on.",
      kept: "Still there, and stays the primary",
      keptText: "This is a spare. Before it opens it asks once more what became of the primary.",
      officer: "Who restores",
      officerNote: "It stands in the record.",
      missing: "Say what became of the old station, and who you are.",
      missingTodo: "Nothing was written.",
      sureTitle: "If you aren’t sure",
      sure: "Say that it is still there. That can be put right later; a second primary can’t.",
      back: "Back to the copy",
      note: "The station appears whole, or not at all.",
      go: "Restore it",
    },

    done: {
      title: { primary: "Restored: this is the primary", spare: "Restored: this is a spare" },
      lead: (record: string) => `It is record ${record}. What must follow:`,
      rotate: "Rotate the shares soon, with new AWS keys.",
      rotateText:
        "No seal names this laptop’s key yet: until the next epoch its records count as uncertified. What the old laptop held is worth nothing then.",
      spareText:
        "The next epoch is made at the primary, and this spare restored again from its copy. Until then this laptop’s records count as uncertified.",
      spareRotate: "It stays uncertified.",
      primary: "If the old station turns up, don’t start it.",
      primaryText: "Wipe it. Whatever it records from now on is a fork of this one.",
      spare: "It asks before it opens.",
      sparePrimaryText:
        "Neither station knows the other’s journal. What is open, and until when, AWS alone knows; it is read before anything opens.",
      print: "Print the record, and file it.",
      printText:
        "Whoever compares copies later needs it: it names the record up to which this one is.",
      doubtTitle: "If somebody doubts it",
      doubt:
        "pullstation verify judges the records, with the vault’s id from a share card. Until the next epoch it names this laptop’s key as uncertified, and nothing else.",
      note: "Nothing was opened, and nobody’s share was asked for.",
      go: "Next: print the record",
    },
  },

  spare: {
    title: "This is the spare station",
    lead: (since: string, record: string) =>
      `Restored ${since} from a copy that reached record ${record}. The primary may have gone on since, or hold an access open.`,
    place: "Before it opens",
    legend: "The primary is",
    unreachable: "Out of reach",
    unreachableText:
      "Burnt room, lost key, no way there tonight. This spare opens once in its place.",
    gone: "Gone for good",
    goneText: "Lost, destroyed or wiped. This is the primary one from now on.",
    officer: "Who says so",
    officerNote: "It stands in the record.",
    missing: "Say what became of the primary, and who you are.",
    missingTodo: "Nothing was opened.",
    awsTitle: "What arbitrates",
    aws: "Neither station knows the other’s journal. AWS is read first: where user, latch and keys aren’t at rest, nothing is opened here.",
    cardsTitle: "If cards are refused",
    cards:
      "The primary has made a newer epoch. This spare can’t open any more: restore it anew, at home, from a newer copy.",
    note: "The answer is recorded before anything opens.",
    back: "Use the primary",
    go: { open: "Record it, and go on", rotate: "Record it, and rotate" },
    rotateLead:
      "New shares made here while the primary stands would be a second vault. Rotate there; here only once it is gone.",
    home: {
      title: (epoch: number) => `Sealed, epoch ${epoch}: the spare`,
      lead: (since: string, record: string) =>
        `Restored ${since}, up to record ${record}. The primary comes first.`,
      anew: "Restore it anew",
    },
  },
};
