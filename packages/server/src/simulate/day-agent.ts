import { type Agent, type AgentStatus, notYet } from '@parley/contract';
import { cause } from '@parley/core';
import type { Desk } from './desk.ts';
import { type Distribution, draw } from './distribution.ts';
import type { FarEnd, Phone } from './far-end.ts';
import type { SeededChance } from './seeded-chance.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** How an agent works, beside its hours. Shares are of 1, times are drawn anew each time. */
export interface Habits {
  /** From the first ring to the answer. */
  readonly answer: Distribution;
  /** Share of rings it does not hear, and of those it declines. */
  readonly misses: number;
  readonly declines: number;
  /** How often it goes away between two calls, and for how long. */
  readonly awayPerHour: number;
  readonly away: Distribution;
  /** How often its phone is gone, and for how long. */
  readonly phoneLostPerHour: number;
  readonly phoneLost: Distribution;
  /** Share of status changes that are sent twice. */
  readonly doubleClicks: number;
  /** Until it sees that it was set to away for not answering. */
  readonly notices: Distribution;
  /** How long it rests after a caller when nothing but itself ends the rest. */
  readonly rests: Distribution;
  /** Share of talks that the agent ends, and when, as a share of what the caller would talk. */
  readonly endsTalk: number;
}

/** When an agent is there: milliseconds of the day. */
export interface Shift {
  readonly from: number;
  readonly until: number;
  readonly breaks: readonly { readonly from: number; readonly until: number }[];
}

export interface AgentPlan {
  readonly agentId: string;
  readonly customerId: string;
  readonly extension: string;
  readonly shift: Shift;
  readonly habits: Habits;
}

export interface AgentDeps {
  readonly clock: VirtualClock;
  readonly desk: Desk;
  readonly farEnd: FarEnd;
  readonly chance: SeededChance;
}

/** How long somebody waits before trying again what nobody answered. */
const retryMs = 2_000;
const ringMs = 60;
const hourMs = 3_600_000;

/** Somebody who takes calls: comes and goes by the hours, and has habits. */
export class DayAgent implements Phone {
  readonly plan: AgentPlan;
  readonly #deps: AgentDeps;
  /** What it means to be; Parley's own `ringing` and `busy` come between. */
  #chosen: AgentStatus = 'offline';
  #reachable = true;
  /** Calls at its phone; true: answered. */
  readonly #calls = new Map<string, boolean>();

  constructor(deps: AgentDeps, plan: AgentPlan) {
    this.#deps = deps;
    this.plan = plan;
  }

  get chosen(): AgentStatus {
    return this.#chosen;
  }

  get isReachable(): boolean {
    return this.#reachable;
  }

  /** Everything of the day that goes by the clock. */
  begin(): void {
    const { shift } = this.plan;
    this.#at(shift.from, () => this.#comes());
    for (const each of shift.breaks) {
      this.#at(each.from, () => this.#choose('away', 'break'));
      this.#at(each.until, () => this.#choose('available', ''));
    }
    this.#at(shift.until, () => this.#choose('offline', ''));
  }

  /** Says whether its phone can be called. */
  registers(): void {
    const { customerId, extension } = this.plan;
    this.#deps.desk.registered(customerId, extension, this.#reachable);
  }

