export const planted = (later: () => void): unknown => setTimeout(later, 1);
