export type PlantedCode = "TOO_FEW_SHARES" | "PLANTED";
