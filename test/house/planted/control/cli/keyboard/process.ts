export const keyboard = "its own process";
