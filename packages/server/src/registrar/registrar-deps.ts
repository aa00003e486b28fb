import type { Changes, Chance, CommitOutcome, Store } from '@parley/core';
import type { DigestHash, HeaderPair, InquiryId } from '@parley/sip';
import type { Logger } from 'pino';
import type { Clock } from '../clock.ts';
import type { AttemptLimits } from './attempt-limiter.ts';
import type { RegistrarTally } from './tally.ts';

export interface RegistrarSettings {
  /** Domain of extensions and realm of their passwords, in lower case. */
  readonly domain: string;
  /** Whether that address may call without logging in. */
  readonly trusts: (address: string) => boolean;
}

export interface RegistrarDeps {
  readonly store: Pick<Store, 'find' | 'get' | 'live' | 'customers'>;
  /** The commit pipeline: resolves when the changes are durable. */
  readonly submit: (changes: Changes) => Promise<CommitOutcome>;
  /** Answers a request that came out of the SIP engine. */
  readonly respond: (
    inquiry: InquiryId,
    status: number,
    reason: string | undefined,
    headers: readonly HeaderPair[],
  ) => void;
  /** An extension has phones now, or has none any more; told once for each such change, and at the start of those that have. */
  readonly changed: (customerId: string, extension: string, isRegistered: boolean) => void;
  readonly hash: DigestHash;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Logger;
  readonly tally: RegistrarTally;
  readonly settings: RegistrarSettings;
  readonly attemptLimits?: AttemptLimits;
}
