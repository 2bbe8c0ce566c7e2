export const open = async (): Promise<unknown> => {
  const { clientFor } = await import("../aws/clients/iam.ts");
  return clientFor;
};
