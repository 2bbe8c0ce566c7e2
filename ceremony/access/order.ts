import { orderSchema } from "../../contract/order.ts";
import { type BoxKeyPair, openBox, sealTo } from "../../crypto/box.ts";
import { canonical, type Json, parseCanonical } from "../../crypto/canonical.ts";
import { label } from "../../crypto/hkdf.ts";
import type { ActivationOrder } from "../subject.ts";
import { refuse } from "./codes.ts";

const INFO = label("BGV1 activation");

/** The hand-over: what the activation needs, readable by the waiting online process alone. */
export async function sealOrder(
  publicKey: Uint8Array,
  order: ActivationOrder,
): Promise<Uint8Array> {
  const plain = canonical(order as unknown as Json);
  try {
    return await sealTo(publicKey, plain, INFO);
  } finally {
    plain.fill(0);
  }
}

/** `BOX_INVALID` when it was sealed to another key, `ORDER_INVALID` when it is no order. */
export async function openOrder(pair: BoxKeyPair, box: Uint8Array): Promise<ActivationOrder> {
  const plain = await openBox(pair.secretKey, box, INFO);
  try {
    const order = orderSchema.safeParse(parseCanonical(plain.expose()));
    return order.success
      ? order.data
      : refuse("ORDER_INVALID", { field: order.error.issues[0]?.path.join(".") ?? "" });
  } finally {
    plain.wipe();
  }
}
