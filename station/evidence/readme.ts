import type { RecordMode } from "../../crypto/record.ts";
import { NAMESPACES, recordName } from "../../crypto/record.ts";

export interface ReadmeFacts {
  readonly vaultName: string;
  readonly vaultId: string;
  readonly mode: RecordMode;
  readonly made: string;
  readonly head: { readonly seq: number; readonly sha256: string };
  readonly reviews: readonly string[];
}

/** Lines that begin with four spaces are commands; a test runs them all, in this order. */
export function readmeText({ vaultName, vaultId, mode, made, head, reviews }: ReadmeFacts): string {
  const namespace = NAMESPACES[mode];
  return `EVIDENCE OF A BREAK-GLASS VAULT
${mode === "PRACTICE" ? "\nPRACTICE: a rehearsal. Nothing in this folder is real.\n" : ""}
Vault ${vaultName}, id ${vaultId}. Made ${made}.

Begin with index.html: it opens in any browser from this folder, runs nothing and fetches nothing.
Every sentence in it that claims something links to the file that proves it. A page can be wrong;
the files are the evidence. What follows checks them with ssh-keygen (OpenSSH 8.9 or newer) and
sha256sum alone, in this folder. You need nothing from whoever gave it to you but the two figures of
steps 2 and 5, and those come from paper.

1. Is the folder as it was made? It prints nothing when it is.

    sha256sum --check --quiet SHA256SUMS

2. Of which vault is it? Compare the figure with the vault's id on a custodian's share card. It is
   made of the key that sealed the first epoch, and cannot be chosen.

    head -n 1 allowed_signers | cut -d ' ' -f 4 | base64 --decode | sha256sum | cut -c 1-32

3. Who signed each record? signers.txt names who must have. It prints nothing when all did.

    while read -r n who kind; do ssh-keygen -Y verify -f allowed_signers -I "$who" -n ${namespace} -s "records/$n.json.sig" < "records/$n.json" > /dev/null || echo "NOT SIGNED: $n"; done < signers.txt

   In signers.txt, "sealed", "rotated" and "glass-broken" must be signed by "vault": only a quorum of
   custodians and a touched security key have that key. "approval" must be signed by an approver:
   that is one security key, touched. Everything else is the station's own word.

4. Is none missing, added or out of order? Each names the hash of the one before it. It prints
   nothing when all do.

    before=null; while read -r n who kind; do grep -q "\\"previous\\":$before," "records/$n.json" || echo "NOT IN ORDER: $n"; before="\\"$(sha256sum "records/$n.json" | cut -c 1-64)\\""; done < signers.txt

5. Was its end cut off? No file can tell. Compare with the newest record on paper: its number and
   hash. The last one here is ${recordName(head.seq)}, ${head.sha256}.

    sha256sum records/${recordName(head.seq)}

6. Is a review the one that was signed? The "reviewed" record lists the review's files and their
   SHA-256 under "files"; the approvals that follow name that record's own SHA-256.

${reviews.length === 0 ? "   There is none here." : `    sha256sum ${reviews.join(" ")}`}

All of this at once, if you have the program: pullstation verify . --vault-id ID-FROM-A-CARD

What this does not show. Records say what the station, the vault and the security keys signed; who
sat at the keyboard is the witness's word. A review is as whole as the logs that were brought: it
says itself how far AWS's digests prove them. The control map is our reading of the frameworks, not
an opinion of their makers or of an auditor.
`;
}
