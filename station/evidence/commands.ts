import { NAMESPACES, RECORD_FORMAT, type RecordMode, recordName } from "../../crypto/record.ts";
import { ED25519, SK_ECDSA } from "../../crypto/ssh-wire.ts";
import { UNCERTIFIED_FILE } from "./uncertified.ts";

/**
 * What an auditor pastes into a shell, step by step; each step uses what the ones before it defined.
 * Who may sign is read from the seals themselves, and what a record is from its own bytes: no list
 * that lies in the folder is believed. A `!` is in none of it, since an interactive bash would expand it.
 */
export interface Commands {
  readonly sums: string;
  readonly vault: string;
  readonly order: string;
  readonly seals: string;
  readonly signers: string;
  readonly head: string;
}

export function commandsOf(mode: RecordMode, headSeq: number, hasUncertified: boolean): Commands {
  const namespace = NAMESPACES[mode];
  // A line that names another principal, or several, would be believed as that.
  const others = hasUncertified
    ? String.raw`
          grep -xE 'uncertified-[0-9]+ namespaces="${namespace}" ${ED25519} [A-Za-z0-9+/=]+' ${UNCERTIFIED_FILE}`
    : "";
  const strangers = hasUncertified
    ? String.raw`
    cut -d ' ' -f 4 ${UNCERTIFIED_FILE} | grep -Fxf - "$at/allowed" && echo "CERTIFIED AFTER ALL"`
    : "";
  return {
    sums: String.raw`    sha256sum --check --quiet SHA256SUMS`,
    vault: String.raw`    key() { LC_ALL=C sed -n "s/.*$2\":\"\([A-Za-z0-9_-]*\)\".*/\1/p" "$1" | tr _- /+; }
    id=$(key records/000001.json '"vaultKey' | base64 --decode | sha256sum | cut -c 1-32); echo "$id"`,
    // Anchored at both ends, and flat from "format" on: nothing inside of "evidence" looks like it.
    order: String.raw`    shape='^\{"at":\{"clock":"[a-z]+","time":"[^"\\]+"\},"epoch":([0-9]+),"evidence":\{.*\}'
    shape=$shape',"format":"${RECORD_FORMAT}","kind":"([a-z-]+)","mode":"${mode}"'
    shape=$shape',"previous":(null|"[0-9a-f]{64}"),"seq":([0-9]+),"vaultHash":"([0-9a-f]{64})"'
    shape=$shape',"vaultId":"([0-9a-f]{32})","who":\{("[A-Za-z0-9-]+":"([^"\\]|\\.)*",?)*\}'
    shape=$shape',"why":"([^"\\]|\\.)*"\}$'
    facts() { tr '\n' ' ' < "$1" | LC_ALL=C sed -nE "s/$shape/\1 \2 \3 \4 \5 \6/p"; }
    at=$(mktemp -d); number=0; before=null
    for file in records/*.json; do
      number=$((number + 1)); n=$(printf %06d $number); set -- $(facts "$file")
      [ "$file $3 $4 $6" = "records/$n.json $before $number $id" ] || echo "NOT IN ORDER: $file"
      before="\"$(sha256sum < "$file" | cut -c 1-64)\""
      echo "$n $1 $2 $5" >> "$at/records"
    done`,
    seals: String.raw`    vaultfile() { LC_ALL=C sed -nE 's/.*"fileSha256":"([0-9a-f]{64})".*/\1/p' "$1"; }
    cp records/000001.json "$at/seal-1"
    while read -r n epoch kind vault; do
      file=records/$n.json
      case $kind in
        sealed | rotated) cp "$file" "$at/file-$(vaultfile "$file")" ;;
        cancelled) rm -f "$at/file-$(vaultfile "$file")" ;;
        committed) grep -q "\"epoch\":$epoch,\"fileSha256\":\"$vault\"" "$at/file-$vault" &&
          cp "$at/file-$vault" "$at/seal-$epoch" || echo "NO SEAL: $file" ;;
      esac
    done < "$at/records"
    line() { echo "$1 namespaces=\"${namespace}\" $2 $3"; }
    epoch=1; while [ -e "$at/seal-$epoch" ]; do
      line vault ${ED25519} "$(key "$at/seal-$epoch" '"vaultKey')" >> "$at/vaults"
      line station ${ED25519} "$(key "$at/seal-$epoch" '"stationKey')" >> "$at/stations"
      epoch=$((epoch + 1))
    done
    cut -d ' ' -f 4 allowed_signers | sort -u > "$at/allowed"${strangers}
    LC_ALL=C grep -aohE '"(vaultKey|stationKey|wireKey)":"[A-Za-z0-9_-]+"' "$at"/seal-* |
      cut -d '"' -f 4 | tr _- /+ | sort -u | diff - "$at/allowed"`,
    signers: String.raw`    label() { LC_ALL=C sed -nE 's/.*"approver":("([^"\\]|\\.)*")\},"format".*/\1/p' "$1"; }
    plain() { LC_ALL=C sed 's/[][\.*^$/]/\\&/g'; }
    live=0
    while read -r n epoch kind vault; do
      file=records/$n.json
      [ "$kind" = committed ] && live=$((live + 1))
      by=$live; [ "$live" = 0 ] && by=1
      case $kind in
        sealed) [ "$n" = 000001 ] ;;
        rotated | glass-broken | committed) [ "$epoch" = "$live" ] ;;
        approval) [ "$epoch" = "$by" ] ;;
      esac || echo "NOT OF ITS EPOCH: $file"
      case $kind in
        sealed | rotated | glass-broken) sed -n "$by"p "$at/vaults" ;;
        approval) line approver ${SK_ECDSA} \
          "$(key "$at/seal-$by" "{\"label\":$(label "$file" | plain),\"wireKey")" ;;
        committed) sed -n "$by"p "$at/stations" ;;
        *) tail -n "+$by" "$at/stations"${others} ;;
      esac > "$at/may"
      who=$(ssh-keygen -Y find-principals -f "$at/may" -s "$file.sig" 2> /dev/null)
      ssh-keygen -Y verify -f "$at/may" -I "$who" -n ${namespace} -s "$file.sig" < "$file" \
        > /dev/null 2>&1 || echo "NOT SIGNED: $file"
      echo "$n $who $kind"
    done < "$at/records" | diff - signers.txt`,
    head: `    sha256sum records/${recordName(headSeq)}`,
  };
}
