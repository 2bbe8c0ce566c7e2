// Drift guards: whatever the stand-in does not have throws, so that an app can't come to depend on
// an `undefined` here that is a function in Electron, or on an event that never comes.

/** Asked for by the language and by inspection; absent in Electron's objects too. */
const QUIET = new Set<string>(["then", "toJSON", "constructor", "asymmetricMatch", "nodeType"]);

export const missing = (name: string): Error => new Error(`stand-in: ${name} is not implemented`);

export const guard = (nameOf: (receiver: object) => string): ProxyHandler<object> => ({
  get(target, key, receiver: object) {
    if (typeof key === "symbol" || QUIET.has(key) || key in target)
      return Reflect.get(target, key, receiver);
    throw missing(`${nameOf(receiver)}.${key}`);
  },
});

/** An API object of which every unknown member throws. */
export function strict<T extends object>(name: string, api: T): T;
export function strict(name: string, api: object): object {
  return new Proxy(
    api,
    guard(() => name),
  );
}

/** A whole module of Electron that the stand-in does not have: any use of it throws. */
export function absent(name: string): never;
export function absent(name: string): object {
  // A function, so that it can be constructed.
  const refuse = function refuse(): never {
    throw missing(name);
  };
  return new Proxy(refuse, {
    get: (target, key) => {
      if (typeof key === "symbol" || QUIET.has(key)) return Reflect.get(target, key);
      throw missing(`${name}.${key}`);
    },
    construct: refuse,
  });
}

/** What a cancellable event carries. */
export class Cancellable {
  defaultPrevented = false;
  preventDefault(): void {
    this.defaultPrevented = true;
  }
}
