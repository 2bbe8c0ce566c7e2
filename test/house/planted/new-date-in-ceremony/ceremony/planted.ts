export const planted = (): Date => new Date();
