import { share } from "./en/share.ts";
import { tasks } from "./en/tasks.ts";
import { inLanguage } from "./text.ts";

/** What only a ceremony's window says: the main window does not carry it. */
export const atKeyboard = inLanguage({ ...share, ...tasks });
