import { capital, day, number, plural } from "../say.ts";

/** A drill, from its plan to its record. */
export const drill = {
  drill: {
    rail: "Steps of the drill",
    steps: {
      form: "What kind",
      faults: "Faults",
      checks: "Real cards and keys",
      glass: "Break the glass",
      told: "What was seen",
      witness: "Witness and record",
    },
    wrongTitle: "Wrong on purpose",
    stop: "Stop the drill",

    form: {
      title: "Hold a drill",
      lead: "The glass of a practice vault is broken on practice AWS. Nothing real is opened.",
      full: {
        title: "Full drill",
        text: (threshold: number) =>
          `First ${number(threshold)} custodians and a key holder show that the real shares and a real key are good: once a year.`,
        go: "Full drill",
      },
      practice: {
        title: "Practice drill",
        text: "Practice AWS alone: every quarter. No real card or key is touched.",
        go: "Practice drill",
      },
      realTitle: "What is real in a full drill",
      real: "Each share and each key is checked alone, in a process of its own that can open nothing. They are never put together.",
      lastTitle: "The last one",
      last: (time: string | null, now: number) =>
        time === null ? "None has passed here yet." : `Passed on ${day(time, now).trim()}.`,
      note: "It takes about 20 minutes, and ends in a signed record.",
    },

    faults: {
      title: "Choose what goes wrong",
      lead: "Several can come together, or none. Or one is drawn by lot, which nobody knows before it comes.",
      legend: "Faults",
      draw: "Draw one by lot",
      drawNote: "The same number draws the same one.",
      seed: "Number for the lot",
      seedWrong: "The number for the lot is not a whole one.",
      seedTodo: "Give a whole number from 0 to 4294967295. Nothing was lost.",
      clash: (one: string, other: string) =>
        `“${one}” and “${other}” can’t come in one drill: the first leaves nothing for the other.`,
      noneLeft: "No fault is left that can come with these.",
      clashTodo: "Nothing was begun. Take one of them away, or make two drills of it.",
      planTitle: "Tell nobody",
      plan: "Who leads the drill chooses alone. The others meet it at the table.",
      note: (full: boolean) =>
        full ? "The real cards and keys come next." : "The practice vault comes next.",
      go: (full: boolean) => (full ? "Next: cards and keys" : "Next: break the glass"),
    },

    faultNames: {
      "missing-custodian": "A custodian can’t be reached",
      "damaged-share": "A card got wet",
      "lost-key": "A security key is lost",
      "iam-down": "IAM is down: it can’t be opened",
      throttled: "AWS asks to slow down",
      "response-lost": "Answers of AWS get lost",
      "network-gone": "The network goes away",
      "clock-wrong": "The laptop’s clock is wrong",
      "laptop-killed": "The laptop dies while it opens",
      "foreign-key": "A stranger makes a key",
      "slow-propagation": "AWS is slow to apply changes",
    },
    comes: {
      "missing-custodian": "One custodian can’t be reached. Ask the others.",
      "damaged-share": "One custodian’s card got wet and can’t be read. It is found at the desk.",
      "lost-key": "One security key is not where it should be. Use the other.",
      "iam-down": "IAM’s control plane fails at every call.",
      throttled: "AWS asks to slow down, again and again.",
      "response-lost": "AWS does what is asked, and its answers get lost.",
      "network-gone": "The network went away, for some 20 seconds.",
      "clock-wrong": "This laptop’s clock is hours away from AWS’s.",
      "laptop-killed": "The laptop died in the middle of the opening. This is its next start.",
      "foreign-key": "Somebody made a second access key for the emergency user.",
      "slow-propagation": "AWS takes seconds until a change counts everywhere.",
    },

    checks: {
      title: (missing: number, key: boolean) =>
        missing === 0
          ? key
            ? "A real quorum and a key are proven"
            : "One security key is still to prove"
          : `${capital(number(missing))} more ${plural(missing, "share")}${key ? "" : " and a key"} to prove`,
      lead: "One person at a time, with card and passphrase. Each in a process of its own that ends with it.",
      share: "Check a share",
      key: "Check a key",
      custodian: "Whole share",
      securityKey: "Security key",
      reviewersKey: "Reviewer’s key, opens nothing",
      good: (record: string) => `record ${record}`,
      open: "not yet",
      neverTitle: "Never put together",
      never:
        "A check process holds no code that combines shares or unwraps a key. What it saw ends with it.",
      whoTitle: "Who should come",
      who: "As many as open it, and whoever else is here. Others have their yearly check.",
      note: "What is proven is in the records already, whatever comes.",
      go: "Next: break the glass",
      goAnyway: "Go on without",
      sureWhat: "The drill will not count as passed.",
      sureTodo: "Its record says which shares and keys were proven, and that they were too few.",
      sureStay: "Stay here",
    },

    told: {
      passed: "The drill passed",
      shut: "It can’t be opened, and the drill said so",
      failed: "The drill did not pass",
      lead: "Nothing is open at practice AWS. The times are this drill’s, beside the last ones.",
      shutLead: "Nothing was written in any account, or it was driven back. This is what remains:",
      failedLead:
        "A fault that nobody felt, a step that was not reached, or something not at rest.",
      felt: "What went wrong, and what the app did",
      none: "Nothing went wrong on purpose.",
      notFelt: "It was not felt at all: nothing was practised.",
      unknown: "Nobody knows what was felt.",
      times: "Time per step",
      step: "Step",
      now: "Now",
      usual: "Usually",
      first: "first time",
      usually: (time: string, of: number) => `${time} (${of} ${plural(of, "drill")})`,
      bar: "Bar",
      note: "Nothing is signed yet: the witness adds what people saw.",
      go: "Next: the witness",
      leave: "Leave without the witness",
      sure: {
        what: "The drill will be recorded as left.",
        todo: "It stays due. What was seen is signed as it stands, without the witness’s words.",
        go: "Leave it so",
        stay: "Go on to the record",
      },
      stepNames: {
        "check.share": "Share checks",
        "check.key": "Key checks",
        "glass.quorum": "Quorum",
        "glass.touch": "Touch",
        "glass.unseal": "Unseal",
        "glass.hand-over": "Hand over",
        "online.accept": "Load, connect",
        activate: "Activate",
        expired: "Expiry proven",
        close: "Close",
        "resume.latch": "Closer shuts",
        "resume.close": "Drive to rest",
        approve: "Approval",
      } as Readonly<Record<string, string>>,
    },

    witness: {
      title: "What did the witness see?",
      lead: "In the witness’s own words, a line each. It is signed as it stands here.",
      witness: "Witness",
      alarm: "Alarm’s receipt, if on-call read one out",
      deviations: "What went otherwise than planned",
      deviationsNote: "A line each; empty if nothing did.",
      followUps: "What has to follow",
      followUpsNote: "A line each. Proposed from the faults; change what does not fit.",
      wrongName: "The witness has no name.",
      wrongNameTodo: "Write who watched. Nothing was lost.",
      wrongLine: "A line is too long, or there are too many.",
      wrongLineTodo: "At most 20 lines of 500 characters each. Nothing was lost.",
      whyTitle: "Why in writing",
      why: "What people stumbled over is what the next drill is for.",
      note: "Signed by this station, and added to its records.",
      go: "Sign the record",
    },
    seconds: (ms: number) =>
      ms < 1000
        ? `${Math.round(ms)} ms`
        : ms < 60_000
          ? `${(ms / 1000).toFixed(1)} s`
          : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`,
  },
};
