// Chromium refuses an unknown scheme before anything can answer for it, so app://host/path is served
// as https://host.app.invalid/path. `.invalid` never resolves (RFC 2606). Everything that the app
// sees is translated back; only the page itself sees the other origin.

const schemes = new Set<string>();

export const declareScheme = (scheme: string): void => {
  schemes.add(scheme);
};

export const toWire = (url: string): string =>
  url.replace(/^([a-z][a-z0-9+.-]*):\/\/([^/?#]+)/, (all, scheme: string, host: string) =>
    schemes.has(scheme) ? `https://${host}.${scheme}.invalid` : all,
  );

export const fromWire = (url: string): string =>
  url.replace(
    /https:\/\/([^/]+)\.([a-z][a-z0-9+-]*)\.invalid(?=[/:?#]|$)/,
    (all, host: string, scheme: string) => (schemes.has(scheme) ? `${scheme}://${host}` : all),
  );
