import { fontFaces } from "./fonts.ts";
import { escape } from "./text.ts";

// Nothing is fetched and nothing runs: a page that a stranger opens shows what is in it, no more.
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'";

/** A whole HTML page with the fonts in it. `title` is escaped; `style` and `body` are ours. */
export const page = (title: string, style: string, body: string): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width">
<title>${escape(title)}</title>
<style>
${fontFaces()}
${style}</style>
<body>
${body}</body>
</html>
`;
