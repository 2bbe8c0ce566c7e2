import type { RecordMode } from "../../crypto/record.ts";
import { recordName } from "../../crypto/record.ts";
import { commandsOf } from "./commands.ts";
import { UNCERTIFIED_FILE, type Uncertified, uncertifiedTold } from "./uncertified.ts";

export interface ReadmeFacts {
  readonly vaultName: string;
  readonly vaultId: string;
  readonly mode: RecordMode;
  readonly made: string;
  readonly head: { readonly seq: number; readonly sha256: string };
  readonly reviews: readonly string[];
  readonly uncertified: readonly Uncertified[];
}

/** At the top of the README of a restored station: nobody should have to find it out. */
const warning = (uncertified: readonly Uncertified[]): string =>
  uncertified.length === 0
    ? ""
    : `
NOT ALL OF IT IS CERTIFIED. This station was restored from a copy, and signs with a key of its own
until the next epoch's seal names it.
${uncertified.map((one) => `${uncertifiedTold(one)}\n`).join("")}The records of kind "restored" among them say who restored it, and when. Step 5 shows that one key
signed all of its records, and step 3 that they stand in order; whose key it is nothing here shows:
whoever held a copy of the vault's folder could have written them. Take them for the word of
whoever gave you this folder, and compare them with paper. What "vault" and "approver" signed counts
as ever. If a later seal names that key, they all count: ask for a folder made after the next epoch.
`;

/** Lines that begin with four spaces are commands; a test runs each block of them, in this order. */
export function readmeText(facts: ReadmeFacts): string {
  const { vaultName, vaultId, mode, made, head, reviews, uncertified } = facts;
  const commands = commandsOf(mode, head.seq, uncertified.length > 0);
  const lists = reviews.filter((file) => file.endsWith(".txt"));
  return `EVIDENCE OF A BREAK-GLASS VAULT
${mode === "PRACTICE" ? "\nPRACTICE: a rehearsal. Nothing in this folder is real.\n" : ""}
Vault ${vaultName}, id ${vaultId}. Made ${made}.
${warning(uncertified)}
Begin with index.html: it opens in any browser from this folder, runs nothing and fetches nothing.
Every sentence in it that claims something links to the file that proves it. A page can be wrong;
the files are the evidence. What follows checks them with ssh-keygen (OpenSSH 8.9 or newer),
sha256sum and the small programs of every Unix. Open one shell (bash, zsh or sh) in this folder and
paste the blocks of lines in their order; each uses what the ones before it defined. You need nothing
from whoever gave you the folder but the two figures of steps 2 and 6, and those come from paper.
This file came with the folder, too. Its blocks are the same for every vault that is as far as this
one, but for the files that steps 6 and 7 name: who doubts them takes them from another such folder or
from the program's source, station/evidence/commands.ts.

1. Is the folder as it was made? It prints nothing when it is.

${commands.sums}

2. Of which vault is it? Compare the figure with the vault's id on a custodian's share card. It is
   made of the key that sealed the first epoch, and cannot be chosen.

${commands.vault}

3. Is each record one of this vault's, and none missing, added or out of order? Each names its number
   and the hash of the one before it. It prints nothing when all do.

${commands.order}

4. Who may sign? "sealed" names the keys of the first epoch, each "rotated" those of the next, which
   count once "committed" names the vault file that they sealed. This collects the seals that count.
   It prints nothing when allowed_signers, which no other step uses, lists their keys and no others.

${commands.seals}

5. Who signed each record? "sealed", "rotated" and "glass-broken" must be signed by the vault: only a
   quorum of custodians and a touched security key of that epoch have its key. "approval" must be
   signed by the security key that it names, touched. Everything else is the station's own word.
   Each is checked with the one key that its epoch's seal names; a station's may be of a later seal,
   when its laptop was restored before that.${
     uncertified.length === 0
       ? ""
       : ` Or it is "uncertified-…": its key lies in
   ${UNCERTIFIED_FILE}, and no quorum vouches for it.`
   }
   The list of signers that this makes is compared with signers.txt. It prints nothing when all
   signed who must have, and signers.txt says just that.

${commands.signers}

6. Was its end cut off? No file can tell. Compare with the newest record on paper: its number and
   hash. The last one here is ${recordName(head.seq)}, ${head.sha256}.

${commands.head}

7. Is a review the one that was signed? The "reviewed" record lists the review's files and their
   SHA-256 under "files"; the approvals that follow name that record's own SHA-256.

${reviews.length === 0 ? "   There is none here." : `    sha256sum ${reviews.join(" ")}`}

${
  lists.length === 0
    ? ""
    : `8. Are these the logs that were reviewed? They are not in this folder; ask for a copy of the trail,
   unzip its files, and check them where they lie: sha256sum --check --quiet FILE, with FILE one of
   ${lists.join(", ")}
   in this folder. A figure is that of the unzipped log, as AWS's own digests state it.

`
}All of this at once, if you have the program: pullstation verify . --vault-id ID-FROM-A-CARD${
    uncertified.length === 0
      ? ""
      : "\nIt calls those records STATION_UNCERTIFIED, and the whole INVALID for them."
  }

What this does not show. Records say what the station, the vault and the security keys signed; who
sat at the keyboard is the witness's word. A review is as whole as the logs that were brought: it
says itself how far AWS's digests prove them. The control map is our reading of the frameworks, not
an opinion of their makers or of an auditor.
`;
}
