import type { Queuecall } from '@parley/contract';
import type { Decision } from '../decision.ts';
import type { Moment } from '../ports/moment.ts';
import { changeWaiting, type VisitChange } from '../queue/visits.ts';
import type { House } from './house.ts';
import type { SittingRoom } from './sitting-room.ts';

export interface VisitAnswer {
  readonly decision: Decision;
  /** Why it could not be done, if so; a clause for people. */
  readonly problem: string | undefined;
  /** The visit that the caller has now. */
  readonly visit: Queuecall | undefined;
}

/** What clients change of callers who wait in queues. */
export class VisitDesk {
  readonly #house: House;
  readonly #room: SittingRoom;

  constructor(house: House, room: SittingRoom) {
    this.#house = house;
    this.#room = room;
  }

  /** After a move the caller has another visit. */
  change(visitId: string, wanted: VisitChange, at: Moment): VisitAnswer {
    const callId = this.#house.visits.get(visitId)?.callId ?? '';
    let problem: string | undefined;
    const decision = this.#room.decide(at, (sitting) => {
      problem = changeWaiting(sitting, visitId, wanted);
    });
    const now = this.#house.call(callId)?.visitId ?? visitId;
    return { decision, problem, visit: this.#house.visits.get(now)?.row };
  }
}
