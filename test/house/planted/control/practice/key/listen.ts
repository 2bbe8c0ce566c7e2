import { createServer, type Server } from "node:net";

export const listener = (): Server => createServer();
