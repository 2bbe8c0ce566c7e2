import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Certificate {
  /** PEM: the server's own first, then who issued it. */
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** PEM of the root. */
  readonly root: string;
  /** A server's certificate for this name; years of its validity, from 1 January to 1 January. */
  issue(name: string, years?: { readonly from: number; readonly until: number }): Certificate;
}

const openssl = (dir: string, ...args: string[]): void =>
  void execFileSync("openssl", args, { cwd: dir, stdio: ["ignore", "ignore", "pipe"] });

const KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** A certificate authority made on the spot by openssl, under this organisation's name. */
export function authority(organisation: string): Authority {
  const dir = mkdtempSync(join(tmpdir(), "pullstation-ca-"));
  const file = (name: string): string => join(dir, name);
  const read = (name: string): string => readFileSync(file(name), "utf8");
  writeFileSync(
    file("ca.conf"),
    `[req]\ndistinguished_name = dn\nprompt = no\n[dn]\nO = ${organisation}\nCN = ${organisation} Root\n` +
      "[root]\nbasicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign\n" +
      "[ca]\ndefault_ca = here\n[here]\ndatabase = index.txt\nrand_serial = yes\nnew_certs_dir = .\n" +
      "default_md = sha256\npolicy = any\nunique_subject = no\n[any]\ncommonName = supplied\n",
  );
  writeFileSync(file("index.txt"), "");
  openssl(
    dir,
    "req",
    "-config",
    "ca.conf",
    "-x509",
    "-extensions",
    "root",
    "-days",
    "36500",
    ...KEY,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
  );
  const root = read("ca.pem");
  process.once("exit", () => rmSync(dir, { recursive: true, force: true }));
  return {
    root,
    issue: (name, { from, until } = { from: 2020, until: 2090 }) => {
      writeFileSync(file("san.conf"), `subjectAltName = DNS:${name}\n`);
      openssl(
        dir,
        "req",
        "-config",
        "ca.conf",
        ...KEY,
        "-subj",
        `/CN=${name}`,
        "-keyout",
        "server.key",
        "-out",
        "server.csr",
      );
      openssl(
        dir,
        "ca",
        "-config",
        "ca.conf",
        "-batch",
        "-notext",
        "-keyfile",
        "ca.key",
        "-cert",
        "ca.pem",
        "-startdate",
        `${from}0101000000Z`,
        "-enddate",
        `${until}0101000000Z`,
        "-extfile",
        "san.conf",
        "-in",
        "server.csr",
        "-out",
        "server.pem",
      );
      return { cert: read("server.pem") + root, key: read("server.key") };
    },
  };
}
