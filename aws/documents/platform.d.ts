// The slice of csv-parse that this room uses. Its own types pull in @types/node, and with it the
// clock, the process and the network, which this room must not see.

declare module "csv-parse/sync" {
  export function parse(
    input: string,
    options: {
      readonly bom: boolean;
      readonly relax_column_count: boolean;
      readonly skip_empty_lines: boolean;
      readonly trim: boolean;
      readonly info: true;
    },
  ): { readonly record: readonly string[]; readonly info: { readonly lines: number } }[];
}
