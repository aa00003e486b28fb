import type { Decision } from '../decision.ts';
import type { LocalTimes } from '../flow/local-time.ts';
import type { Chance } from '../ports/chance.ts';
import type { LiveCall } from './live-call.ts';
import type { Sitting } from './sitting.ts';

/** What one decision is about to do with one call: the call, the sheet it is noted on, and where ids and local times come from. */
export interface Turn {
  readonly live: LiveCall;
  readonly decision: Decision;
  readonly chance: Chance;
  readonly localTimes: LocalTimes;
  /** The decision as a whole: other calls it is about, rooms and groups. */
  readonly sitting: Sitting;
}
