import type { Recording } from '@parley/contract';
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
  /** Media has been told to end it and has to report that by then. */
  deadline: Monotonic | undefined;
}

export type EndKey = 'none' | 'any' | '*' | '#';

export interface RecordingWanted {
  readonly endOfSilenceMs: number;
  readonly endKey: EndKey;
  /** 0: as long as there is something to record. */
  readonly durationMs: number;
  readonly beepStart: boolean;
}
