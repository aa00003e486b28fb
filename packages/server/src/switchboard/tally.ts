/** Counts of what leaves no trace in the event log, for the operator's metrics. */
export interface Tally {
  /** A SIP message that led to nothing. */
  dropped(reason: string): void;
  /** An INVITE refused before it became a call. */
  refused(why: string): void;
  /** Something went wrong in a call: `flow`, `media`. */
  problem(kind: string): void;
}
