import type { EventPosition, LogEntry, Monotonic } from '@parley/core';
import { createLane, isHoldOver, type Item, type Lane, nextDue, pickDue, pickProbe } from './lane.ts';

export interface Arrival {
  readonly event: LogEntry;
  readonly deadline: Monotonic;
  readonly attempts: number;
  readonly dueAt: Monotonic;
  readonly heldSince: Monotonic | undefined;
  readonly passed: boolean;
}

/**
 * What one endpoint is owed and is in memory, sorted by lane. Every lane that has something and nothing under way is
 * either `ready`, in the order in which it became so, or `resting` until one of its events is due.
 */
export class LaneSet {
  readonly #items = new Map<EventPosition, Item>();
  readonly #lanes = new Map<string, Lane>();
  readonly #ready = new Set<Lane>();
  readonly #resting = new Set<Lane>();
  #restingUntil: Monotonic | undefined;
  #underWay = 0;
  #stragglers = 0;
  #untried = 0;
  #chars = 0;

  get size(): number {
    return this.#items.size;
  }

  get underWay(): number {
    return this.#underWay;
  }

  get stragglers(): number {
    return this.#stragglers;
  }

  /** Those that are not stragglers. */
  get inLine(): number {
    return this.#items.size - this.#stragglers;
  }

  get chars(): number {
    return this.#chars;
  }

  get items(): Iterable<Item> {
    return this.#items.values();
  }

  /** Those in line that were never tried. */
  get untried(): number {
    return this.#untried;
  }

  /** Whether `nextProbe` would find something. */
  get mayProbe(): boolean {
    if (this.#ready.size > 0) return true;
    for (const lane of this.#resting) if (lane.line.length > 0) return true;
    return false;
  }

  /** When a resting lane may become ready, or earlier; undefined: none rests. */
  get restingUntil(): Monotonic | undefined {
    return this.#restingUntil;
  }

  find(position: EventPosition): Item | undefined {
    return this.#items.get(position);
  }

  add(arrival: Arrival, now: Monotonic): Item {
    const lane = this.#laneOf(arrival.event.lane);
    const item: Item = { ...arrival, lane, attempt: undefined };
    if (item.passed) lane.stragglers.push(item);
    else queueUp(lane, item);
    this.#stragglers += item.passed ? 1 : 0;
    this.#untried += item.attempts === 0 ? 1 : 0;
    this.#items.set(item.event.position, item);
    this.#chars += item.event.body.length;
    this.park(lane, now);
    return item;
  }

  /** Takes an event out for good; its lane has to be parked after. */
  remove(item: Item): void {
    const { lane } = item;
    const list = item.passed ? lane.stragglers : lane.line;
    list.splice(list.indexOf(item), 1);
    this.#stragglers -= item.passed ? 1 : 0;
    this.#untried -= item.attempts === 0 ? 1 : 0;
    this.#items.delete(item.event.position);
    this.#chars -= item.event.body.length;
    if (item.attempt !== undefined) this.ended(item);
  }

  /** The next event that is due. */
  nextDue(now: Monotonic): Item | undefined {
    for (const lane of this.#ready) {
      const item = pickDue(lane, now);
      if (item !== undefined) return item;
      this.park(lane, now);
    }
    return undefined;
  }

  /** The next event to find out with whether the endpoint works again: lanes take turns, those with a line first. */
  nextProbe(now: Monotonic): Item | undefined {
    for (const lanes of [this.#ready, this.#resting]) {
      for (const lane of lanes) if (lane.line.length > 0) return pickProbe(lane, now);
    }
    return this.nextDue(now);
  }

  /** An event that was never tried, at the head of a lane in which nothing fails. */
  nextFresh(): Item | undefined {
    for (const { line } of this.#ready) if (line[0]?.attempts === 0) return line[0];
    return undefined;
  }

  started(item: Item, attempt: NonNullable<Item['attempt']>): void {
    const { lane } = item;
    item.attempt = attempt;
    lane.underWay = item;
    this.#ready.delete(lane);
    this.#resting.delete(lane);
    this.#underWay += 1;
  }

  /** The lane has to be parked after. */
  ended(item: Item): void {
    item.attempt = undefined;
    item.lane.underWay = undefined;
    this.#underWay -= 1;
  }

  failed(item: Item): void {
    this.#untried -= item.attempts === 0 ? 1 : 0;
    item.attempts += 1;
  }

  /** Lets an event go ahead: what was before it in line goes on alone, and is returned. */
  passBefore(item: Item): readonly Item[] {
    if (item.passed || item.lane.line[0] === item) return [];
    return this.#pass(item.lane, item.lane.line.indexOf(item));
  }

  /** Passes the events at the head of a line whose hold is over; the lane has to be parked after. */
  release(lane: Lane, now: Monotonic): readonly Item[] {
    const held = lane.line.findIndex((item) => !isHoldOver(item, now));
    return this.#pass(lane, held === -1 ? lane.line.length : held);
  }

  /** Puts a lane where it belongs after something about it changed. */
  park(lane: Lane, now: Monotonic): void {
    if (lane.underWay !== undefined) return;
    this.#ready.delete(lane);
    // Taken out and put in again, so that lanes take turns: the one that rested longest comes first.
    this.#resting.delete(lane);
    const until = nextDue(lane);
    if (until === undefined) this.#lanes.delete(lane.name);
    else if (pickDue(lane, now) !== undefined) this.#ready.add(lane);
    else this.#rest(lane, until);
  }

  /** Makes those lanes ready whose time has come. With `release`, events whose hold is over are passed, and returned. */
  wake(now: Monotonic, release: boolean): readonly Item[] {
    if (this.#restingUntil === undefined || this.#restingUntil > now) return [];
    const passed = release ? [...this.#resting].flatMap((lane) => this.release(lane, now)) : [];
    this.reparkResting(now);
    return passed;
  }

  reparkResting(now: Monotonic): void {
    const lanes = [...this.#resting];
    this.#restingUntil = undefined;
    for (const lane of lanes) this.park(lane, now);
  }

  /** Forgets stragglers, those that are due last, until `keep` are left; returns when the first forgotten one is due. */
  forgetStragglers(keep: number, now: Monotonic): Monotonic | undefined {
    const idle = [...this.#items.values()].filter((item) => item.passed && item.attempt === undefined);
    idle.sort((a, b) => a.dueAt - b.dueAt);
    const forgotten = idle.slice(keep);
    for (const item of forgotten) {
      this.remove(item);
      this.park(item.lane, now);
    }
    return forgotten[0]?.dueAt;
  }

  #laneOf(name: string): Lane {
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const lane = createLane(name);
    this.#lanes.set(name, lane);
    return lane;
  }

  #rest(lane: Lane, until: Monotonic): void {
    this.#resting.add(lane);
    if (this.#restingUntil === undefined || until < this.#restingUntil) this.#restingUntil = until;
  }

  #pass(lane: Lane, count: number): readonly Item[] {
    const passed = lane.line.splice(0, count);
    for (const item of passed) item.passed = true;
    lane.stragglers.push(...passed);
    this.#stragglers += passed.length;
    return passed;
  }
}

/** Commits announce their events in order; this keeps the line right even if two of them were to swap. */
function queueUp(lane: Lane, item: Item): void {
  const before = lane.line.findLastIndex(({ event }) => event.position < item.event.position);
  lane.line.splice(before + 1, 0, item);
}
