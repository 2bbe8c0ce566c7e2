import { describe, expect, it } from "vitest";
import type { Access } from "../../aws/documents/trail/question.ts";
import { review, type Review } from "../../aws/documents/trail/review.ts";
import {
  ACCOUNT,
  BUCKET,
  goodEvents,
  type MadeTrail,
  makeSigner,
  makeTrail,
  OPENED,
  REGION,
} from "./trail-kit.ts";
import { codes, filesOf, proofs, question, trailOf } from "./trail-reading.ts";

const signer = makeSigner();

describe("coverage is one trail's, in the region of its own name", () => {
  const home = makeTrail(goodEvents(), signer);
  const both = (other: MadeTrail, region: string): Review => {
    const { keys, signatures } = proofs(home, signer);
    return review(
      trailOf([...filesOf(home), ...filesOf(other)]),
      question({
        regions: [REGION, region],
        proofs: { keys, signatures: [...signatures, ...proofs(other, signer).signatures] },
      }),
    );
  };

  it("the trail and its bucket are named, and another one is not taken for it", () => {
    const same = both(makeTrail([], signer, { region: "eu-west-1" }), "eu-west-1");
    expect(same.coverage.map(({ trail }) => trail?.name)).toEqual(["acme", "acme"]);
    expect(same.proof.status).toBe("verified");
    const quiet = both(makeTrail([], signer, { region: "eu-west-1", trail: "quiet" }), "eu-west-1");
    expect(codes(quiet)).toContain("COVERAGE_OTHER_TRAIL");
    expect(quiet.proof.status).toBe("partly");
  });

  it("it is the trail that was sealed with the keys: its name, bucket, region and account", () => {
    const arn = `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/acme`;
    const of = (made: MadeTrail, trail: Access["trail"]): Review =>
      review(
        trailOf(filesOf(made)),
        question({
          access: { ...question().access, trail },
          proofs: proofs(made, signer),
        }),
      );
    const own = { arn, bucket: BUCKET };
    expect(codes(of(home, own))).not.toContain("COVERAGE_UNSEALED_TRAIL");
    expect(of(home, own).proof.status).toBe("verified");
    for (const other of [
      { ...own, bucket: "other-trail" },
      { ...own, arn: arn.replace("acme", "acme-2") },
      { ...own, arn: arn.replace(REGION, "eu-west-1") },
      { ...own, arn: arn.replace(ACCOUNT, "999900001111") },
    ]) {
      const found = of(home, other);
      expect(found.findings).toContainEqual({
        code: "COVERAGE_UNSEALED_TRAIL",
        severity: "error",
        about: {
          account: ACCOUNT,
          region: REGION,
          trail: `acme in ${BUCKET} (${REGION})`,
          sealed: `${other.arn} in ${other.bucket}`,
        },
      });
      expect([found.verdict, found.proof.status]).toEqual(["EXPLAIN", "partly"]);
    }
    // An organization's is in another account, which its digests don't name.
    const wide = makeTrail(goodEvents(), signer, { organization: "o-abcde12345/" });
    const away = { ...own, arn: arn.replace(ACCOUNT, "999900001111") };
    expect(codes(of(wide, away))).not.toContain("COVERAGE_UNSEALED_TRAIL");
    expect(of(wide, away).proof.status).toBe("verified");
  });

  it("a prefix that speaks of a region makes no digest of that region", () => {
    const prefix = "x/CloudTrail-Digest/eu-west-1/";
    const found = both(makeTrail([], signer, { region: "sa-east-1", prefix }), "eu-west-1");
    expect(found.coverage.map(({ region, state }) => `${region} ${state}`)).toEqual([
      "eu-west-1 none",
      "sa-east-1 whole",
      "us-east-1 whole",
    ]);
  });

  it("two trails with a hole each are no whole one", () => {
    const one = makeTrail([], signer, { region: "eu-west-1", hours: 2, trail: "one" });
    const from = OPENED;
    const two = makeTrail([], signer, { region: "eu-west-1", hours: 6, from, trail: "two" });
    const files = [home, one, two];
    const { keys } = proofs(home, signer);
    const found = review(
      trailOf(files.flatMap(filesOf)),
      question({
        regions: [REGION, "eu-west-1"],
        proofs: { keys, signatures: files.flatMap((made) => proofs(made, signer).signatures) },
      }),
    );
    expect(found.coverage.find(({ region }) => region === "eu-west-1")?.state).toBe("gaps");
  });
});
