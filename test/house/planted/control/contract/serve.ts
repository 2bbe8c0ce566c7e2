import { z } from "zod";

export const request = z.object({ name: z.string() });
export const unknown = { ok: false, code: "REQUEST_UNKNOWN" } as const;
