import type { LogEntry } from '@parley/core';
import type { Violations } from './violations.ts';

/** Those chained to a call that is over have to be over so soon. */
const chainedMs = 40_000;

interface Owed {
  readonly master: string;
  readonly dueAt: number;
}

/** Calls that are chained end together: when one is over, those that its `call_hungup` names follow. */
export class ChainChecker {
  readonly #violations: Violations;
  readonly #over = new Set<string>();
  readonly #owed = new Map<string, Owed>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  add({ type, resourceId, body }: Pick<LogEntry, 'type' | 'resourceId' | 'body'>, now: number): void {
    if (type !== 'call_hungup') return;
    this.#over.add(resourceId);
    this.#owed.delete(resourceId);
    const { data } = JSON.parse(body) as { data: { chained_call_ids: string[] } };
    for (const id of data.chained_call_ids)
      if (!this.#over.has(id)) this.#owed.set(id, { master: resourceId, dueAt: now + chainedMs });
  }

  /** `isExcused`: nothing can be written down at the moment, so all of it has its time from now on. */
  check(now: number, isExcused: boolean): void {
    for (const [id, owed] of this.#owed) {
      if (isExcused) this.#owed.set(id, { ...owed, dueAt: now + chainedMs });
      else if (owed.dueAt < now) {
        this.#owed.delete(id);
        this.#violations.add(`call ${id} lives on though ${owed.master}, which it is chained to, is over`);
      }
    }
  }
}
