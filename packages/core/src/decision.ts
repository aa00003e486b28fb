import { Draft } from './draft.ts';
import type { Effect } from './effects.ts';

/** A draft with what is to be done outside once it is durable, in order. */
export class Decision extends Draft {
  readonly #effects: Effect[] = [];

  effect(effect: Effect): void {
    this.#effects.push(effect);
  }

  get effects(): readonly Effect[] {
    return this.#effects;
  }
}
