import { expect, it } from "vitest";
import { whyNot } from "../../ceremony/not-opened.ts";
import { differences } from "../../contract/failures/rest.ts";

const told = (kind: string, what: string): string =>
  whyNot({
    kind: "TAMPERED",
    accounts: [{ accountId: "111122223333", differences: [{ kind, what }] }],
  });

it("a user that somebody put into a group is told by the group's name, and how to put it right", () => {
  const text = told("GROUP", "ops-$&-admins");
  expect(text).toContain("111122223333: it is in the group ops-$&-admins,");
  expect(text).toContain(
    "aws iam remove-user-from-group --group-name ops-$&-admins --user-name bg-emergency",
  );
});

it("whatever is not at rest is named, with what to do about it", () => {
  for (const kind of Object.keys(differences)) {
    const text = told(kind, "what-differs");
    expect(text).toContain("what-differs");
    expect(text).not.toContain(kind);
    expect(text).not.toContain("{");
  }
});
