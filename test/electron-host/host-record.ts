// What the app did that a test may ask about afterwards, and the answers a test declared before.

export interface PrintJob {
  readonly url: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** What would be on the paper. */
  readonly pdf: Uint8Array;
  readonly outcome: "printed" | string;
}

export interface DialogShown {
  readonly method: string;
  readonly options: unknown;
}

export interface ConsoleMessage {
  readonly window: number;
  readonly level: string;
  readonly text: string;
}

export interface PermissionAsked {
  readonly permission: string;
  readonly url: string;
  readonly granted: boolean;
}

export interface HostRecord {
  readonly printJobs: PrintJob[];
  readonly dialogs: DialogShown[];
  /** Requests that neither a session nor a protocol handler answered. */
  readonly networkAttempts: string[];
  /** Requests that the app's own rules stopped, with the rule. */
  readonly blocked: string[];
  readonly permissions: PermissionAsked[];
  readonly popups: string[];
  /** What would have gone to another program. */
  readonly external: string[];
  readonly console: ConsoleMessage[];
  /** Errors of a preload script, and of a protocol handler. */
  readonly failures: string[];
  /** Messages to a page that had no document with a preload to take them. */
  readonly lostMessages: string[];
}

export type DialogMethod = "showSaveDialog" | "showOpenDialog" | "showMessageBox" | "showErrorBox";

export const emptyRecord = (): HostRecord => ({
  printJobs: [],
  dialogs: [],
  networkAttempts: [],
  blocked: [],
  permissions: [],
  popups: [],
  external: [],
  console: [],
  failures: [],
  lostMessages: [],
});

export const hostRecord: HostRecord = emptyRecord();

const answers: { readonly method: DialogMethod; readonly answer: unknown }[] = [];
const refusedPrints: string[] = [];

export const declareAnswer = (method: DialogMethod, answer: unknown): void => {
  answers.push({ method, answer });
};

/** The next declared answer, if it is for this kind of dialog. */
export function takeAnswer(method: DialogMethod): { readonly answer: unknown } | undefined {
  return answers[0]?.method === method ? answers.shift() : undefined;
}

export const declareRefusedPrint = (reason: string): void => {
  refusedPrints.push(reason);
};

export const takeRefusedPrint = (): string | undefined => refusedPrints.shift();
