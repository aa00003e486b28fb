/** What a run broke, and what else it wants to tell. */
export class Violations {
  readonly list: string[] = [];
  readonly notes = new Map<string, number>();
  /** Says when; set by the world. */
  when: () => string = () => '';

  add(violation: string): void {
    // The first few tell the story; a run that is broken breaks everything after it too.
    if (this.list.length < 20) this.list.push(`${this.when()} ${violation}`);
  }

  note(what: string): void {
    this.notes.set(what, (this.notes.get(what) ?? 0) + 1);
  }
}
