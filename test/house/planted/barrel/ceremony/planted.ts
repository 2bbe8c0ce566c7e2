export * from "./share-check.ts";
