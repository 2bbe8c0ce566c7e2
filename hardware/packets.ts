/**
 * The ports under the ladder: everything above them is our own code, everything below is the
 * operating system (node-hid.ts) or, in tests and practice, a software key. Fakes go in here only.
 */

/** Bytes in a CTAPHID report, in both directions, without a report number (CTAP 2.1 §11.2.4). */
export const REPORT_BYTES = 64;

/** Bytes in a feature report of a YubiKey's keyboard interface. */
export const FEATURE_BYTES = 8;

/** An open FIDO interface (HID usage page 0xF1D0): 64-byte reports both ways, in order. */
export interface PacketPort {
  /** Hands over exactly 64 bytes, which the port doesn't keep. Rejects once the port has ended. */
  write(report: Uint8Array): Promise<void>;
  /**
   * The one listener for reports from the device, from now on; a second call replaces the first.
   * Reports that came while nobody listened may be lost. They may be meant for other programs.
   */
  listen(take: (report: Uint8Array) => void): void;
  /** Resolves, and never rejects, once no more reports can come: unplugged, failed, or closed. */
  readonly ended: Promise<void>;
  /** Lets go of the device; `ended` resolves too. Safe to call again. */
  close(): Promise<void>;
}

/** An open keyboard interface of a YubiKey: one 8-byte feature report, read and written. */
export interface FeaturePort {
  /** Exactly 8 bytes. Rejects once the port has ended. */
  read(): Promise<Uint8Array>;
  /** Exactly 8 bytes. Rejects once the port has ended. */
  write(report: Uint8Array): Promise<void>;
  readonly ended: Promise<void>;
  close(): Promise<void>;
}
