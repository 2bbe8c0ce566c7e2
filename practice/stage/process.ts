import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ceremonyRequests } from "../../contract/ceremony.ts";
import { aidRequests } from "../../contract/ceremony-window.ts";
import { parentLanes } from "../../contract/parent.ts";
import { coded, type Port } from "../../contract/port.ts";
import { practiceRequests, type StageVerdict } from "../../contract/practice.ts";
import { type Client, connect, serve } from "../../contract/serve.ts";
import { type BoxKeyPair, boxKeyPair } from "../../crypto/box.ts";
import { base64url } from "../../crypto/bytes.ts";
import { laneCodec } from "../../crypto/lane.ts";
import type { PracticeAws } from "../aws/server.ts";
import { failPractice } from "../aws/errors.ts";
import { OFFICER, RESPONDER, WITNESS } from "../kit/cast.ts";
import { openAws, setUp } from "../kit/stage.ts";
import { Finger } from "./finger.ts";
import { KEY_LABELS, StageKeys } from "./keys.ts";
import { StageFaults } from "./faults.ts";
import { People, PRACTICE_PIN, sticksIn } from "./people.ts";

/**
 * The rehearsal stage: practice AWS, two software keys and the people, in a process of their own.
 * Whatever it remembers lies in `DIR/practice` and says PRACTICE.
 */
