import { nilId } from '@parley/contract';
import { Deadlines } from '../deadlines.ts';
import { Decision } from '../decision.ts';
import { createLocalTimes, type LocalTimes } from '../flow/local-time.ts';
import type { Chance } from '../ports/chance.ts';
import type { Moment, Monotonic } from '../ports/moment.ts';
import { tellMatchers, tellMatchersOfAll } from '../queue/match.ts';
import { agentWakeTime } from '../queue/offers.ts';
import { countPuts } from '../queue/staff.ts';
import { beginDay } from '../queue/today.ts';
import { visitWakeTime } from '../queue/visits.ts';
import { cause } from './cause.ts';
import type { House } from './house.ts';
import { terminate } from './leg.ts';
import { isEnding, type LiveCall, wakeTime } from './live-call.ts';
import { Sitting, type SittingDeps } from './sitting.ts';
import type { Turn } from './turn.ts';

/** Where decisions are made, one after the other: it keeps the deadlines that follow from them, and the damage of bugs small. */
export class SittingRoom {
  readonly #deps: Omit<SittingDeps, 'decision' | 'localTimes'>;
  readonly #house: House;
  readonly #chance: Chance;
  readonly #localTimes: LocalTimes = createLocalTimes();
  /** Of everything that is live, by its id. */
  readonly #deadlines = new Deadlines();

  constructor(deps: Omit<SittingDeps, 'decision' | 'localTimes'>) {
    this.#deps = deps;
    this.#house = deps.house;
    this.#chance = deps.chance;
  }

  wakeAt(): Monotonic | undefined {
    return this.#deadlines.next();
  }

  /** Takes out what is due. All of it first: what is due again at once waits for the next time, it cannot stall this one. */
  due({ mono }: Moment): readonly string[] {
    const due: string[] = [];
    for (let id = this.#deadlines.takeDue(mono); id !== undefined; id = this.#deadlines.takeDue(mono))
      due.push(id);
    return due;
  }

  setDeadline(id: string, at: Monotonic | undefined): void {
    this.#deadlines.set(id, at);
  }

  decideOn(live: LiveCall, at: Moment, decide: (turn: Turn) => void): Decision {
    return this.decide(at, (sitting) => decide(sitting.turnOf(live)));
  }

  /** A bug in a decision ends the calls it was about, and nothing else. */
  decide(at: Moment, decide: (sitting: Sitting) => void): Decision {
    const sitting = this.#sit(at);
    try {
      decide(sitting);
      sitting.conclude();
      this.#settle(sitting);
      return sitting.decision;
    } catch (error) {
      const calls = sitting.undo();
      tellMatchers(this.#house, sitting);
      return this.#endForBug(calls, at, error);
    }
  }

  #sit(at: Moment): Sitting {
    if (beginDay(this.#house, at.wall)) tellMatchersOfAll(this.#house);
    const decision = new Decision(at, this.#chance);
    return new Sitting({ ...this.#deps, decision, localTimes: this.#localTimes });
  }

  /** `calls` as they were before the decision that went wrong, and which is not carried out. */
  #endForBug(calls: readonly LiveCall[], at: Moment, error: unknown): Decision {
    const sitting = this.#sit(at);
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    if (calls.length === 0) reportBug(sitting.decision, nilId, text);
    for (const live of calls) {
      live.walk = undefined;
      reportBug(sitting.decision, live.call.id, `the call is ended for it: ${text}`);
      const turn = sitting.turnOf(live);
      if (isEnding(live)) this.#forget(turn);
      else terminate(turn, cause.networkOutOfOrder);
    }
    this.#settle(sitting);
    return sitting.decision;
  }

  /** Even its end goes wrong: nothing more is decided about it. Its rows are closed at the next start. */
  #forget({ live, decision }: Turn): void {
    const { id: callId } = live.call;
    decision.effect({ kind: 'hangup', callId, cause: cause.networkOutOfOrder });
    decision.effect({ kind: 'closeMedia', callId });
    this.#remove(live);
  }

  /** After each decision: the next deadlines of all it was about, or their removal when nothing is left to come. */
  #settle(sitting: Sitting): void {
    for (const callId of sitting.callIds) {
      const live = this.#house.call(callId);
      if (live === undefined) continue;
      if (live.call.status === 'hangup' && live.media === 'closed') this.#remove(live);
      else this.#deadlines.set(callId, wakeTime(live));
    }
    for (const id of sitting.conferences.ids)
      this.#deadlines.set(id, this.#house.conferences.get(id)?.deadline);
    for (const id of sitting.visits.ids) {
      const visit = this.#house.visits.get(id);
      this.#deadlines.set(id, visit && visitWakeTime(visit));
    }
    tellMatchers(this.#house, sitting);
    countPuts(this.#house, sitting.decision.puts);
    for (const id of sitting.agents.ids) {
      const agent = this.#house.agents.get(id);
      this.#deadlines.set(id, agent && agentWakeTime(agent));
    }
    for (const id of sitting.recordings.ids)
      this.#deadlines.set(id, this.#house.recordings.get(id)?.deadline);
  }

  #remove(live: LiveCall): void {
    this.#house.remove(live);
    this.#deadlines.set(live.call.id, undefined);
  }
}

function reportBug(decision: Decision, callId: string, text: string): void {
  decision.effect({ kind: 'report', callId, problem: 'bug', text: `a bug: ${text}` });
}
