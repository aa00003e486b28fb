/**
 * The live things of one kind as one decision sees them: it remembers how those were that it has been about. They are
 * changed by replacing what is in their fields, so a shallow copy is enough.
 */
export class Remembered<T extends object> {
  readonly #kept: Map<string, T>;
  /** undefined: made in this decision. */
  readonly #before = new Map<string, T | undefined>();

  constructor(kept: Map<string, T>) {
    this.#kept = kept;
  }

  /** Those the decision has been about; some may be gone. */
  get ids(): IterableIterator<string> {
    return this.#before.keys();
  }

  find(id: string): T | undefined {
    const found = this.#kept.get(id);
    if (found !== undefined && !this.#before.has(id)) this.#before.set(id, { ...found });
    return found;
  }

  add(id: string, made: T): void {
    this.#before.set(id, undefined);
    this.#kept.set(id, made);
  }

  remove(id: string): void {
    this.find(id);
    this.#kept.delete(id);
  }

  /** Puts them back as they were. */
  undo(): void {
    for (const [id, before] of this.#before) {
      if (before === undefined) this.#kept.delete(id);
      else this.#kept.set(id, before);
    }
  }
}
