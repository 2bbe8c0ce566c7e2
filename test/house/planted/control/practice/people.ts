export const people = ["Ada", "Ben"];
