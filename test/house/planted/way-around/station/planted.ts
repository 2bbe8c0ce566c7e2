export const planted = (): unknown => process.getBuiltinModule("net");
