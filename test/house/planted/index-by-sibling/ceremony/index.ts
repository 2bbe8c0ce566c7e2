export { check } from "./share-check.ts";
