import { fits } from "../aws/documents/policy.ts";

export const planted = fits;
