/** Members by the path they depend on, so that a broken connection finds them without a search. */
export class PathIndex<Member> {
  readonly #byKey = new Map<string, Set<Member>>();

  add(key: string, member: Member): void {
    const members = this.#byKey.get(key);
    if (members === undefined) this.#byKey.set(key, new Set([member]));
    else members.add(member);
  }

  delete(key: string, member: Member): void {
    const members = this.#byKey.get(key);
    if (members?.delete(member) === true && members.size === 0) this.#byKey.delete(key);
  }

  /** A copy: members may come and go while the caller walks through it. */
  members(key: string): readonly Member[] {
    return [...(this.#byKey.get(key) ?? [])];
  }

  get size(): number {
    return this.#byKey.size;
  }
}
