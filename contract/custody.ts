import * as z from "zod";

/** What is kept somewhere: a custodian's share, or a security key. */
export const custodyItem = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("share"), place: z.int().positive() }),
  z.object({ kind: z.literal("key"), label: z.string().min(1).max(80) }),
]);
export type CustodyItem = z.infer<typeof custodyItem>;

/** One line of the register. */
export const custodyLine = z.object({
  item: custodyItem,
  /** Put there; looked at, where it is; or taken into a new bag. */
  act: z.enum(["placed", "inspected", "replaced"]),
  where: z.string().trim().min(1).max(120),
  /** The serial as it stands on the bag; "" when it is in none. */
  bag: z.string().trim().max(60),
  /** As whoever did it saw it: seal whole, nothing cut. */
  whole: z.boolean(),
  by: z.string().trim().min(1).max(80),
  note: z.string().trim().max(200),
});
export type CustodyLine = z.infer<typeof custodyLine>;

/** What the register says of one item now. */
export const custodyRow = z.object({
  item: custodyItem,
  /** The custodian, or the key's label. */
  holder: z.string(),
  where: z.string(),
  bag: z.string(),
  /** RFC 3339; null: never. */
  placed: z.string().nullable(),
  inspected: z.string().nullable(),
  /** broken: a seal was cut, or another serial was read than the register has. */
  state: z.enum(["unplaced", "sound", "broken"]),
  /** Serials of earlier bags, oldest first. */
  earlier: z.array(z.string()),
  /** RFC 3339: the next inspection; of a broken one, when it was seen to be. */
  due: z.string(),
});
export type CustodyRow = z.infer<typeof custodyRow>;

/** The register in the main window. */
export const custodyScreen = z.object({
  kind: z.literal("custody"),
  rows: z.array(custodyRow),
  page: z.string(),
  paper: z.boolean(),
});
