/**
 * The day of the list of root certificates that this app trusts: Node's own, of the release that the
 * lockfile pins. A house test holds it to that release.
 */
export const ROOTS_AS_OF = "2026-09-08";
