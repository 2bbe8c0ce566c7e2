import { fork } from "node:child_process";

export const start = (file: string): number => fork(file).pid ?? 0;
