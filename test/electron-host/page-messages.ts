// What a document's isolated world and the host say to each other. Values inside are packed text.

export interface PermissionQuestion {
  /** `request`: before it is used; `check`: only asked about. */
  readonly how: "request" | "check";
  /** Electron's name for it. */
  readonly permission: string;
  readonly mediaTypes: readonly ("video" | "audio")[];
}

export type ToHost =
  | {
      readonly kind: "invoke";
      readonly id: number;
      readonly channel: string;
      readonly args: string;
    }
  | {
      readonly kind: "send";
      readonly channel: string;
      readonly args: string;
      readonly ports: readonly string[];
    }
  | {
      readonly kind: "port";
      readonly name: string;
      readonly data: string;
      readonly ports: readonly string[];
    }
  | { readonly kind: "port-closed"; readonly name: string }
  | ({ readonly kind: "permission"; readonly id: number } & PermissionQuestion)
  | { readonly kind: "preload-failed"; readonly message: string };

export type ToPage =
  | {
      readonly kind: "reply";
      readonly id: number;
      readonly result?: string;
      readonly error?: string;
    }
  | {
      readonly kind: "event";
      readonly channel: string;
      readonly args: string;
      readonly ports: readonly string[];
    }
  | {
      readonly kind: "port";
      readonly name: string;
      readonly data: string;
      readonly ports: readonly string[];
    }
  | { readonly kind: "port-closed"; readonly name: string };

/** The isolated world's name is Electron's; the two functions are how it reaches the host and back. */
export const WORLD = "Electron Isolated Context";
export const TO_HOST = "standInTell";
export const TO_PAGE = "standInHear";
