export const agent = (): string => navigator.userAgent;
