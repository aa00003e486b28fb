import { type CheckOutcome, Deadlines, type Monotonic } from '@parley/core';
import type { OutgoingRequest, RequestId, SipOutput } from '@parley/sip';
import { Alarm, type Clock } from '../clock.ts';

export type ResponseOutput = Extract<SipOutput, { kind: 'response' }>;

export interface HealthWatchDeps {
  readonly clock: Clock;
  /** 0 <= n < 1. */
  readonly fraction: () => number;
  /** The OPTIONS to that provider; rejects when its host has no address. */
  readonly question: (providerId: string) => Promise<OutgoingRequest>;
  readonly request: (wanted: OutgoingRequest) => RequestId | undefined;
  readonly checked: (providerId: string, outcome: CheckOutcome) => void;
}

/** From one check to the next, a tenth more or less, so that the checks of many do not go along in step. */
const everyMs = 30_000;
/** Who has not answered until then does not count as answering: a caller would not have waited either. */
const answerMs = 10_000;
/** The first check comes within that time. */
const soonMs = 1_000;
/** Checks under way at one time; others wait a second. */
const mostChecks = 50;

interface Watched {
  /** When the check under way was begun; undefined: none is. */
  checkedSince: Monotonic | undefined;
  request: RequestId | undefined;
}

/** Asks each provider every 30 s whether it is there (OPTIONS, RFC 3261 section 11). */
export class HealthWatch {
  readonly #deps: HealthWatchDeps;
  readonly #watched = new Map<string, Watched>();
  readonly #asked = new Map<RequestId, string>();
  readonly #deadlines = new Deadlines();
  readonly #alarm: Alarm;
  #underWay = 0;

  constructor(deps: HealthWatchDeps) {
    this.#deps = deps;
    this.#alarm = new Alarm(deps.clock, () => this.#wake());
  }

  get size(): number {
    return this.#watched.size;
  }

  watches(providerId: string): boolean {
    return this.#watched.has(providerId);
  }

  /** From now on, beginning soon; again: anew, because it is another server now. */
  watch(providerId: string): void {
    this.unwatch(providerId);
    this.#watched.set(providerId, { checkedSince: undefined, request: undefined });
    this.#wakeFor(providerId, soonMs * this.#deps.fraction());
  }

  unwatch(providerId: string): void {
    const watched = this.#watched.get(providerId);
    if (watched === undefined) return;
    this.#finish(watched);
    this.#watched.delete(providerId);
    this.#deadlines.set(providerId, undefined);
    this.#alarm.set(this.#deadlines.next());
  }

  stop(): void {
    for (const providerId of this.#watched.keys()) this.unwatch(providerId);
  }

  /** False: not an answer to a question from here, or one that came too late. */
  receive(response: ResponseOutput): boolean {
    const providerId = this.#asked.get(response.request);
    const watched = this.#watched.get(providerId ?? '');
    if (providerId === undefined || watched === undefined) return false;
    this.#conclude(providerId, watched, outcomeOf(response));
    return true;
  }

  #wake(): void {
    const now = this.#deps.clock.now().mono;
    for (let id = this.#deadlines.takeDue(now); id !== undefined; id = this.#deadlines.takeDue(now)) {
      const watched = this.#watched.get(id);
      if (watched?.checkedSince !== undefined) this.#conclude(id, watched, 'silent');
      else if (watched !== undefined && this.#underWay < mostChecks) void this.#check(id, watched, now);
      else this.#wakeFor(id, soonMs);
    }
    this.#alarm.set(this.#deadlines.next());
  }

  async #check(providerId: string, watched: Watched, now: Monotonic): Promise<void> {
    watched.checkedSince = now;
    this.#underWay += 1;
    this.#wakeFor(providerId, answerMs);
    const isStill = (): boolean => this.#watched.get(providerId) === watched && watched.checkedSince === now;
    try {
      const question = await this.#deps.question(providerId);
      if (!isStill()) return;
      watched.request = this.#deps.request(question);
      if (watched.request !== undefined) this.#asked.set(watched.request, providerId);
    } catch {
      // Its name has no address, for now: told by its status, like silence.
      if (isStill()) this.#conclude(providerId, watched, 'silent');
    }
  }

  #conclude(providerId: string, watched: Watched, outcome: CheckOutcome | undefined): void {
    const { clock, fraction, checked } = this.#deps;
    const begun = watched.checkedSince ?? clock.now().mono;
    this.#finish(watched);
    this.#wakeFor(providerId, begun - clock.now().mono + everyMs * (0.9 + 0.2 * fraction()));
    if (outcome !== undefined) checked(providerId, outcome);
  }

  #finish(watched: Watched): void {
    if (watched.checkedSince !== undefined) this.#underWay -= 1;
    if (watched.request !== undefined) this.#asked.delete(watched.request);
    watched.checkedSince = undefined;
    watched.request = undefined;
  }

  #wakeFor(providerId: string, ms: number): void {
    this.#deadlines.set(providerId, (this.#deps.clock.now().mono + Math.max(0, ms)) as Monotonic);
    this.#alarm.set(this.#deadlines.next());
  }
}

/** Any answer shows that somebody is there, but for 503, with which one says that nothing goes. Undefined: our own trouble. */
function outcomeOf({ status, origin }: ResponseOutput): CheckOutcome | undefined {
  if (origin === 'overload') return undefined;
  if (origin === 'transport') return 'broken';
  return origin === 'timeout' || status === 503 ? 'silent' : 'answered';
}
