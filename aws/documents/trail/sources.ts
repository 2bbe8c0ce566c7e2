/** An address range as its first bits: 4 bytes for IPv4, 16 for IPv6. */
export interface AddressRange {
  readonly bytes: readonly number[];
  readonly bits: number;
}

/** "192.0.2.7", "192.0.2.0/24", "2001:db8::/32"; null when it is none. */
export function parseRange(text: string): AddressRange | null {
  const [, address = "", length] = /^([0-9A-Fa-f.:]{2,45})(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const bytes = parseAddress(address);
  if (bytes === null) return null;
  const bits = length === undefined ? bytes.length * 8 : Number(length);
  return bits > bytes.length * 8 ? null : { bytes, bits };
}

/** Whether the text is an address in one of the ranges; a name is in none. */
export function inRanges(text: string, ranges: readonly AddressRange[]): boolean {
  const bytes = text.length > 45 ? null : parseAddress(text);
  if (bytes === null) return false;
  return ranges.some(
    (range) =>
      range.bytes.length === bytes.length &&
      bytes.every((byte, index) => {
        const left = Math.min(Math.max(range.bits - 8 * index, 0), 8);
        const mask = (0xff00 >>> left) & 0xff;
        return (byte & mask) === ((range.bytes[index] ?? 0) & mask);
      }),
  );
}

function parseAddress(text: string): readonly number[] | null {
  return text.includes(":") ? parseV6(text) : parseV4(text);
}

function parseV4(text: string): readonly number[] | null {
  const parts = text.split(".");
  const good = parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  return parts.length === 4 && good ? parts.map(Number) : null;
}

/** RFC 4291 §2.2, without zones. */
function parseV6(text: string): readonly number[] | null {
  const tail = /:(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1];
  const v4 = tail === undefined ? [] : parseV4(tail);
  if (v4 === null) return null;
  const hex = tail === undefined ? text : text.slice(0, -tail.length).replace(/([^:]):$/, "$1");
  const halves = hex.split("::");
  if (halves.length > 2) return null;
  const [left = [], right = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  if (![...left, ...right].every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return null;
  const missing = 8 - v4.length / 2 - left.length - right.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const groups = [...left, ...Array.from({ length: missing }, () => "0"), ...right];
  return [
    ...groups.flatMap((group) => {
      const value = Number.parseInt(group, 16);
      return [value >>> 8, value & 0xff];
    }),
    ...v4,
  ];
}
