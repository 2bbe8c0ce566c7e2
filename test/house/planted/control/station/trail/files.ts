import { createGunzip } from "node:zlib";

export const unzipped = (): ReturnType<typeof createGunzip> => createGunzip();
