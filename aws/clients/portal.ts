/** Public facts for an error's sentences. */
export type Facts = Readonly<Record<string, string>>;

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Amazon's own front doors send plain visitors to these. */
const AMAZON =
  /(?:^|\.)(?:amazon\.com|amazonaws\.com|amazonaws\.com\.cn|amazonaws\.cn|amazon\.cn)$/;

const one = (value: Headers[string]): string => (typeof value === "string" ? value : "");

/** The host that an answer sends us to; "" when nowhere. */
function sentTo(location: string, host: string): string {
  try {
    return location === "" ? "" : new URL(location, `http://${host}/`).hostname;
  } catch {
    return "";
  }
}

/**
 * Facts about an answer that AWS would not give: a redirection to a stranger, a web page, or 511
 * (RFC 6585: network authentication required). Null: it may be AWS's. What carries a request id of
 * AWS's is AWS's; so is a failing load balancer's page.
 */
export function foreignAnswer(host: string, status: number, headers: Headers): Facts | null {
  if (headers["x-amzn-requestid"] !== undefined) return null;
  const to = sentTo(one(headers["location"]), host);
  const page = one(headers["content-type"]).startsWith("text/html");
  const away = status >= 300 && status < 400 && to !== "" && !AMAZON.test(to);
  const shown = page && status >= 200 && status < 300;
  if (!away && !shown && status !== 511) return null;
  return { host, status: String(status), to: to === "" ? host : to };
}
