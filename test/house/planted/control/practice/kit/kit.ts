import { fits } from "../../aws/documents/policy.ts";
import { people } from "../people.ts";

export const kit = { people, fits: fits(new Uint8Array(1)) };
