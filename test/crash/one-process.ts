import type { Records } from "../../ceremony/ports.ts";
import type { RecordStore } from "../../station/record-store.ts";
import { recordsIn } from "../station/rehearsal.ts";

/** What a process keeps between its start and its end: one store of the records, whatever failed. */
export class OneProcess {
  readonly #where: () => string;
  #records: RecordStore | null = null;

  constructor(where: () => string) {
    this.#where = where;
  }

  async records(): Promise<RecordStore> {
    return (this.#records ??= await recordsIn(this.#where()));
  }

  /** Whatever comes next is another process. */
  end(): void {
    this.#records = null;
  }
}

/** Every record is a step. */
export const countedRecords = (records: Records, step: () => void): Records => ({
  head: () => records.head(),
  get committed() {
    return records.committed;
  },
  stationKey: records.stationKey,
  append: (subject, entry) => {
    step();
    return records.append(subject, entry);
  },
  accept: (signed) => {
    step();
    return records.accept(signed);
  },
});
