export interface CallCentreSettings {
  /** A call is ended after that time, whatever it does. */
  readonly longestCallMs: number;
  /** Media that does not report its closing leaves a call without statistics, not in memory. */
  readonly closingMediaMs: number;
  /** Calls at one time; one that a flow wants made beyond it has failed. */
  readonly maxCalls: number;
  /** Calls of one customer at one time, likewise. */
  readonly maxCallsPerCustomer: number;
}

export const defaultSettings: CallCentreSettings = {
  longestCallMs: 4 * 3_600_000,
  closingMediaMs: 5_000,
  maxCalls: 20_000,
  maxCallsPerCustomer: 20_000,
};
