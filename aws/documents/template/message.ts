/** What a person reads of an event. EventBridge fills in what it finds, and nothing where it is not. */
export const MESSAGE = {
  paths: {
    account: "$.account",
    error: "$.detail.errorCode",
    ip: "$.detail.sourceIPAddress",
    name: "$.detail.userIdentity.userName",
    receipt: "$.detail.eventID",
    what: "$.detail.eventName",
    when: "$.detail.eventTime",
    where: "$.detail.awsRegion",
    who: "$.detail.userIdentity.arn",
  },
  /** One JSON string a line. */
  template: [
    "BREAK GLASS, account <account>: <what> by <who> (<name>)",
    "<when>, region <where>, from <ip>. Refused: <error>.",
    "Receipt code: the first eight characters of <receipt>",
  ]
    .map((line) => `"${line}"`)
    .join("\n"),
} as const;
