import { Worker } from "node:worker_threads";

export const readBeside = (thread: URL): Worker => new Worker(thread);
