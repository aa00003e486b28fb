import type { Call, Customer, Registration } from '@parley/contract';
import type { Chance, Changes, CommitOutcome, Hash, HashPassword, QueueNow, Store } from '@parley/core';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Clock } from '../clock.ts';
import type { Passwords } from '../passwords.ts';
import type { RecordingFiles } from '../recording/recording-files.ts';
import type { Statistics } from '../statistics/statistics.ts';
import type { CallCommands } from '../switchboard/call-commands.ts';
import type { Locate } from '../switchboard/locator.ts';
import type { HttpSettings } from './settings.ts';

/** What the HTTP side reads of the store; it writes through `submit` alone. */
export type StoreReads = Pick<
  Store,
  'get' | 'find' | 'findByParent' | 'list' | 'events' | 'lastPosition' | 'prunedTo'
>;

/** Everything the HTTP server needs from the rest of the process. */
export interface HttpDeps {
  readonly store: StoreReads;
  /**
   * The commit pipeline: resolves when the changes are durable, or lost a race. Rejects when nothing was stored
   * (disk full, database gone); the client is told to try again.
   */
  readonly submit: (changes: Changes) => Promise<CommitOutcome>;
  readonly calls: {
    /** Begins to end a live call; `ok` once the store shows that it has begun. */
    readonly hangup: (id: string) => Promise<'ok' | 'notFound' | 'alreadyHungUp'>;
    /** Whether the call may still change: it is not over, or its media is closing and its statistics are to come. */
    readonly isLive: (id: string) => boolean;
    /** The call as it is now, while it is live. */
    readonly live: (id: string) => Call | undefined;
  };
  /** What is asked of calls, conferences and group dials that are live, and how calls are made. */
  readonly commands: Pick<
    CallCommands,
    | 'ask'
    | 'dial'
    | 'decide'
    | 'noRoomFor'
    | 'noRoomForConference'
    | 'isPaused'
    | 'transferSource'
    | 'explainWait'
    | 'explainAgent'
    | 'supervision'
  >;
  /** Finds out how destinations are reached, in their order. */
  readonly locate: Locate;
  readonly activeflows: {
    /** `ok` once the store shows that it has ended. */
    readonly stop: (id: string) => Promise<'ok' | 'notFound' | 'ended'>;
    /** Ends the `block` action `actionId`; `ok` once the store shows what follows it. */
    readonly resume: (id: string, actionId: string) => Promise<'ok' | 'notFound' | 'notBlocked'>;
  };
  /** The phones that calls to an extension would ring now, in that order. */
  readonly registrationsOf: (extensionId: string) => readonly Registration[];
  /** What queues and agents did. */
  readonly statistics: Pick<Statistics, 'tallies'>;
  /** What goes on in a queue that is not deleted. */
  readonly queueNow: (queueId: string) => QueueNow | undefined;
  readonly recordings: Pick<RecordingFiles, 'sizeOf' | 'read' | 'remove'>;
  readonly events: {
    /** Calls `listener` whenever the event log has grown, until the function that it returns is called. */
    readonly changed: (listener: () => void) => () => void;
  };
  readonly chance: Chance;
  readonly clock: Clock;
  /** SHA-256, lower-case hex. */
  readonly hash: Hash;
  readonly hashPassword: HashPassword;
  /** Those of agents. */
  readonly passwords: Passwords;
  /** `why` is a clause for people, such as `the server is draining`. */
  readonly ready: () => { readonly ok: true } | { readonly ok: false; readonly why: string };
  /** The HTTP server's own figures are added to it, and all of it is shown at `/metrics`. */
  readonly metrics: Registry;
  readonly log: Logger;
  /** After a commit that changed a customer: whoever holds an older copy reads anew. */
  readonly onCustomerChanged: (customer: Customer) => void;
  /** What is left out is as `defaultHttpSettings` says. */
  readonly settings?: Partial<HttpSettings>;
}
