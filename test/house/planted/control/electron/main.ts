import { app } from "electron";

export const version = (): string => app.getVersion();
