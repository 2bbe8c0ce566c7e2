export const planted = async (): Promise<unknown> => fetch("http://127.0.0.1/");
