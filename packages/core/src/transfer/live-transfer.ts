import type { Address, Transfer } from '@parley/contract';
import type { PlannedDestination } from '../dial/plan.ts';

export interface TransferWanted {
  readonly type: Transfer['type'];
  /** A conference among them is the only one, and the transfer is blind. */
  readonly addresses: readonly Address[];
  /** How they are reached; nobody is called for a conference. */
  readonly destinations: readonly PlannedDestination[];
  /** Asked for by the transferer's phone, by REFER. */
  readonly byRefer: boolean;
}

/** A transfer that is not over. Its row is replaced when it changes, never changed. */
export interface LiveTransfer {
  row: Transfer;
  readonly lane: string;
  /** The transferer asked by REFER: its phone is told how it goes, and stays until it has worked. */
  readonly byRefer: boolean;
  /** Whom the new party sees. */
  readonly source: Address;
  /** Those who are kept waiting: on hold while an attended transfer is under way, hearing ringing in a blind one. */
  readonly waiting: readonly string[];
}
