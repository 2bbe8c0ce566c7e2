#!/usr/bin/env bash
# A whole activation and close by aws-cli, as somebody else's client: activation.sh ENDPOINT KIT WORK
# KIT holds the users' accessKeys.csv files and mfa.json, WORK window.json. Each line that it prints is
# a step that was seen to be so; it ends at the first that is not.
set -euo pipefail
endpoint=$1 kit=$2 work=$3
account=111122223333
user=bg-emergency
latch=arn:aws:iam::$account:policy/breakglass/BreakGlassClosed
here=$(dirname "$0")

unset "${!AWS_@}"
export AWS_CONFIG_FILE=/dev/null AWS_SHARED_CREDENTIALS_FILE=/dev/null AWS_EC2_METADATA_DISABLED=true
export AWS_PAGER="" AWS_MAX_ATTEMPTS=1 AWS_DEFAULT_OUTPUT=text

key() { # key ROLE: the credentials of that role's file
  unset AWS_SESSION_TOKEN
  IFS=, read -r AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY < <(tail -n 1 "$kit/$account-$1.csv" | tr -d '\r')
  export AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY
}
session() { # session ID SECRET TOKEN
  export AWS_ACCESS_KEY_ID=$1 AWS_SECRET_ACCESS_KEY=$2 AWS_SESSION_TOKEN=$3
}
# What the last of several options says wins, so a region given later counts.
at() { aws --endpoint-url "$endpoint" --region us-east-1 --no-paginate "$@"; }
iam() { at iam "$@" --user-name "$user"; }
seen() { echo "seen: $*"; }
is() { # is WHAT EXPECTED FOUND
  [ "$2" = "$3" ] || { echo "$1: expected '$2', found '$3'" >&2; exit 1; }
  seen "$1"
}
refused() { # refused CODE WHAT COMMAND…: AWS answers that error
  local code=$1 what=$2 said
  shift 2
  if said=$("$@" 2>&1); then echo "$what: not refused" >&2; exit 1; fi
  [[ $said == *"($code)"* ]] || { echo "$what: $said" >&2; exit 1; }
  seen "$what: $code"
}

key emergency
id=$AWS_ACCESS_KEY_ID
refused InvalidClientTokenId "the emergency key at rest" at sts get-caller-identity

key activator
is "the activator is who the kit says" "arn:aws:iam::$account:user/breakglass/bg-activator" \
  "$(at sts get-caller-identity --query Arn)"
is "at rest: the latch alone" "$latch" "$(iam list-attached-user-policies --query 'AttachedPolicies[].PolicyArn')"
is "at rest: no inline policy" "" "$(iam list-user-policies --query PolicyNames)"
is "at rest: its key is Inactive" "$id	Inactive" \
  "$(iam list-access-keys --query 'AccessKeyMetadata[].[AccessKeyId,Status]')"
is "at rest: no group" "" "$(iam list-groups-for-user --query Groups)"
is "at rest: no MFA device" "" "$(iam list-mfa-devices --query MFADevices)"
refused NoSuchEntity "at rest: no login profile" iam get-login-profile
refused AccessDenied "a write without MFA" iam update-access-key --access-key-id "$id" --status Active

seed=$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$kit/mfa.json" $account)
read -r a s t < <(at sts get-session-token --duration-seconds 3600 \
  --serial-number arn:aws:iam::$account:mfa/breakglass/bg-activator --token-code "$(python3 "$here/totp.py" "$seed")" \
  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]')
activator=("$a" "$s" "$t")
key closer
read -r a s t < <(at sts assume-role --role-arn arn:aws:iam::$account:role/breakglass/BreakGlassCloser \
  --role-session-name INC-CLI-1 --duration-seconds 3600 \
  --query 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]')
closer=("$a" "$s" "$t")

session "${activator[@]}"
refused AccessDenied "another policy than the latch" \
  iam detach-user-policy --policy-arn arn:aws:iam::aws:policy/AdministratorAccess
refused MalformedPolicyDocument "a window that is no policy" \
  iam put-user-policy --policy-name BreakGlassWindow --policy-document '{"Statement": 1}'
iam put-user-policy --policy-name BreakGlassWindow --policy-document "file://$work/window.json"
iam tag-user --tags Key=IncidentId,Value=INC-CLI-1
at --output json iam get-user-policy --user-name $user --policy-name BreakGlassWindow \
  --query PolicyDocument > "$work/read-back.json"
is "the window reads back" "True" "$(python3 -c 'import json,sys
print(json.load(open(sys.argv[1])) == json.load(open(sys.argv[2])))' "$work/window.json" "$work/read-back.json")"
is "the tag reads back" "INC-CLI-1" \
  "$(iam get-user --query "User.Tags[?Key=='IncidentId'].Value")"
iam detach-user-policy --policy-arn "$latch"
iam update-access-key --access-key-id "$id" --status Active

key emergency
is "open: the emergency key works" "arn:aws:iam::$account:user/breakglass/$user" \
  "$(at sts get-caller-identity --query Arn)"
at iam get-account-summary > /dev/null && seen "open: a permitted call at IAM"
at sts get-access-key-info --access-key-id "$id" --region eu-west-1 > /dev/null && seen "open: a permitted call in eu-west-1"
refused AccessDenied "open: another region" at sts get-access-key-info --access-key-id "$id" --region ap-south-1
refused AccessDenied "open: a key for itself" iam create-access-key
refused AccessDenied "open: lifting its own end" iam delete-user-policy --policy-name BreakGlassWindow

session "${closer[@]}"
refused AccessDenied "the closer opens nothing" iam detach-user-policy --policy-arn "$latch"
iam attach-user-policy --policy-arn "$latch"
key emergency
refused AccessDenied "closing: the active key under the latch" at iam get-account-summary
refused AccessDenied "closing: in the other region too" \
  at sts get-access-key-info --access-key-id "$id" --region eu-west-1

session "${activator[@]}"
iam update-access-key --access-key-id "$id" --status Inactive
iam delete-user-policy --policy-name BreakGlassWindow
is "closed: the latch alone" "$latch" "$(iam list-attached-user-policies --query 'AttachedPolicies[].PolicyArn')"
is "closed: no inline policy" "" "$(iam list-user-policies --query PolicyNames)"
key emergency
refused InvalidClientTokenId "closed: the key is not accepted" at sts get-caller-identity
