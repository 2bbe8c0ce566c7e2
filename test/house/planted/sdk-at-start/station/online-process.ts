import { clientFor } from "../aws/clients/iam.ts";

export const activate = clientFor;
