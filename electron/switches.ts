/**
 * Chromium stays dead to any network, also while the access is open: only the online process reaches
 * AWS, by Node's own HTTP stack. Browser-level blocking alone still sends packets (measured); these
 * switches together send none. They must be set before the app is ready.
 */
export const SWITCHES = [
  ["host-resolver-rules", "MAP * ~NOTFOUND"],
  ["proxy-server", "socks5://127.0.0.1:1"],
  ["proxy-bypass-list", "<-loopback>"],
  ["disable-background-networking", ""],
  ["disable-component-update", ""],
  ["disable-domain-reliability", ""],
  ["disable-quic", ""],
  ["no-pings", ""],
  ["webrtc-ip-handling-policy", "disable_non_proxied_udp"],
] as const;
