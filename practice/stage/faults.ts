import type { DrillFault } from "../../contract/drill.ts";
import { newKeyId, newSecret } from "../aws/actions/action.ts";
import type { Fault, RequestFault } from "../aws/faults.ts";
import type { PracticeAws } from "../aws/server.ts";
import { totpStep } from "../aws/totp.ts";

/** Of an opening the window, the latch and the key; of a closing the latch. */
const CHANGES = ["PutUserPolicy", "DetachUserPolicy", "UpdateAccessKey", "AttachUserPolicy"];

const HOURS_WRONG = 7;

const at = (kind: RequestFault, actions: readonly string[], times: number): Fault[] =>
  actions.map((action) => ({ kind, action, times }));

/** What practice AWS is told; other faults are not its own. */
const OF_AWS: Partial<Record<DrillFault, readonly Fault[]>> = {
  // STS is not IAM's control plane and goes on.
  "iam-down": [{ kind: "http500", service: "iam", times: "always" }],
  throttled: at("throttle", ["PutUserPolicy", "AttachUserPolicy"], 2),
  "response-lost": at("lost-response", CHANGES, 1),
  "network-gone": [{ kind: "black-hole" }],
  "clock-wrong": [{ kind: "clock", offsetMs: -HOURS_WRONG * 3_600_000 }],
  "slow-propagation": [
    { kind: "propagation", keys: 1_500, attached: 1_500, inline: 1_000, tags: 1_000 },
  ],
};

/** What a drill does to its AWS. */
export class StageFaults {
  readonly #aws: PracticeAws;
  #losing = false;

  constructor(aws: PracticeAws) {
    this.#aws = aws;
    this.#takeCodesOfNow();
  }

  /** Something goes wrong from now on. */
  strike(fault: DrillFault): void {
    for (const one of OF_AWS[fault] ?? []) this.#aws.faults.add(one);
    if (fault === "response-lost") this.#losing = true;
    if (fault === "clock-wrong") this.#takeCodesOfNow();
    if (fault === "foreign-key") this.#strangersKey();
  }

  /**
   * All is right again but the clock: AWS's own leaps for nobody, and who signs by it while the access is
   * open would be refused from then on. Answers actions whose answers were lost meanwhile.
   */
  mend(): readonly string[] {
    const { faults } = this.#aws;
    const waiting = new Set(
      faults.list().flatMap((one) => (one.kind === "lost-response" ? (one.action ?? []) : [])),
    );
    const lost = this.#losing ? CHANGES.filter((action) => !waiting.has(action)) : [];
    this.#losing = false;
    const clocks = faults.list().filter(({ kind }) => kind === "clock");
    faults.clear();
    for (const clock of clocks) faults.add(clock);
    return lost;
  }

  #strangersKey(): void {
    for (const { users } of Object.values(this.#aws.world.accounts))
      users["bg-emergency"]?.keys.push({
        accessKeyId: newKeyId("AKIA"),
        secretAccessKey: newSecret(),
        createdAt: this.#aws.serverTime(),
        status: "Active",
        lastUsed: null,
      });
    this.#aws.save();
  }

  /** Codes that were taken while AWS had another time of day shut out none of this time. */
  #takeCodesOfNow(): void {
    const now = totpStep(this.#aws.serverTime());
    for (const { users } of Object.values(this.#aws.world.accounts))
      for (const { mfa } of Object.values(users))
        for (const device of mfa) if (device.lastStep > now + 1) device.lastStep = now - 1;
    this.#aws.save();
  }
}
