import { parentPort } from "node:worker_threads";
import { unzipped } from "./files.ts";

parentPort?.postMessage(unzipped().bytesWritten);
