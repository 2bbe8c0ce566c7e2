import * as z from "zod";

/** How main names a MessagePort that it hands to a process or a window: one lane of that name. */
export const laneMessage = z.object({ lane: z.string() });
