// What the host and a utility process say to each other over Node's channel (structured clone).

export type ToUtility =
  | { readonly kind: "message"; readonly data: unknown; readonly ports: readonly string[] }
  | {
      readonly kind: "port";
      readonly name: string;
      readonly data: unknown;
      readonly ports: readonly string[];
    }
  | { readonly kind: "port-closed"; readonly name: string };

export type FromUtility =
  | { readonly kind: "message"; readonly data: unknown }
  | { readonly kind: "port"; readonly name: string; readonly data: unknown }
  | { readonly kind: "port-closed"; readonly name: string };
