import { unzipped } from "../station/trail/files.ts";

export const version = (): unknown => unzipped();
