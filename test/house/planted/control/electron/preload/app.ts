import { contextBridge } from "electron";

export const expose = (): void => contextBridge.exposeInMainWorld("pullstation", {});
