import { CodedError } from "../crypto/errors.ts";

export type PlantedCode = "PLANTED";

export const planted = (): never => {
  throw new CodedError<PlantedCode>("PLANTED");
};