  rung(callId: string): void {
    const { chance, clock, farEnd } = this.#deps;
    const { habits } = this.plan;
    const [luck, answerMs] = [chance.fraction(), draw(habits.answer, chance)];
    if (this.#calls.size > 0) return farEnd.ends(callId, cause.userBusy);
    this.#calls.set(callId, false);
    clock.after(ringMs, () => farEnd.rings(callId));
    if (luck < habits.misses) return;
    clock.after(ringMs + Math.round(answerMs), () => {
      if (!this.#calls.has(callId)) return;
      if (luck < habits.misses + habits.declines) return farEnd.ends(callId, cause.rejected);
      this.#calls.set(callId, true);
      farEnd.answers(callId);
    });
  }

  ended(callId: string): void {
    this.#calls.delete(callId);
  }

  /** A talk with a caller has begun, that would last for so long: sometimes the agent has said what there is to say. */
  serves(callId: string, talkMs: number): void {
    const { chance, clock, farEnd } = this.#deps;
    const [luck, part] = [chance.fraction(), chance.fraction()];
    if (luck >= this.plan.habits.endsTalk) return;
    clock.after(Math.round(talkMs * part), () => {
      if (this.#calls.get(callId) === true) farEnd.ends(callId, cause.normalClearing);
    });
  }

  /** What Parley says it is. */
  told(row: Agent): void {
    const { status, status_reason: reason } = row;
    if (isOwnRest(row)) this.#rests(row);
    if (status !== 'away' || !reason.startsWith('missed_') || this.#chosen !== 'available') return;
    const { chance, clock } = this.#deps;
    clock.after(Math.round(draw(this.plan.habits.notices, chance)), () => {
      if (this.#chosen === 'available') this.#set('available', '');
    });
  }

  #rests({ id, tm_status: since }: Agent): void {
    const { chance, clock, desk } = this.#deps;
    clock.after(Math.round(draw(this.plan.habits.rests, chance)), () => {
      const now = desk.read(id)?.row;
      if (now !== undefined && isOwnRest(now) && now.tm_status === since) desk.finishRest(id);
    });
  }

  /** The call it has answered. */
  get talkingOn(): string | undefined {
    for (const [callId, answered] of this.#calls) if (answered) return callId;
    return undefined;
  }

  #comes(): void {
    const { awayPerHour, away, phoneLostPerHour, phoneLost } = this.plan.habits;
    this.#choose('available', '');
    this.#nowAndThen(awayPerHour, away, {
      begins: () => this.#chosen === 'available' && this.#choose('away', 'coffee'),
      ends: () => this.#chosen === 'away' && !this.#isOnBreak() && this.#choose('available', ''),
    });
    this.#nowAndThen(phoneLostPerHour, phoneLost, {
      begins: () => this.#loses(),
      ends: () => {
        this.#reachable = true;
        this.registers();
      },
    });
  }

  /** Its phone has no power, or no network: calls break off. */
  #loses(): void {
    this.#reachable = false;
    this.registers();
    for (const callId of this.#calls.keys()) this.#deps.farEnd.ends(callId, cause.networkOutOfOrder);
  }

  #isOnBreak(): boolean {
    const { ms } = this.#deps.clock;
    return this.plan.shift.breaks.some(({ from, until }) => from <= ms && ms < until);
  }

  #nowAndThen(
    perHour: number,
    lasts: Distribution,
    what: { readonly begins: () => unknown; readonly ends: () => unknown },
  ): void {
    if (perHour <= 0) return;
    const { chance, clock } = this.#deps;
    const inMs = draw({ mean: hourMs / 1000 / perHour }, chance);
    const forMs = draw(lasts, chance);
    if (clock.ms + inMs >= this.plan.shift.until) return;
    clock.after(Math.round(inMs), () => {
      what.begins();
      clock.after(Math.round(forMs), () => {
        what.ends();
        this.#nowAndThen(perHour, lasts, what);
      });
    });
  }

  #choose(status: AgentStatus, reason: string): void {
    this.#chosen = status;
    this.#set(status, reason);
    if (this.#deps.chance.happens(this.plan.habits.doubleClicks)) this.#set(status, reason);
  }

  #set(status: AgentStatus, reason: string): void {
    const { clock, desk } = this.#deps;
    if (desk.setStatus(this.plan.agentId, status, reason)) return;
    clock.after(retryMs, () => {
      if (this.#chosen === status) this.#set(status, reason);
    });
  }

  #at(ms: number, act: () => void): void {
    this.#deps.clock.after(Math.max(0, ms - this.#deps.clock.ms), act);
  }
}

/** It rests after a caller until it says otherwise. */
function isOwnRest({ status, status_reason: reason, tm_wrap_up_end: end }: Agent): boolean {
  return status === 'busy' && reason === 'wrap_up' && end === notYet;
}
