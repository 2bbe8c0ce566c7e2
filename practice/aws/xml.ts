/**
 * The AWS query protocol's XML (awsQuery): an array is a list of `<member>`, a Map a list of
 * `<entry>`, undefined is left out.
 */
export type Xml =
  | string
  | number
  | boolean
  | undefined
  | readonly Xml[]
  | ReadonlyMap<string, number>
  | { readonly [name: string]: Xml };

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

const escapeXml = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => ESCAPES[char] ?? char);

const element = (name: string, value: Xml): string =>
  value === undefined ? "" : `<${name}>${content(value)}</${name}>`;

function content(value: Exclude<Xml, undefined>): string {
  if (typeof value === "string") return escapeXml(value);
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (value instanceof Map)
    return [...value].map(([key, count]) => element("entry", { key, value: count })).join("");
  if (Array.isArray(value)) return value.map((item: Xml) => element("member", item)).join("");
  return Object.entries(value)
    .map(([name, inner]: [string, Xml]) => element(name, inner))
    .join("");
}

export type ServiceName = "iam" | "sts";

const NAMESPACE: Readonly<Record<ServiceName, string>> = {
  iam: "https://iam.amazonaws.com/doc/2010-05-08/",
  sts: "https://sts.amazonaws.com/doc/2011-06-15/",
};

/** An action that returns nothing has no Result element, as at AWS. */
export const successXml = (
  service: ServiceName,
  action: string,
  result: Xml,
  requestId: string,
): string =>
  `<${action}Response xmlns="${NAMESPACE[service]}">` +
  element(`${action}Result`, result) +
  element("ResponseMetadata", { RequestId: requestId }) +
  `</${action}Response>`;

export const errorXml = (
  service: ServiceName,
  error: { readonly code: string; readonly status: number; readonly message: string },
  requestId: string,
): string =>
  `<ErrorResponse xmlns="${NAMESPACE[service]}">` +
  element("Error", {
    Type: error.status >= 500 ? "Receiver" : "Sender",
    Code: error.code,
    Message: error.message,
  }) +
  element("RequestId", requestId) +
  `</ErrorResponse>`;
