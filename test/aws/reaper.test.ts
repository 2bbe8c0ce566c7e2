import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { CODE_MOST, reaperSettings } from "../../aws/documents/template/reaper.ts";
import { peerPython } from "../requires.ts";
import {
  ACTIVATOR,
  attach,
  close,
  DENY,
  detach,
  dropInline,
  EMERGENCY,
  firstLock,
  inline,
  key,
  LATCH,
  locked,
  open,
  OPENED,
  play,
  REAPER,
  startPlaying,
  ticks,
  untouched,
} from "./reaper/play.ts";
import type { Call } from "./reaper/story.ts";

describe("the reaper's text", () => {
  it("fits into a template inline", () => {
    expect(readFileSync(REAPER).length).toBeLessThanOrEqual(CODE_MOST);
  });
});

describe.skipIf(!peerPython("moto", "boto3"))(
  "the reaper, by boto3 against moto",
  { timeout: 60_000 },
  () => {
    beforeAll(startPlaying);

    it("leaves a user at rest alone", async () => {
      const lefts = await play(ticks(0, 150));
      expect(lefts.every((left) => untouched(left) && left.error === null)).toBe(true);
      expect(lefts.flatMap(({ pages }) => pages)).toEqual([]);
    });

    it("leaves an access of exactly the hours alone, and locks a longer one within minutes", async () => {
      const honest = await play([
        { iam: open },
        { tick: 1, event: OPENED },
        ...ticks(3, 58),
        { iam: close },
        ...ticks(63, 900),
      ]);
      expect(honest.every(untouched)).toBe(true);
      expect(honest.flatMap(({ pages }) => pages)).toEqual([]);
      const longer = await play([{ iam: open }, { tick: 1, event: OPENED }, ...ticks(3, 120)]);
      expect(firstLock(longer)).toBeGreaterThan(60);
      expect(firstLock(longer)).toBeLessThanOrEqual(80);
      const page = longer.flatMap(({ pages }) => pages);
      expect(page).toEqual(["Break glass: LOCKED"]);
    });

    it("counts every slot between two looks that were not at rest: runs near a slot's border skip some", async () => {
      // A little late, a little early, in turns: slots 0, 0, 2, 2, 4, 4 …
      const jitter = Array.from({ length: 24 }, (_, n) => ({
        tick: n * 5 + (n % 2 === 0 ? 0.2 : -0.2),
      }));
      const lefts = await play([{ iam: open }, ...jitter]);
      expect(firstLock(lefts)).toBeGreaterThan(60);
      expect(firstLock(lefts)).toBeLessThanOrEqual(81);
      // Looks that take a minute, in every other run, move none.
      const slow = await play([
        { iam: open },
        ...ticks(4.5, 124.5).map((step, n) =>
          n % 2 === 0 ? { ...step, slow: { "iam.get_user": 50 } } : step,
        ),
      ]);
      expect(firstLock(slow)).toBeLessThanOrEqual(85);
    });

    it("counts no more than an hour that no run saw, and nothing across a look at rest", async () => {
      const silent = await play([{ iam: open }, { tick: 0 }, ...ticks(180, 190)]);
      expect(firstLock(silent)).toBe(190);
      const apart = await play([
        { iam: open },
        { tick: 0 },
        { iam: close },
        { tick: 5 },
        { iam: open },
        ...ticks(120, 180),
      ]);
      expect(apart.every(untouched)).toBe(true);
    });

    // The three ways in which a first version was beaten.
    it("is not fooled by Allow *, a 36 h session and an inactive key", async () => {
      const lefts = await play([
        { iam: [inline("BreakGlassWindow", "*"), detach(LATCH), key(EMERGENCY, "Active")] },
        { tick: 0 },
        { iam: [key(EMERGENCY, "Inactive")] },
        ...ticks(5, 120),
      ]);
      expect(firstLock(lefts)).toBeLessThanOrEqual(80);
      expect(lefts.filter(({ minute }) => minute >= 5 && minute < 60).every(untouched)).toBe(true);
    });

    it("is not outrun by opening again and again, nor after its lock", async () => {
      const rounds = [0, 60, 120, 180].flatMap((from) => [
        { iam: open },
        ...ticks(from, from + 20),
        { iam: close },
        ...ticks(from + 25, from + 55),
      ]);
      const lefts = await play([
        ...rounds,
        // moto lets a thief switch keys back on; the next tick switches them off.
        { iam: [key(EMERGENCY, "Active"), key(ACTIVATOR, "Active")] },
        ...ticks(240, 250),
      ]);
      expect(firstLock(lefts)).toBeLessThan(240);
      expect(lefts.slice(-3).every(locked)).toBe(true);
      expect(lefts.flatMap(({ pages }) => pages)).toEqual(["Break glass: LOCKED"]);
    });

    it("is not stopped by a filler that makes writes of policies fail", async () => {
      const filler = `ec2:${"x".repeat(1900)}`;
      const stuffed = await play([
        { iam: [...open, inline("Filler", filler)] },
        ...ticks(0, 120, { fail: ["iam.put_user_policy"] }),
      ]);
      expect(locked(stuffed.at(-1))).toBe(true);
      // Even where the lock itself can't be put on, the keys go off, and an alarm is raised.
      const without = ticks(0, 120, { fail: ["iam.attach_user_policy"] });
      const refused = (await play([{ iam: open }, ...without])).at(-1);
      expect(refused?.emergency.active).toBe(0);
      expect(refused?.activator.active).toBe(0);
      expect(refused?.error).toContain("Throttling");
    });

    it("goes on with its lock under throttling, in the same run and within its time", async () => {
      const slot = Date.parse("2026-06-18T02:00:00Z") / 300_000;
      const hour = Array.from({ length: 40 }, (_, n) => slot - 40 + n);
      const before = { memory: JSON.stringify({ rest: false, ticks: hour }), iam: open };
      const throttle = { "iam.attach_user_policy": 9, "iam.update_access_key": 9 };
      const [late] = await play([before, { tick: 0, throttle }]);
      expect(locked(late)).toBe(true);
      expect(late?.error).toBeNull();
      const [never] = await play([before, { tick: 0, fail: ["iam.attach_user_policy"] }]);
      expect(never?.error).toContain("Throttling");
      expect(never?.emergency.active).toBe(0);
      // After the waiting one more round of ten calls, two pages and the memory, each hanging to its end.
      const hang = 2 * (3 + 5) + 1;
      expect(never?.seconds).toBeGreaterThanOrEqual(60);
      expect((never?.seconds ?? 0) + 5 + (10 + 3) * hang).toBeLessThan(
        reaperSettings.timeoutSeconds,
      );
    });

    it("takes a login profile away from either user, and goes on where one step fails", async () => {
      const login: Call = [
        "create_login_profile",
        { UserName: ACTIVATOR, Password: "Practice-0000!" },
      ];
      const own: Call = [
        "create_login_profile",
        { UserName: EMERGENCY, Password: "Practice-0000!" },
      ];
      const lefts = await play([
        { iam: [own, login] },
        ...ticks(0, 90, { fail: ["iam.get_user"] }),
      ]);
      expect(locked(lefts.at(-1))).toBe(true);
      expect(lefts.at(-1)?.error).toContain("boundary");
    });

    it.each<readonly [string, Call]>([
      ["another managed policy", attach("arn:aws:iam::aws:policy/ReadOnlyAccess")],
      ["the latch missing", detach(LATCH)],
      ["the boundary missing", ["delete_user_permissions_boundary", { UserName: EMERGENCY }]],
      ["a key active under the latch", key(EMERGENCY, "Active")],
      [
        "a login profile",
        ["create_login_profile", { UserName: EMERGENCY, Password: "Practice-0000!" }],
      ],
    ])("calls it not at rest: %s", async (_, call) => {
      expect(firstLock(await play([{ iam: [call] }, ...ticks(0, 120)]))).toBeLessThanOrEqual(80);
    });

    it.each<readonly [string, readonly Call[], Call, Call]>([
      [
        "a group",
        [["create_group", { GroupName: "Admins" }]],
        ["add_user_to_group", { GroupName: "Admins", UserName: EMERGENCY }],
        ["remove_user_from_group", { GroupName: "Admins", UserName: EMERGENCY }],
      ],
      ["an inline policy", [], inline("Mine", "ec2:*"), dropInline("Mine")],
    ])(
      "under the latch it only pages for what opens nothing, once each time: %s",
      async (_, before, add, remove) => {
        const lefts = await play([
          { iam: [...before, add] },
          ...ticks(0, 100),
          { iam: [remove] },
          { tick: 105 },
          { iam: [add] },
          ...ticks(110, 125),
        ]);
        expect(lefts.every((left) => untouched(left) && left.error === null)).toBe(true);
        const paged = lefts.filter(({ pages }) => pages.length > 0);
        expect(paged.map(({ minute, pages }) => [minute, ...pages])).toEqual([
          [10, "Break glass: left over"],
          [120, "Break glass: left over"],
        ]);
        // With the latch off, or not to be read while an inline policy is there, it is open.
        const bare = [{ iam: [...before, add, detach(LATCH)] }, ...ticks(0, 80)];
        expect(firstLock(await play(bare))).toBeLessThanOrEqual(80);
      },
    );

    it("counts an inline policy while the latch can't be read, and says nothing of an opening under way", async () => {
      const unread = ticks(0, 120, { fail: ["iam.list_attached_user_policies"] });
      const hidden = await play([{ iam: [inline("Mine", "ec2:*")] }, ...unread]);
      expect(locked(hidden.at(-1))).toBe(true);
      const opening = await play([
        { iam: [inline("BreakGlassWindow", "ec2:*")] },
        { tick: 0, event: OPENED },
        { tick: 1, event: OPENED },
        { iam: [detach(LATCH)] },
        ...ticks(3, 23),
      ]);
      expect(opening.flatMap(({ pages }) => pages)).toEqual([]);
    });

    it("counts an opening between two ticks by its event, though nothing is left to see", async () => {
      const lefts = await play(ticks(2, 102, { event: OPENED }));
      expect(firstLock(lefts)).toBeLessThanOrEqual(80);
      expect((await play(ticks(2, 102))).every(untouched)).toBe(true);
    });

    it("blind, it takes the user to be as it was last seen: an outage is no lock, a throttled open one is", async () => {
      const blind = {
        fail: [
          "get_user",
          "list_attached_user_policies",
          "list_user_policies",
          "list_access_keys",
          "list_groups_for_user",
          "get_login_profile",
        ].map((one) => `iam.${one}`),
      };
      const outage = await play([{ tick: 0 }, ...ticks(5, 300, blind), ...ticks(305, 330)]);
      expect(outage.every(untouched)).toBe(true);
      expect(
        outage
          .filter(({ minute }) => minute > 0 && minute <= 300)
          .every(({ error }) => error !== null),
      ).toBe(true);
      const hidden = await play([
        { iam: open },
        { tick: 0, event: OPENED },
        ...ticks(5, 120, blind),
      ]);
      expect(hidden.at(-1)?.emergency.attached).toContain("AWSDenyAll");
    });

    it("keeps its count over a lost memory while the container lives, and never writes over one that it could not read", async () => {
      const half = [{ iam: open }, ...ticks(0, 50)];
      const unread = ticks(55, 120, { fail: ["ssm.get_parameter", "ssm.put_parameter"] });
      const lefts = await play([...half, ...unread]);
      expect(locked(lefts.at(-1))).toBe(true);
      expect(lefts.at(-1)?.error).toContain("memory");
      const before = lefts.find(({ minute }) => minute === 50)?.memoryBytes;
      const fresh = await play([
        ...half,
        { forget: true },
        ...ticks(55, 60, { fail: ["ssm.get_parameter"] }),
      ]);
      expect(fresh.at(-1)?.memoryBytes).toBe(before);
      expect(untouched(fresh.at(-1))).toBe(true);
      const garbled = await play([{ memory: "not JSON" }, ...ticks(0, 10)]);
      expect(garbled.every(({ error }) => error?.includes("memory"))).toBe(true);
    });

    it("forgets a tick after 24 hours: released by the security role, it is not locked again", async () => {
      const released = [detach(DENY), detach(DENY, ACTIVATOR), key(ACTIVATOR, "Active")];
      const lefts = await play([
        { iam: open },
        ...ticks(0, 90),
        { iam: [...close, ...released] },
        ...ticks(90 + 1440, 90 + 1460),
      ]);
      expect(lefts.some(locked)).toBe(true);
      expect(lefts.filter(({ minute }) => minute > 1440).every(untouched)).toBe(true);
    });

    it("a whole day of ticks stays within a parameter's 4,096 characters", async () => {
      const slot = Date.parse("2026-06-18T02:00:00Z") / 300_000;
      const day = Array.from({ length: 287 }, (_, n) => slot - 287 + n);
      const [left] = await play([
        { memory: JSON.stringify({ rest: false, ticks: day }), iam: open },
        { tick: 0 },
      ]);
      expect(locked(left)).toBe(true);
      expect(left?.memoryBytes).toBeGreaterThan(2000);
      expect(left?.memoryBytes).toBeLessThanOrEqual(4096);
    });

    it("says once each that the kit expires: at 90, 30 and 7 days, and when it has", async () => {
      const expires = { EXPIRES: "2026-09-20T00:00:00Z" };
      const day = 1440;
      const lefts = await play(
        [0, 1, 3, 4, 5, 60, 65, 66, 80, 88, 90, 94, 95].map((n) => ({ tick: n * day })),
        expires,
      );
      const said = lefts.flatMap(({ minute, pages }) => pages.map(() => minute / day));
      expect(said).toEqual([4, 65, 88, 94]);
    });
  },
);
