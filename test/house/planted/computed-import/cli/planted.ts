export const planted = async (name: string): Promise<unknown> => import(`./${name}.ts`);
