import type { DeliveryLog, DeliveryMetrics } from '../deliverer.ts';

/** What a deliverer counted and said. */
export class Observer {
  readonly counts = new Map<string, number>();
  readonly latenciesMs: number[] = [];
  readonly messages: string[] = [];
  readonly log: DeliveryLog;
  readonly metrics: DeliveryMetrics;
  readonly #waiting = new Set<() => void>();

  constructor() {
    const say = (fields: object, message: string): void => this.#say(fields, message);
    this.log = { info: say, warn: say, error: say };
    this.metrics = {
      attempted: (result) => this.#count(result),
      acknowledged: (ms) => void this.latenciesMs.push(ms),
      passed: () => this.#count('passed'),
      lost: (reason) => this.#count(`lost ${reason}`),
    };
  }

  /** Resolves when something was counted that often. */
  counted(name: string, times = 1): Promise<void> {
    return this.#until(() => (this.counts.get(name) ?? 0) >= times);
  }

  /** Resolves when a message like that was said. */
  said(pattern: RegExp): Promise<void> {
    return this.#until(() => this.messages.some((message) => pattern.test(message)));
  }

  #until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  #count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    for (const look of this.#waiting) look();
  }

  #say(fields: object, message: string): void {
    this.messages.push(`${message} ${JSON.stringify(fields)}`);
    for (const look of this.#waiting) look();
  }
}
