import type { QueuecallEndReason } from '@parley/contract';
import { Dice } from '../matching/random-floor.node.ts';
import { Story } from './story.node.ts';

const reasons: readonly [QueuecallEndReason, ...QueuecallEndReason[]] = [
  'abandoned',
  'kicked',
  'timeout',
  'overflowed',
  'moved',
  'exited',
  'unreached',
  'failed',
];
const statuses = [
  'available',
  'away lunch',
  'busy',
  'busy training',
  'offline',
  'ringing',
  'busy wrap_up',
] as const;

export const queueIds = ['sales', 'care'] as const;
const places = [0, 1, 2] as const;

/** Callers and agents who do by chance whatever is possible, over some days, and clocks that step back now and then. */
export class RandomHistory {
  readonly dice: Dice;
  readonly story: Story;
  readonly #waiting: string[] = [];
  readonly #talking: string[] = [];
  /** Whoever was an agent at any time. */
  readonly agentIds: string[] = [];
  /** Who sits in which place. */
  readonly #there = new Map<number, string>();
  #visits = 0;

  constructor(seed: number, startMs: number) {
    this.dice = new Dice(seed);
    this.story = new Story(startMs);
  }

  step(): void {
    const { dice, story } = this;
    story.now += this.#pause();
    switch (dice.roll(7)) {
      case 0:
      case 1:
        return this.#join();
      case 2:
        return this.#serve();
      case 3:
        return this.#end(this.#talking, (id) => story.done(id));
      case 4:
        return this.#end(this.#waiting, (id) => story.unserved(id, dice.pick(reasons)));
      default:
        return this.#agent();
    }
  }

  #pause(): number {
    const { dice } = this;
    if (dice.oneIn(30)) return dice.roll(30 * 3_600_000);
    if (dice.oneIn(30)) return -dice.roll(500);
    return dice.roll(dice.oneIn(4) ? 1_200_000 : 30_000);
  }

  #join(): void {
    const id = `visit ${(this.#visits += 1)}`;
    this.story.joins(id, this.dice.pick(queueIds));
    this.#waiting.push(id);
  }

  #serve(): void {
    const agent = this.#there.get(this.dice.pick(places));
    if (agent === undefined) return;
    this.#end(this.#waiting, (id) => {
      this.story.is(agent, 'busy service');
      this.story.served(id, agent, this.dice.roll(90_000));
      this.#talking.push(id);
    });
  }

  #end(from: string[], end: (id: string) => void): void {
    const id = from.shift();
    if (id !== undefined) end(id);
  }

  #agent(): void {
    const { dice, story } = this;
    const place = dice.pick(places);
    const id = this.#there.get(place);
    if (id === undefined) return this.#hire(place);
    if (!dice.oneIn(15)) return story.is(id, dice.pick(statuses));
    this.#there.delete(place);
    story.leaves(id);
  }

  #hire(place: number): void {
    const id = `agent ${this.agentIds.length + 1}`;
    this.agentIds.push(id);
    this.#there.set(place, id);
    this.story.agent(id);
  }
}
