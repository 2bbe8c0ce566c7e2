import type { TrailEvent } from "./event.ts";
import { fail, finding, type TrailFinding } from "./finding.ts";

/** An event and the files in which it stands. */
export interface Kept {
  readonly event: TrailEvent;
  readonly files: readonly number[];
}

interface Story extends Kept {
  readonly files: number[];
}

const fileOf = ({ files }: Pick<Story, "files">): number =>
  files.reduce((least, file) => Math.min(least, file), Infinity);
const textOf = (event: TrailEvent): string => JSON.stringify(event);
const byFile = (a: Story, b: Story): number =>
  fileOf(a) - fileOf(b) || (textOf(a.event) < textOf(b.event) ? -1 : 1);

/**
 * The events that count, each once, and where two files tell one differently, both stories. What is
 * said of them does not depend on the order in which they came: files are read at the same time, and
 * some twice.
 */
export class KeptEvents {
  /** By id, the story that came first. */
  readonly #first = new Map<string, Story>();
  /** Every other story, by its whole text. */
  readonly #others = new Map<string, Story>();
  readonly #names = new Map<string, string>();
  readonly #actors = new Map<string, TrailEvent["actor"]>();
  #places = 0;
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** In how many more files than one events stood, counted over all of them. */
  get duplicates(): number {
    return this.#places - this.#first.size;
  }

  /** `TRAIL_TOO_LARGE`. */
  add(event: TrailEvent, file: number): void {
    const story = this.#storyOf(event);
    if (story.files.includes(file)) return;
    story.files.push(file);
    this.#places++;
  }

  /** Every story as it came: two of them may have one id. */
  get stories(): readonly Kept[] {
    return [...this.#first.values(), ...this.#others.values()];
  }

  /** Both stories are shown: one of them may be the true one. Each has an id of its own. */
  *[Symbol.iterator](): Iterator<Kept> {
    const differing = this.#differing();
    for (const [id, story] of this.#first) {
      const [first = story, ...others] = differing.get(id) ?? [];
      yield first;
      const taken = new Set<string>();
      for (const { event, files } of others) {
        let name = `${id} (told by file ${fileOf({ files }) + 1})`;
        while (taken.has(name) || this.#first.has(name)) name += "'";
        taken.add(name);
        yield { event: { ...event, id: name }, files };
      }
    }
  }

  /** One for each story beside the first, in the order of the files. */
  findings(nameOf: (file: number) => string): readonly TrailFinding[] {
    return [...this.#differing()]
      .flatMap(([id, [first, ...others]]) =>
        first === undefined
          ? []
          : others.map((other) => ({ id, one: fileOf(first), other: fileOf(other) })),
      )
      .toSorted((a, b) => a.other - b.other || (a.id < b.id ? -1 : 1))
      .map(({ id, one, other }) =>
        finding("TRAIL_EVENTS_DIFFER", "error", {
          event: id,
          one: nameOf(one),
          other: nameOf(other),
        }),
      );
  }

  #storyOf(event: TrailEvent): Story {
    const first = this.#first.get(event.id);
    if (first === undefined) return this.#begin(this.#first, event.id, event);
    if (first.event.time === event.time && textOf(first.event) === textOf(event)) return first;
    const text = textOf(event);
    return this.#others.get(text) ?? this.#begin(this.#others, text, event);
  }

  #begin(stories: Map<string, Story>, name: string, event: TrailEvent): Story {
    const most = this.#most;
    if (this.#first.size + this.#others.size >= most) fail("TRAIL_TOO_LARGE", { most });
    const story = { event: this.#shared(event), files: [] };
    stories.set(name, story);
    return story;
  }

  /** Of each id with several: its stories, by the first file that tells them. */
  #differing(): ReadonlyMap<string, readonly Story[]> {
    const others = Map.groupBy(this.#others.values(), ({ event }) => event.id);
    return new Map(
      [...others].map(([id, list]) => {
        const first = this.#first.get(id);
        return [id, [...(first === undefined ? [] : [first]), ...list].toSorted(byFile)];
      }),
    );
  }

  /** The same event with names and actor that are held once: they repeat from call to call. */
  #shared(event: TrailEvent): TrailEvent {
    const { actor, service, name, region, account, source, agent, params } = event;
    const who = JSON.stringify(actor);
    const known = this.#actors.get(who);
    if (known === undefined) this.#actors.set(who, actor);
    return {
      ...event,
      service: this.#once(service),
      name: this.#once(name),
      region: this.#once(region),
      account: this.#once(account),
      source: this.#once(source),
      agent: this.#once(agent),
      params: this.#once(params),
      actor: known ?? actor,
    };
  }

  #once(text: string): string {
    const known = this.#names.get(text);
    if (known === undefined) this.#names.set(text, text);
    return known ?? text;
  }
}
