import type { Chance } from '@parley/core';

/** Chance that a seed decides: the same seed, the same run. Nothing about it is secure. */
export class SeededChance implements Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e37_79b9) >>> 0;
  }

  /** A generator of its own, so that what one part draws does not change what another gets. */
  fork(): SeededChance {
    return new SeededChance(this.#next32());
  }

  fraction(): number {
    return this.#next32() / 0x1_0000_0000;
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  /** True with that probability. */
  happens(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    const choice = choices[Math.floor(this.fraction() * choices.length)];
    if (choice === undefined) throw new Error('nothing to pick from');
    return choice;
  }

  token(bytes: number): string {
    let hex = '';
    while (hex.length < bytes * 2) hex += this.#next32().toString(16).padStart(8, '0');
    return hex.slice(0, bytes * 2);
  }

  id(): string {
    const hex = this.token(16);
    const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4];
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  }

  /** Mulberry32: 32 bits of state, good enough to spread faults, and the same on every machine. */
  #next32(): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  }
}
