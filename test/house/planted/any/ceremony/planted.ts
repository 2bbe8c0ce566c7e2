export const planted = (value: unknown): number => (value as any).length;
