#!/usr/bin/env bash
# `npm run test:silence`: runs all that needs Chromium (or the specs named) in a network namespace of their own, whose default
# route is its loopback: a packet meant for the outside shows up there with an address that is not
# the loopback's, and reaches nobody. Prints both counts: the positive control's, which must not be
# 0, and the specs', which must be 0. Needs root (or CAP_NET_ADMIN), unshare, ip and tcpdump.
set -euo pipefail
cd "$(dirname "$0")/../.."

for program in unshare ip tcpdump; do
  if ! command -v "$program" > /dev/null; then
    echo "$program is not installed: silence can't be measured" >&2
    [ "${PULLSTATION_REQUIRE:-}" = all ] && exit 1
    exit 0
  fi
done

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# packets NAME COMMAND…: runs the command in a namespace and writes what tried to leave to NAME.pcap.
packets() {
  local capture="$scratch/$1.pcap"
  shift
  CAPTURE=$capture PULLSTATION_ROOM=1 unshare --net --mount bash -c '
    set -euo pipefail
    mount -t sysfs sysfs /sys
    mount -t tmpfs tmpfs /media
    # A resolver on the loopback would hide questions from the count.
    echo "nameserver 192.0.2.53" > "$CAPTURE.resolv"
    mount --bind "$CAPTURE.resolv" "$(readlink -f /etc/resolv.conf)"
    ip link add cable0 type veth peer name wall0
    for end in cable0 wall0; do echo 1 > "/proc/sys/net/ipv6/conf/$end/disable_ipv6" || true; done
    ip link set cable0 up
    ip link set lo up
    ip addr add 10.99.0.2/32 dev lo
    ip route add default dev lo src 10.99.0.2
    ip -6 addr add fd99::2/128 dev lo nodad 2> /dev/null || true
    ip -6 route add default dev lo 2> /dev/null || true
    tcpdump -U -q -n -i lo -w "$CAPTURE" \
      "not (src net 127.0.0.0/8 and dst net 127.0.0.0/8) and not (ip6 and src host ::1 and dst host ::1)" \
      > /dev/null 2> "$CAPTURE.said" &
    watcher=$!
    for _ in $(seq 100); do
      grep -qs "listening on" "$CAPTURE.said" && break
      sleep 0.1
    done
    grep -q "listening on" "$CAPTURE.said"
    status=0
    "$@" || status=$?
    sleep 1
    kill -INT "$watcher"
    wait "$watcher" || true
    exit "$status"' _ "$@"
}

count() { tcpdump -n -r "$scratch/$1.pcap" 2> /dev/null | wc -l; }

packets control bash -c 'exec 3<> /dev/udp/192.0.2.1/53; echo x >&3; exec 4<> /dev/udp/198.51.100.1/443; echo x >&4'
control=$(count control)
status=0
packets app npx vitest run --config vitest.desktop.config.ts "$@" || status=$?
app=$(count app)
echo "packets that tried to leave: positive control $control (wanted: more than 0), app $app (wanted: 0)"
if [ "$app" -ne 0 ]; then
  tcpdump -n -r "$scratch/app.pcap" 2> /dev/null | awk '{ print $3, $4, $5 }' | sort | uniq -c | sort -rn | head
fi
[ "$status" -eq 0 ] && [ "$control" -gt 0 ] && [ "$app" -eq 0 ]
