import type { Address, Queuecall } from '@parley/contract';
import { Decision } from '../decision.ts';
import type { Input } from '../inputs.ts';
import type { Chance } from '../ports/chance.ts';
import type { Moment } from '../ports/moment.ts';
import { type Promised, takeUpPromise } from '../queue/callback-recovery.ts';
import { tellOfVisit } from '../queue/match.ts';
import { locatedForCallback } from '../queue/offers.ts';
import { askForCallback, changeWaiting, type VisitChange, visitWakeTime } from '../queue/visits.ts';
import type { House } from './house.ts';
import type { Sitting } from './sitting.ts';
import type { SittingRoom } from './sitting-room.ts';

export interface VisitAnswer {
  readonly decision: Decision;
  /** Why it could not be done, if so; a clause for people. */
  readonly problem: string | undefined;
  /** The visit that the caller has now. */
  readonly visit: Queuecall | undefined;
}

/** What clients change of callers who wait in queues, and what is done for those who wait for a call back. */
export class VisitDesk {
  readonly #house: House;
  readonly #room: SittingRoom;
  readonly #chance: Chance;

  constructor(house: House, room: SittingRoom, chance: Chance) {
    this.#house = house;
    this.#room = room;
    this.#chance = chance;
  }

  /** After a move the caller has another visit. */
  change(visitId: string, wanted: VisitChange, at: Moment): VisitAnswer {
    return this.#ask(visitId, at, (sitting) => changeWaiting(sitting, visitId, wanted));
  }

  /** Promises a call back; `destination`: where to, if not where the caller calls from. */
  callBack(visitId: string, destination: Address | undefined, at: Moment): VisitAnswer {
    return this.#ask(visitId, at, (sitting) => askForCallback(sitting, visitId, destination));
  }

  /** What is heard about no live call: where somebody is who is to be rung for a caller who has hung up. */
  heard(input: Exclude<Input, { kind: 'callOffered' }>, at: Moment): Decision {
    if (input.kind !== 'located' || !this.#house.visits.has(input.callId))
      return new Decision(at, this.#chance);
    const { callId: visitId, request, destinations } = input;
    return this.#room.decide(at, (sitting) => locatedForCallback(sitting, visitId, request, destinations));
  }

  /** Promises that the last process did not live to keep. */
  takeUp(promises: readonly Promised[], at: Moment): void {
    for (const promised of promises) {
      const visit = takeUpPromise(this.#house, promised, at);
      if (visit === undefined) continue;
      this.#house.visits.set(visit.row.id, visit);
      tellOfVisit(this.#house, visit.row.id);
      this.#room.setDeadline(visit.row.id, visitWakeTime(visit));
    }
  }

  /** Nobody is called back any more by this process, which is about to end. */
  callNobodyBack(): void {
    this.#house.callsNobodyBack = true;
    for (const [id, { callback }] of this.#house.visits)
      if (callback !== undefined) tellOfVisit(this.#house, id);
  }

  #ask(visitId: string, at: Moment, ask: (sitting: Sitting) => string | undefined): VisitAnswer {
    const callId = this.#house.visits.get(visitId)?.callId ?? '';
    let problem: string | undefined;
    const decision = this.#room.decide(at, (sitting) => {
      problem = ask(sitting);
    });
    const now = this.#house.call(callId)?.visitId ?? visitId;
    return { decision, problem, visit: this.#house.visits.get(now)?.row };
  }
}
