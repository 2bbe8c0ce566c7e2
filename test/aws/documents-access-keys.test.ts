import { describe, expect, it } from "vitest";
import { accountKeys, parseAccessKeys } from "../../aws/documents/access-keys.ts";
import { explain } from "../../contract/failures.ts";

const ID = "AKIAIOSFODNN7EXAMPLE";
const SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const HEADER = "Access key ID,Secret access key";
const ACCOUNT = "111122223333";

const code = (expected: string) => expect.objectContaining({ code: expected }) as Error;

describe("accessKeys.csv, as the console writes it", () => {
  it.each([
    ["plain", `${HEADER}\n${ID},${SECRET}\n`],
    ["a byte order mark and CRLF", `\uFEFF${HEADER}\r\n${ID},${SECRET}\r\n`],
    ["no newline at the end", `${HEADER}\r\n${ID},${SECRET}`],
    ["quoted", `"Access key ID","Secret access key"\r\n"${ID}","${SECRET}"\r\n`],
    ["another case", `Access Key Id,Secret Access Key\n${ID},${SECRET}\n`],
  ])("%s", (_, text) => {
    expect(parseAccessKeys(text, `${ACCOUNT}-activator.csv`, null)).toEqual([
      {
        accountId: ACCOUNT,
        role: "activator",
        accessKeyId: ID,
        secretAccessKey: SECRET,
        file: `${ACCOUNT}-activator.csv`,
        line: 2,
      },
    ]);
  });

  it("reads the older credentials.csv: whose key by the user's name, account by its link", () => {
    const text =
      "User name,Password,Access key ID,Secret access key,Console login link\r\n" +
      `bg-activator,,${ID},${SECRET},https://${ACCOUNT}.signin.aws.amazon.com/console\r\n` +
      `bg-emergency,,${ID.replace("IOS", "JOS")},${SECRET},https://${ACCOUNT}.signin.aws.amazon.com/console\r\n`;
    expect(
      parseAccessKeys(text, "credentials.csv", null).map(({ role, accountId, line }) => [
        role,
        accountId,
        line,
      ]),
    ).toEqual([
      ["activator", ACCOUNT, 2],
      ["emergency", ACCOUNT, 3],
    ]);
  });

  it("takes the caller's account when neither name nor link has one", () => {
    const [key] = parseAccessKeys(`${HEADER}\n${ID},${SECRET}`, "closer.csv", ACCOUNT);
    expect(key).toMatchObject({ role: "closer", accountId: ACCOUNT });
  });

  it.each([
    ["", "x-activator.csv", "KEY_FILE_EMPTY"],
    [`${HEADER}\r\n`, "x-activator.csv", "KEY_FILE_EMPTY"],
    [`${ID},${SECRET}\r\n`, "x-activator.csv", "KEY_FILE_COLUMNS"],
    ['"never closed', "x-activator.csv", "KEY_FILE_NOT_CSV"],
    [`${HEADER}\n"${SECRET}" x,y\n`, "x-activator.csv", "KEY_FILE_NOT_CSV"],
    [`${HEADER}\nAKIA123,${SECRET}\n`, "x-activator.csv", "KEY_ID_INVALID"],
    [`${HEADER}\n${ID.toLowerCase()},${SECRET}\n`, "x-activator.csv", "KEY_ID_INVALID"],
    [`${HEADER}\n${ID.replace("AKIA", "ASIA")},${SECRET}\n`, "a-closer.csv", "KEY_ID_TEMPORARY"],
    [`${HEADER}\n${ID},${SECRET.slice(1)}\n`, "x-activator.csv", "KEY_SECRET_INVALID"],
    [`${HEADER}\n${ID}\n`, "x-activator.csv", "KEY_SECRET_INVALID"],
    [`${HEADER}\n${ID},${SECRET}\n`, `${ACCOUNT}.csv`, "KEY_ROLE_UNKNOWN"],
    [`${HEADER}\n${ID},${SECRET}\n`, `${ACCOUNT}-activator-closer.csv`, "KEY_ROLE_UNKNOWN"],
    [`${HEADER}\n${ID},${SECRET}\n`, "activator.csv", "KEY_ACCOUNT_UNKNOWN"],
    [`${HEADER}\n${ID},${SECRET}\n`, "1111222233334-activator.csv", "KEY_ACCOUNT_UNKNOWN"],
  ])("%j in %s is %s", (text, file, expected) => {
    let caught: unknown;
    try {
      parseAccessKeys(text, file, null);
    } catch (error) {
      caught = error;
    }
    expect(caught).toEqual(code(expected));
    const error = caught as Error & { about: Record<string, string | number> };
    // No trace of what the file holds, and a sentence that names the file.
    expect(JSON.stringify([error.message, error.about, error.cause])).not.toContain(
      SECRET.slice(1),
    );
    expect(explain(expected, error.about).what).toContain(file);
  });
});

const key = (role: string, id = ID, account = ACCOUNT) =>
  parseAccessKeys(`${HEADER}\n${id},${SECRET}`, `${account}-${role}.csv`, null);

describe("the keys of an account", () => {
  const [one, two, three] = ["B", "C", "D"].map((letter) => ID.replace("IOS", `${letter}OS`));

  it("are an activator, an emergency and perhaps a closer key", () => {
    const keys = [...key("activator", one), ...key("emergency", two)];
    expect(accountKeys(keys)).toMatchObject([
      { accountId: ACCOUNT, activator: { accessKeyId: one }, closer: null },
    ]);
    expect(accountKeys([...keys, ...key("closer", three)])).toMatchObject([
      { closer: { accessKeyId: three } },
    ]);
  });

  it("are refused when one is missing, given twice, or used twice", () => {
    expect(() => accountKeys(key("activator", one))).toThrow(code("KEY_MISSING"));
    const pair = [...key("activator", one), ...key("emergency", two)];
    expect(() => accountKeys([...pair, ...key("emergency", three)])).toThrow(code("KEY_DUPLICATE"));
    expect(() => accountKeys([...pair, ...key("closer", one)])).toThrow(code("KEY_DUPLICATE"));
    expect(() => accountKeys([...pair, ...key("activator", one, "444455556666")])).toThrow(
      code("KEY_DUPLICATE"),
    );
  });
});
