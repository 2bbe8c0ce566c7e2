/**
 * The one transport of the house: a MessagePort in Electron, a forked process's channel in a
 * terminal. Values are structured-cloneable; delivery is ordered.
 */
export interface Port {
  send(message: unknown): void;
  /** One listener; messages before it is set are kept by the adapter. */
  listen(receive: (message: unknown) => void): void;
  /** Called once when the far end is gone. */
  ended(gone: () => void): void;
  close(): void;
}
