import { people } from "../practice/people.ts";

export const planted = people.length;
