import type { TrailFile } from "../../aws/documents/trail/part.ts";

/** Folders that all of them lie in: where a stick was mounted says nothing. */
function common(names: readonly string[]): string {
  const [first = "", ...others] = names;
  let end = first.lastIndexOf("/") + 1;
  while (end > 0 && !others.every((name) => name.startsWith(first.slice(0, end))))
    end = end < 2 ? 0 : first.lastIndexOf("/", end - 2) + 1;
  return first.slice(0, end);
}

/** As sha256sum writes a name with a line's end in it. */
const escaped = (name: string): readonly [mark: string, name: string] =>
  /[\\\n\r]/.test(name)
    ? ["\\", name.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r")]
    : ["", name];

/**
 * The files that a review read, in the form of sha256sum: the SHA-256 of each one's unzipped bytes, as
 * AWS's digests state it, and its name as it is called once unzipped. `sha256sum --check` reads it where
 * the files lie. What could not be read to its end has no figure, and is named in a comment.
 */
export function readList(files: readonly TrailFile[]): string {
  const base = common(files.map(({ file }) => file)).length;
  return files
    .map(({ file, sha256 }) => {
      const [mark, name] = escaped(file.slice(base));
      return sha256 === null
        ? `# not read to its end: ${name}\n`
        : `${mark}${sha256}  ${name.replace(/\.gz$/i, "")}\n`;
    })
    .join("");
}
