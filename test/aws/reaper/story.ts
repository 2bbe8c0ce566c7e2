export type Call = readonly [method: string, args: Readonly<Record<string, string>>];
export interface Step {
  readonly iam?: readonly Call[];
  readonly tick?: number;
  readonly event?: object;
  readonly fail?: readonly string[];
  /** How often a call is refused before it goes through. */
  readonly throttle?: Readonly<Record<string, number>>;
  /** How many seconds a call takes, each time. */
  readonly slow?: Readonly<Record<string, number>>;
  readonly memory?: string;
  readonly forget?: boolean;
}
export interface Left {
  readonly minute: number;
  readonly error: string | null;
  readonly seconds: number;
  readonly pages: readonly string[];
  readonly emergency: {
    readonly attached: readonly string[];
    readonly active: number;
    readonly login: boolean;
  };
  readonly activator: Left["emergency"];
  readonly memoryBytes: number;
}
