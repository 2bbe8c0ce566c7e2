import { create } from "qrcode";

/** Quiet zone on each side, in modules (ISO/IEC 18004 §6.3.8). */
export const QUIET = 4;

export interface Qr {
  /** Modules on a side, without the quiet zone. */
  readonly size: number;
  /** SVG path data of the dark modules, one unit a module, origin at the first module. */
  readonly path: string;
}

/**
 * ISO/IEC 18004, error correction level M. An upper-case text of the alphanumeric set takes 5.5
 * bits a character; `version` fixes the size, otherwise the smallest that holds the text is taken.
 */
export function qr(text: string, version?: number): Qr {
  const { modules } = create(text, {
    errorCorrectionLevel: "M",
    ...(version === undefined ? {} : { version }),
  });
  const size = modules.size;
  let path = "";
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      if (modules.get(y, x) === 0) continue;
      let run = 1;
      while (x + run < size && modules.get(y, x + run) !== 0) run++;
      path += `M${x} ${y}h${run}v1h-${run}z`;
      x += run;
    }
  return { size, path };
}
