import type { DeadlineHeap, Sleeper } from './deadline-heap.ts';
import { type Path, pathKey } from './path.ts';
import { PathIndex } from './path-index.ts';
import type { Running } from './step.ts';

/** What client and server transactions have in common: a machine, a place in the table, and who is told. */
export interface Transaction<Input, Effect> extends Sleeper {
  readonly key: string;
  /** Where its messages go. */
  path: Path;
  readonly machine: Running<Input, Effect>;
  /** `ended`: the transaction is forgotten. */
  readonly user: { ended?(): void };
}

/** The transactions of one side, by key and by the path they depend on; each with its deadline, until it terminates. */
export class TransactionTable<Input, Effect, Member extends Transaction<Input, Effect>> {
  readonly #deadlines: DeadlineHeap;
  readonly #byKey = new Map<string, Member>();
  readonly #byPath = new PathIndex<Member>();

  constructor(deadlines: DeadlineHeap) {
    this.#deadlines = deadlines;
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** Paths they depend on. */
  get paths(): number {
    return this.#byPath.size;
  }

  find(key: string): Member | undefined {
    return this.#byKey.get(key);
  }

  /** A copy: members may come and go while the caller walks through it. */
  onPath(path: Path): readonly Member[] {
    return this.#byPath.members(pathKey(path));
  }

  add(member: Member): void {
    this.#byKey.set(member.key, member);
    this.#byPath.add(pathKey(member.path), member);
    this.#deadlines.set(member, member.machine.wakeAt());
  }

  /** Gives an input to a machine and does what it asks for; one that terminates is forgotten before that. */
  input(member: Member, input: Input, now: number, perform: (effect: Effect) => void): readonly Effect[] {
    const effects = member.machine.input(input, now);
    const over = member.machine.kind === 'terminated';
    if (over) this.#remove(member);
    else this.#deadlines.set(member, member.machine.wakeAt());
    for (const effect of effects) perform(effect);
    if (over) member.user.ended?.();
    return effects;
  }

  /** Its messages go another way from now on. */
  move(member: Member, path: Path): void {
    this.#byPath.delete(pathKey(member.path), member);
    member.path = path;
    this.#byPath.add(pathKey(path), member);
  }

  /** Drops one before it has terminated. */
  forget(member: Member): void {
    this.#remove(member);
    member.user.ended?.();
  }

  #remove(member: Member): void {
    if (!this.#byKey.delete(member.key)) return;
    this.#byPath.delete(pathKey(member.path), member);
    this.#deadlines.set(member, undefined);
  }
}
