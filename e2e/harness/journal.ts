/** How long a test waits for something that should happen at once, on a machine that is busy with other things. */
export const soonMs = 10_000;

interface Watch {
  look(): void;
  giveUp(why: string): void;
}

/**
 * Things that happened, in order. Whoever waits for one is told when it comes, or that it did not come in time:
 * tests wait for entries, never for time.
 */
export class Journal<T> {
  readonly #name: string;
  readonly #entries: T[] = [];
  readonly #watches = new Set<Watch>();
  #closed: string | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  get entries(): readonly T[] {
    return this.#entries;
  }

  add(entry: T): void {
    this.#entries.push(entry);
    this.changed();
  }

  /** Something about an entry is other than it was: everybody who waits looks again. */
  changed(): void {
    for (const watch of this.#watches) watch.look();
  }

  /** Nothing will follow any more: everybody who still waits is told why. */
  close(why: string): void {
    this.#closed ??= why;
    for (const watch of this.#watches) watch.giveUp(why);
  }

  /** The first entry that matches, past or future. */
  first(what: string, matches: (entry: T) => boolean, withinMs = soonMs): Promise<T> {
    let seen = 0;
    return this.when(
      what,
      (entries) => {
        for (; seen < entries.length; seen += 1) {
          const entry = entries[seen];
          if (entry !== undefined && matches(entry)) return entry;
        }
        return undefined;
      },
      withinMs,
    );
  }

  /** What `read` makes of the entries, as soon as that is something. */
  when<R>(
    what: string,
    read: (entries: readonly T[]) => R | undefined,
    withinMs: number = soonMs,
  ): Promise<R> {
    const now = read(this.#entries);
    if (now !== undefined) return Promise.resolve(now);
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#watches.delete(watch);
      };
      const giveUp = (why: string): void => {
        end();
        reject(new Error(`${this.#name}: no ${what}, ${why}; there were ${this.#entries.length} entries`));
      };
      const watch: Watch = {
        look: () => {
          const found = read(this.#entries);
          if (found === undefined) return;
          end();
          resolve(found);
        },
        giveUp,
      };
      const timer = setTimeout(() => giveUp(`not within ${withinMs} ms`), withinMs);
      this.#watches.add(watch);
      if (this.#closed !== undefined) giveUp(this.#closed);
    });
  }
}
