// The few things of a page that its scripts use. The house's tests compile without the DOM library,
// so they are declared here and taken from the global object by name.

export interface DomEvent {
  readonly type: string;
  stopImmediatePropagation(): void;
}

export interface CustomDomEvent extends DomEvent {
  readonly detail: string;
}

export interface HandshakeEvent extends DomEvent {
  readonly relatedTarget: DomTarget | null;
}

export interface DomTarget {
  addEventListener(type: string, listener: (event: never) => void, options?: object): void;
  removeEventListener(type: string, listener: (event: never) => void): void;
  dispatchEvent(event: DomEvent): boolean;
}

export interface PortMessage {
  readonly data: unknown;
  readonly ports: readonly DomPort[];
}

export interface DomPort {
  addEventListener(type: "message", listener: (event: PortMessage) => void): void;
  addEventListener(type: "close", listener: () => void): void;
  postMessage(data: unknown, transfer?: readonly DomPort[]): void;
  start(): void;
  close(): void;
}

export interface Dom {
  readonly top: unknown;
  readonly location: { readonly protocol: string; readonly href: string };
  readonly document: { createElement(name: string): DomTarget };
  readonly CustomEvent: new (type: string, init: { readonly detail: string }) => DomEvent;
  readonly FocusEvent: new (type: string, init: { readonly relatedTarget: DomTarget }) => DomEvent;
  readonly MessageChannel: new () => { readonly port1: DomPort; readonly port2: DomPort };
  readonly console: { error(...what: readonly unknown[]): void };
}

export const dom = globalThis as unknown as Dom & DomTarget;

/** A document that Electron would run a preload in: the window's own, and a loaded one. */
export const isLoadedTop = (): boolean =>
  (dom.top as unknown) === globalThis && !/^(?:about|chrome-error):$/.test(dom.location.protocol);
