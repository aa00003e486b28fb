import type { Call, Recording } from '@parley/contract';
import type { Monotonic } from '../ports/moment.ts';

/** A recording that has not ended. Its row is replaced when it changes, never changed. */
export interface LiveRecording {
  row: Recording;
  /** The lane of its events. */
  readonly lane: string;
  /** The room that is recorded; undefined: a call. */
  readonly roomId: string | undefined;
  /** The key that ends it. */
  readonly endKey: EndKey;
  /** The two ends of the call that is recorded, for a flow that follows it; undefined: a conference. */
  readonly parties: Parties | undefined;
  /** How many flows at the end of recordings have led to it. */
  readonly afterFlows: number;
  /** Media has been told to end it and has to report that by then. */
  deadline: Monotonic | undefined;
}

export type Parties = Pick<Call, 'source' | 'destination'>;

export type EndKey = 'none' | 'any' | '*' | '#';

export interface RecordingWanted {
  readonly endOfSilenceMs: number;
  readonly endKey: EndKey;
  /** 0: as long as there is something to record. */
  readonly durationMs: number;
  readonly beepStart: boolean;
  /** The stored flow that is run once it has ended; nil: none. */
  readonly onEndFlowId: string;
}
