import { people } from "../practice/people.ts";

export const count = people.length;
