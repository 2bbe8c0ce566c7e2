import { IAMClient } from "@aws-sdk/client-iam";

export const planted = (): unknown => new IAMClient({});
