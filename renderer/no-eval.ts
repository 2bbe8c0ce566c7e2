/**
 * Imported before any schema: zod would otherwise try `new Function` once, which the content
 * security policy refuses and reports. The name is zod's own.
 */
Object.assign(globalThis, { ["__zod_globalConfig"]: { jitless: true } });

/** That this module came first. */
export const evalIsOff = true;
