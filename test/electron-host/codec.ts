/**
 * The structured clone of what crosses between the host and a page, or between a page's two worlds,
 * as JSON text. It knows what the app sends (JSON, bytes, undefined, dates, errors, maps, sets) and
 * throws, like Electron, for what can't be cloned. Runs in Node and, bundled, in pages.
 */
export interface Foreign {
  /** Gives a function or a promise a number under which the other side knows it. */
  keep(value: (...args: unknown[]) => unknown): number;
  keepPromise(value: Promise<unknown>): number;
  call(id: number): unknown;
  promise(id: number): unknown;
}

interface Tagged {
  readonly $: string;
  readonly v?: unknown;
  readonly name?: string;
}

const ARRAYS = {
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  DataView,
} as const;

const unclonable = (): Error =>
  Object.assign(new Error("An object could not be cloned."), { name: "DataCloneError" });

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

const tagOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);

function encodeNumber(value: number): unknown {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return { $: "number", v: Object.is(value, -0) ? "-0" : String(value) };
}

function encodeBytes(value: ArrayBufferView): Tagged {
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  const kind = tagOf(value);
  // Buffer is a Uint8Array to everyone but Node.
  return kind === "Uint8Array"
    ? { $: "bytes", v: toBase64(bytes) }
    : { $: "view", name: kind, v: toBase64(bytes) };
}

function encodeObject(value: object, foreign?: Foreign): unknown {
  const encode = (part: unknown): unknown => encodeValue(part, foreign);
  if (ArrayBuffer.isView(value)) return encodeBytes(value);
  if (Array.isArray(value)) return value.map(encode);
  switch (tagOf(value)) {
    case "Date":
      return { $: "date", v: (value as Date).getTime() };
    case "ArrayBuffer":
      return { $: "buffer", v: toBase64(new Uint8Array(value as ArrayBuffer)) };
    case "Map":
      return { $: "map", v: [...(value as Map<unknown, unknown>)].map((pair) => pair.map(encode)) };
    case "Set":
      return { $: "set", v: [...(value as Set<unknown>)].map(encode) };
    case "Error": {
      const { name, message, stack } = value as Error;
      return { $: "error", name, v: foreign === undefined ? [message, stack] : [message] };
    }
    case "Promise":
      if (foreign !== undefined)
        return { $: "promise", v: foreign.keepPromise(value as Promise<unknown>) };
      throw unclonable();
    case "Object":
      return {
        $: "object",
        v: Object.fromEntries(
          Object.entries(value)
            .filter(([, part]) => foreign === undefined || typeof part !== "symbol")
            .map(([key, part]) => [key, encode(part)]),
        ),
      };
    default:
      throw unclonable();
  }
}

function encodeValue(value: unknown, foreign?: Foreign): unknown {
  switch (typeof value) {
    case "undefined":
      return { $: "undefined" };
    case "number":
      return encodeNumber(value);
    case "bigint":
      return { $: "bigint", v: String(value) };
    case "function":
      if (foreign === undefined) throw unclonable();
      return { $: "function", v: foreign.keep(value as (...args: unknown[]) => unknown) };
    case "symbol":
      throw unclonable();
    case "object":
      return value === null ? null : encodeObject(value, foreign);
    default:
      return value;
  }
}

const ERRORS = { EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError } as const;

function decodeError({ name, v }: Tagged, foreign?: Foreign): Error {
  const [message, stack] = v as [string, string | undefined];
  // Through the context bridge an error is only its message.
  if (foreign !== undefined) return new Error(message);
  const Kind = Object.hasOwn(ERRORS, name ?? "") ? ERRORS[name as keyof typeof ERRORS] : Error;
  const error = new Kind(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}

function decodeTagged(tagged: Tagged, foreign?: Foreign): unknown {
  const decode = (part: unknown): unknown => decodeValue(part, foreign);
  const { v } = tagged;
  switch (tagged.$) {
    case "undefined":
      return undefined;
    case "number":
      return Number(v);
    case "bigint":
      return BigInt(v as string);
    case "bytes":
      return fromBase64(v as string);
    case "view": {
      const View: new (buffer: ArrayBuffer) => ArrayBufferView =
        ARRAYS[tagged.name as keyof typeof ARRAYS];
      return new View(fromBase64(v as string).buffer);
    }
    case "buffer":
      return fromBase64(v as string).buffer;
    case "date":
      return new Date(v as number);
    case "map":
      return new Map((v as unknown[][]).map(([key, part]) => [decode(key), decode(part)] as const));
    case "set":
      return new Set((v as unknown[]).map(decode));
    case "error":
      return decodeError(tagged, foreign);
    case "function":
      return foreign?.call(v as number);
    case "promise":
      return foreign?.promise(v as number);
    default:
      return Object.fromEntries(
        Object.entries(v as object).map(([key, part]) => [key, decode(part)]),
      );
  }
}

function decodeValue(value: unknown, foreign?: Foreign): unknown {
  if (value === null || typeof value !== "object") return value;
  if (Array.isArray(value)) return value.map((part) => decodeValue(part, foreign));
  return decodeTagged(value as Tagged, foreign);
}

export const pack = (value: unknown, foreign?: Foreign): string =>
  JSON.stringify(encodeValue(value, foreign));

export const unpack = (text: string, foreign?: Foreign): unknown =>
  decodeValue(JSON.parse(text), foreign);
