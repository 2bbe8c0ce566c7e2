export enum Planted {
  One = 1,
}
