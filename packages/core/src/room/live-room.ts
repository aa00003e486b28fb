import type { Conference, Confbridge } from '@parley/contract';
import type { Monotonic } from '../ports/moment.ts';

/** A room that is not closed. Its row is replaced when it changes, never changed. */
export interface LiveRoom {
  row: Confbridge;
  /** The conference it is the room of, if it is one's. */
  readonly conferenceId: string | undefined;
  readonly lane: string;
  /** It stays when one of two leaves: somebody is on the way in. */
  keepOpen: boolean;
}

/** A conference that is not deleted, whether anybody is in it or not. */
export interface LiveConference {
  row: Conference;
  readonly lane: string;
  /** When it closes by itself. */
  deadline: Monotonic | undefined;
}
