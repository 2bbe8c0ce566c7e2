import { Command } from "commander";
import { start } from "./fork.ts";

export const program = new Command("pullstation").action(() => {
  console.log(start("practice/stage/process.ts"));
});
