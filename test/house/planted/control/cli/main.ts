import { Command } from "commander";
import { people } from "../practice/people.ts";
import { start } from "./fork.ts";

export const program = new Command("pullstation").action(() => {
  console.log(people.length, start("x"));
});
