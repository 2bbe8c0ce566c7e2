import * as z from "zod";

/** The sheets that a printer may hold. */
export const paper = z.enum(["A4", "Letter"]);
