import { afterMs, type Delivery, type EventPosition, type Monotonic } from '@parley/core';
import { deliveryLimits } from './delivery-limits.ts';

/** What to ask of the store: up to `limit` deliveries owed after a position. */
export interface BacklogPage {
  readonly after: EventPosition;
  readonly limit: number;
}

type Change = 'settled' | 'postponed';

const beginning = 0 as EventPosition;

/**
 * How far memory has read what the store owes to one endpoint. Everything up to `#readTo` has been taken in; whether
 * there is more after it is `#behind`. Stragglers that memory has no room for are forgotten and found again by a
 * sweep, which reads everything up to `#readTo` once more.
 */
export class Backlog {
  #readTo = beginning;
  /** The part of it that was read from the store, not announced by commits. */
  #pagesTo = beginning;
  #behind = true;
  /** The newest position that was announced by a commit and not taken. */
  #announced = beginning;
  #page: { readonly limit: number; readonly sweep: boolean; readonly announced: EventPosition } | undefined;
  #sweep: { after: EventPosition; readonly upTo: EventPosition } | undefined;
  /** When the first forgotten straggler is due; undefined: none is forgotten. */
  #forgottenDueAt: Monotonic | undefined;
  #sweepNotBefore: Monotonic | undefined;
  #retryAt: Monotonic | undefined;
  /** Changes that the store may not hold yet: what a page says about those positions is out of date. */
  readonly #unsaved = new Map<EventPosition, Change>();
  readonly #savedDuringPage = new Set<EventPosition>();

  /** Whether the store holds more for this endpoint than memory. */
  get behind(): boolean {
    return this.#behind || this.#forgottenDueAt !== undefined || this.#sweep !== undefined;
  }

  /** Nothing is being read, nothing is left to read and every change is stored. */
  get idle(): boolean {
    return !this.behind && this.#page === undefined && this.#unsaved.size === 0;
  }

  /** A commit owes this position. True: take it in. False: a page held it already, or one will. */
  announce(position: EventPosition, room: boolean): boolean {
    if (position <= this.#readTo) return position > this.#pagesTo;
    if (!this.#behind && room) {
      this.#readTo = position;
      return true;
    }
    this.#behind = true;
    this.#announced = position;
    return false;
  }

  /** A straggler was forgotten, or seen on a page and left there. */
  forgot(dueAt: Monotonic): void {
    if (this.#forgottenDueAt === undefined || dueAt < this.#forgottenDueAt) this.#forgottenDueAt = dueAt;
  }

  /** Whatever is forgotten is wanted now. */
  recall(now: Monotonic): void {
    if (this.#forgottenDueAt !== undefined) this.forgot(now);
  }

  /** When `next` may have something that it does not have now. */
  get wakeAt(): Monotonic | undefined {
    if (this.#page !== undefined) return undefined;
    if (this.#retryAt !== undefined) return this.#retryAt;
    if (this.#sweep !== undefined || this.#forgottenDueAt === undefined) return undefined;
    return Math.max(this.#forgottenDueAt, this.#sweepNotBefore ?? 0) as Monotonic;
  }

  /** The page to read now, given how many more events memory may take; undefined: none. One page at a time. */
  next(room: number, now: Monotonic): BacklogPage | undefined {
    if (this.#page !== undefined || (this.#retryAt !== undefined && now < this.#retryAt)) return undefined;
    this.#retryAt = undefined;
    if (this.#behind && room > 0) return this.#ask(this.#readTo, Math.min(room, deliveryLimits.page), false);
    if (this.#sweep === undefined && (this.wakeAt === undefined || now < this.wakeAt)) return undefined;
    this.#sweep ??= this.#beginSweep(now);
    return this.#ask(this.#sweep.after, deliveryLimits.page, true);
  }

  /** The page that was asked for. Answers what of it is to be looked at, and whether they are stragglers found again. */
  answered(deliveries: readonly Delivery[]): {
    readonly found: readonly Delivery[];
    readonly sweep: boolean;
  } {
    const page = this.#page;
    if (page === undefined) throw new Error('a page of the backlog that nobody asked for');
    this.#page = undefined;
    const short = deliveries.length < page.limit;
    const wanted = page.sweep
      ? this.#swept(deliveries, short)
      : this.#readOn(deliveries, short, page.announced);
    const found = wanted.filter(({ event }) => this.#unsaved.get(event.position) !== 'settled');
    for (const position of this.#savedDuringPage) this.#unsaved.delete(position);
    this.#savedDuringPage.clear();
    return { found, sweep: page.sweep };
  }

  /** The page could not be read. */
  failed(now: Monotonic): void {
    this.#page = undefined;
    this.#retryAt = afterMs(now, deliveryLimits.rereadMs);
  }

  changed(position: EventPosition, change: Change): void {
    this.#unsaved.set(position, change);
    this.#savedDuringPage.delete(position);
  }

  isUnsaved(position: EventPosition): boolean {
    return this.#unsaved.has(position);
  }

  /** The store holds this change now; a page that is under way may still have been read before. */
  saved(position: EventPosition, change: Change): void {
    if (this.#unsaved.get(position) !== change) return;
    if (this.#page === undefined) this.#unsaved.delete(position);
    else this.#savedDuringPage.add(position);
  }

  #ask(after: EventPosition, limit: number, sweep: boolean): BacklogPage {
    this.#page = { limit, sweep, announced: this.#announced };
    return { after, limit };
  }

  /** Whatever was announced before the page was asked for is on it or gone; only later ones keep us behind. */
  #readOn(deliveries: readonly Delivery[], short: boolean, announced: EventPosition): readonly Delivery[] {
    this.#readTo = deliveries.at(-1)?.event.position ?? this.#readTo;
    this.#pagesTo = this.#readTo;
    if (short) this.#behind = this.#announced > Math.max(this.#readTo, announced);
    return deliveries;
  }

  #beginSweep(now: Monotonic): { after: EventPosition; readonly upTo: EventPosition } {
    this.#forgottenDueAt = undefined;
    this.#sweepNotBefore = afterMs(now, deliveryLimits.sweepGapMs);
    return { after: beginning, upTo: this.#readTo };
  }

  #swept(deliveries: readonly Delivery[], short: boolean): readonly Delivery[] {
    const sweep = this.#sweep;
    if (sweep === undefined) throw new Error('a page of a sweep that is not under way');
    const wanted = deliveries.filter(({ event }) => event.position <= sweep.upTo);
    sweep.after = deliveries.at(-1)?.event.position ?? sweep.upTo;
    if (short || sweep.after >= sweep.upTo) this.#sweep = undefined;
    return wanted;
  }
}