export function serveStage(port: Record<"main" | "people" | "key" | "aid", Port>): {
  close(): Promise<void>;
} {
  let troupe: People | null = null;
  let aws: PracticeAws | null = null;
  let faults: StageFaults | null = null;
  let keys: StageKeys | null = null;
  let mine: BoxKeyPair | null = null;
  let window: Client<typeof ceremonyRequests> | null = null;
  let told = 0;
  let names: readonly string[] = [];
  const finger = new Finger();

  const onStage = (): People => troupe ?? failPractice("PRACTICE_OUT_OF_ORDER");
  const at = (): Client<typeof ceremonyRequests> => window ?? failPractice("PRACTICE_OUT_OF_ORDER");
  const named = (place: number): string => names[place - 1] ?? "";
  /** The key that is wanted, or another where that one is lost. */
  const keyAtHand = (wanted: string | null): string => {
    const present = keys?.present ?? [];
    const first = present[0] ?? failPractice("PRACTICE_OUT_OF_ORDER");
    return present.find((label) => label === wanted) ?? first;
  };
  const awsOf = async (dir: string, latencyMs: number): Promise<PracticeAws> => {
    if (aws !== null) return aws;
    aws = await openAws(dir, latencyMs);
    faults = new StageFaults(aws);
    return aws;
  };
  const onAws = (): StageFaults => faults ?? failPractice("PRACTICE_OUT_OF_ORDER");
  const live = (): PracticeAws => aws ?? failPractice("PRACTICE_OUT_OF_ORDER");

  serve(port.main, practiceRequests, {
    openAws: async ({ dir }) => {
      return { endpoint: (await awsOf(dir, 0)).endpoint };
    },
    start: async ({ dir, fresh, latencyMs }) => {
      mkdirSync(join(dir, "practice"), { recursive: true, mode: 0o700 });
      const scene = setUp(dir, fresh);
      names = scene.custodians;
      keys = new StageKeys(join(dir, "practice"), finger);
      troupe = new People(dir);
      await awsOf(dir, latencyMs);
      const people = { officer: OFFICER, witness: WITNESS, responder: RESPONDER };
      return {
        endpoint: live().endpoint,
        people,
        keyLabels: [...KEY_LABELS],
        mediaRoots: [sticksIn(dir)],
        ...scene,
      };
    },
    offer: async () => {
      mine = await boxKeyPair();
      return { publicKey: base64url(mine.publicKey) };
    },
    join: async ({ vault }) => {
      if (keys === null) return failPractice("PRACTICE_OUT_OF_ORDER");
      if (vault === null) {
        await keys.serve(port.key);
        return null;
      }
      if (mine === null) return failPractice("PRACTICE_OUT_OF_ORDER");
      const codec = laneCodec(mine, vault);
      window = connect(coded(port.people, codec.encode, codec.decode), ceremonyRequests);
      await keys.serve(coded(port.key, codec.encode, codec.decode));
      return null;
    },
    fingers: ({ by }) => {
      finger.isOf(by);
      return null;
    },
    press: ({ label }) => {
      finger.touch(label);
      return null;
    },
    choosePassphrase: async ({ place }) => {
      await onStage().choosePassphrase(at(), place);
      return null;
    },
    enrolKey: async ({ key }) => {
      const label = KEY_LABELS[key] ?? failPractice("PRACTICE_OUT_OF_ORDER");
      const asked = { key, label, use: "open", pin: PRACTICE_PIN } as const;
      await finger.at(label, () => at().ask("enrolKey", asked));
      return { label };
    },
    reenter: async ({ place }) => publicVerdict(named(place), await onStage().reenter(at(), place)),
    enterShare: async ({ place, mistake }) =>
      publicVerdict(named(place), await onStage().enterShare(at(), place, mistake)),
    touch: () => finger.at(keyAtHand(null), () => at().ask("touch", { pin: PRACTICE_PIN })),
    approve: (asked) => {
      const label = keyAtHand(asked.label);
      return finger.at(label, () => at().ask("approve", { label, pin: PRACTICE_PIN }));
    },
    strike: ({ fault, place }) => {
      if (fault === "damaged-share" && place !== undefined) onStage().damage(place);
      if (fault === "lost-key") (keys ?? failPractice("PRACTICE_OUT_OF_ORDER")).lose(KEY_LABELS[0]);
      else onAws().strike(fault);
      return null;
    },
    mend: () => ({ lostAnswers: [...onAws().mend()] }),
    calls: () => {
      const fresh = live().calls().slice(told);
      told += fresh.length;
      return fresh.map((call) => ({
        at: call.at,
        requestId: call.requestId,
        service: call.service,
        action: call.action,
        region: call.region,
        account: call.account ?? "",
        principal: call.principal ?? "",
        outcome: call.outcome,
      }));
    },
    standing: () =>
      Object.values(live().world.accounts).map(({ accountId, users }) => {
        const user = users["bg-emergency"];
        return {
          account: accountId,
          latched: user?.attached.some((arn) => arn.endsWith("/BreakGlassClosed")) === true,
          activeKeys: user?.keys.filter(({ status }) => status === "Active").length ?? 0,
          inlinePolicies: Object.keys(user?.inline ?? {}),
        };
      }),
  });
  serve(port.aid, aidRequests, {
    inHand: ({ place, mistake, set }) => onStage().inHand(place, mistake, set),
    remember: ({ place, passphrase }) => {
      onStage().remember(place, passphrase);
      return null;
    },
    plugStick: ({ place, set }) => {
      onStage().plugStick(place, named(place), set);
      return null;
    },
    pin: () => ({ pin: PRACTICE_PIN }),
    replug: () => {
      keys?.replug();
      return null;
    },
    press: (key) => {
      finger.touch(key?.label ?? null);
      return null;
    },
  });
  return { close: async () => void (await aws?.close()) };
}

/** What main may hear of a verdict. */
const publicVerdict = (
  by: string,
  verdict: Awaited<ReturnType<People["enterShare"]>>,
): StageVerdict =>
  verdict.kind === "accepted"
    ? { by, kind: verdict.kind, who: verdict.who, have: verdict.have, need: verdict.need }
    : {
        by,
        kind: verdict.kind,
        who: verdict.who,
        why: verdict.why,
        about: verdict.about,
        have: verdict.have,
        need: verdict.need,
      };

if (import.meta.main) {
  const leave = (): void => void stage.close().finally(() => process.exit(0));
  const stage = serveStage(parentLanes(process, ["people", "key", "aid"], leave));
}
