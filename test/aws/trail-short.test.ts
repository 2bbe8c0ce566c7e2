import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { interestOf } from "../../aws/documents/trail/review.ts";
import { Trail } from "../../aws/documents/trail/trail.ts";
import {
  ACCOUNT,
  assumed,
  denied,
  event,
  goodEvents,
  type Json,
  KEY,
  OPENED,
  roleIdentity,
  userIdentity,
} from "./trail-kit.ts";

/** In small pieces no event is ever whole within a chunk: that is the long way. */
function read(contents: readonly Uint8Array[], size: number): Trail {
  const trail = new Trail(interestOf([ACCOUNT], [KEY]));
  const readers = contents.map((content, index) => [trail.open(`log-${index}`), content] as const);
  const take = ([reader, content]: (typeof readers)[number]): void => {
    try {
      for (let at = 0; at < content.length; at += size)
        reader.push(content.subarray(at, at + size));
      reader.end(createHash("sha256").update(content).digest("hex"));
    } catch (error) {
      reader.failed(String((error as { about?: { why?: string } }).about?.why));
    }
  };
  readers.forEach(take);
  for (let due = trail.due(); due.length > 0; due = trail.due())
    for (const file of due) take([trail.again(file), contents[file] ?? new Uint8Array()]);
  return trail;
}

const told = (trail: Trail) => ({
  files: trail.files,
  findings: trail.findings,
  logs: trail.logs,
  counts: [trail.read, trail.duplicates, trail.data],
  seen: [...trail.seen],
  kept: [...trail.kept],
});

const bothWays = (...contents: readonly Uint8Array[]): void => {
  expect(told(read(contents, 1 << 20))).toEqual(told(read(contents, 61)));
};

const log = (records: readonly unknown[], indent = 0): Buffer =>
  Buffer.from(JSON.stringify({ Records: records }, null, indent));

/** Of strangers, and of those who turn out to be none. */
const others = (): Json[] => [
  event("ec2:DescribeInstances", OPENED + 1, {
    userIdentity: roleIdentity("ASIASTRANGER00000001"),
  }),
  event("sts:AssumeRole", OPENED + 2, {
    readOnly: true,
    requestParameters: { roleArn: `arn:aws:iam::${ACCOUNT}:role/app`, roleSessionName: "s" },
    ...assumed("ASIACHAINED000000001", OPENED + 3_600_000),
  }),
  event("s3:GetObject", OPENED + 3, {
    managementEvent: false,
    eventCategory: "Data",
    userIdentity: roleIdentity("ASIACHAINED000000001"),
  }),
  event("iam:PutRolePolicy", OPENED + 4, {
    userIdentity: roleIdentity("ASIASTRANGER00000002", "admin"),
    requestParameters: {
      roleName: "BreakGlassReaper",
      policyName: "x",
      policyDocument: '{"a":"\\"',
    },
  }),
  event("cloudtrail:StopLogging", OPENED + 5, {
    userIdentity: roleIdentity("ASIASTRANGER00000003"),
  }),
  event("lambda:UpdateFunctionCode20150331v2", OPENED + 6, {
    userIdentity: roleIdentity("ASIASTRANGER00000003"),
    requestParameters: { functionName: "breakglass-reaper" },
  }),
  event("signin:SwitchRole", OPENED + 7, {
    eventName: "SwitchRole",
    userIdentity: roleIdentity("ASIASTRANGER00000004", "switched"),
    additionalEventData: { SwitchFrom: userIdentity().arn },
  }),
  event("ec2:RunInstances", OPENED + 8, {
    ...denied,
    userIdentity: { type: "AWSService", invokedBy: "autoscaling.amazonaws.com" },
  }),
  event("ec2:StopInstances", OPENED + 9, {
    userIdentity: null,
    recipientAccountId: "999900001111",
  }),
];

const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom("SwitchRole", "sts.amazonaws.com", "true", true, "Insight", "", ACCOUNT, "é"),
  fc.constantFrom(userIdentity(), roleIdentity("ASIACHAINED000000001"), { userName: "bg-closer" }),
);
const field = fc.constantFrom(...Object.keys(event("ec2:X", OPENED)));

describe("an event read the short way", () => {
  it("is what it is the long way, whatever stands in its fields", () => {
    const edit = fc.tuple(fc.nat(), field, value);
    fc.assert(
      fc.property(
        fc.array(edit, { maxLength: 8 }),
        fc.nat(2),
        fc.boolean(),
        (edits, indent, turn) => {
          const records = [...others(), ...goodEvents()];
          for (const [at, name, one] of edits) {
            const record = records[at % records.length];
            if (record !== undefined) record[name] = one;
          }
          if (turn) records.reverse();
          bothWays(log(records.slice(0, 9), indent), log(records.slice(9)));
        },
      ),
      { numRuns: 100 },
    );
  });

  it("is what it is the long way, whatever happens to its bytes", () => {
    const whole = log([...others(), ...goodEvents().slice(0, 3)]);
    const bytes = fc.constantFrom(
      ...'"\\{}[],:0a-. \n\u0001bu',
      "\u00e9",
      "\\u0062",
      '"eventID":"1",',
    );
    const edit = fc.tuple(fc.nat(whole.length), fc.nat(3), bytes);
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        let content = whole;
        for (const [at, cut, put] of edits)
          content = Buffer.concat([
            content.subarray(0, at),
            Buffer.from(put),
            content.subarray(at + cut),
          ]);
        bothWays(content);
      }),
      { numRuns: 200 },
    );
    // Bytes that are no UTF-8.
    for (let at = 20; at < whole.length; at += 331) {
      const content = Buffer.from(whole);
      content[at] = 0xff;
      bothWays(content);
    }
  });

  it("is not parsed whole when it concerns nobody", () => {
    const parse = vi.spyOn(JSON, "parse");
    const strangers = Array.from({ length: 50 }, (_, index) =>
      event("ec2:DescribeInstances", OPENED + index, {
        userIdentity: roleIdentity("ASIASTRANGER00000001"),
        requestParameters: { marker: "of the whole" },
      }),
    );
    const own = event("ec2:DescribeInstances", OPENED, { requestParameters: { marker: "own" } });
    const { read: count } = read([log([...strangers, own])], 1 << 20);
    const parsed = parse.mock.calls.map(([text]) => text);
    parse.mockRestore();
    expect(count).toBe(51);
    expect(parsed.filter((text) => text.includes("of the whole"))).toEqual([]);
    expect(parsed.filter((text) => text.includes('"own"'))).toHaveLength(1);
    expect(parsed.filter((text) => text.includes("ASIASTRANGER00000001"))).toHaveLength(1);
  });
});
