import type {
  Accesskey,
  Activeflow,
  Agent,
  Call,
  Confbridge,
  Conference,
  Customer,
  EventType,
  Extension,
  Flow,
  Groupcall,
  Instant,
  PhoneNumber,
  Provider,
  Queue,
  Queuecall,
  Recording,
  Route,
  Tag,
  Transfer,
  Trunk,
} from '@parley/contract';

import type { LoginRow, SessionRow } from '../agent/login.ts';
import type { PasswordHashes } from '../extension/extension.ts';
import type { RegistrationRow } from '../extension/registration.ts';
import type { ExplanationRow } from '../queue/explanation-row.ts';
import type { StandingRow, StatisticRow } from '../statistics/rows.ts';
import type { Subject, Tally } from '../statistics/tally.ts';

/** What is kept of each resource: its public form, and beside it what is nobody's business. */
export interface Rows {
  readonly customer: Customer;
  readonly accesskey: Omit<Accesskey, 'token'> & { readonly token_hash: string };
  readonly flow: Flow;
  readonly number: PhoneNumber;
  readonly tag: Tag;
  readonly agent: Agent;
  readonly login: LoginRow;
  readonly session: SessionRow;
  readonly queue: Queue;
  readonly queuecall: Queuecall;
  readonly explanation: ExplanationRow;
  readonly statistic: StatisticRow;
  readonly standing: StandingRow;
  readonly extension: Extension & { readonly password_hashes: PasswordHashes };
  readonly registration: RegistrationRow;
  readonly call: Call;
  readonly activeflow: Activeflow;
  readonly groupcall: Groupcall;
  readonly conference: Conference;
  readonly confbridge: Confbridge;
  readonly recording: Recording;
  readonly transfer: Transfer;
  readonly provider: Provider & { readonly password: string };
  readonly route: Route;
  readonly trunk: Trunk & { readonly password_hashes?: PasswordHashes };
}

export type Kind = keyof Rows;

/** Kinds that have a lookup key, that point to something, and that go on from one process to the next. */
export type LookupKind = 'number' | 'accesskey' | 'extension' | 'trunk' | 'login' | 'session';
export type ChildKind =
  | 'number'
  | 'activeflow'
  | 'recording'
  | 'groupcall'
  | 'transfer'
  | 'route'
  | 'session'
  | 'queuecall'
  | 'statistic';
export type LiveKind =
  | 'call'
  | 'activeflow'
  | 'registration'
  | 'groupcall'
  | 'conference'
  | 'confbridge'
  | 'recording'
  | 'provider'
  | 'trunk'
  | 'agent'
  | 'queue'
  | 'queuecall'
  | 'statistic'
  | 'standing';

/** `version` starts at 1 and grows by one with each put. */
export interface Stored<K extends Kind> {
  readonly row: Rows[K];
  readonly version: number;
}

/** The whole row, as it is to stand from now on. */
export type Put = { readonly [K in Kind]: { readonly kind: K; readonly row: Rows[K] } }[Kind];

/** Holds when the row has this version; version 0: there is no such row. */
export interface Precondition {
  readonly kind: Kind;
  readonly id: string;
  readonly version: number;
}

/** An event on its way into the log. */
export interface NewEvent {
  /** Unique for ever; the `webhook-id` of its deliveries. */
  readonly id: string;
  readonly type: EventType;
  readonly customerId: string;
  /** Events of one lane are delivered in order: the call tree, or else the resource. */
  readonly lane: string;
  readonly resourceId: string;
  readonly at: Instant;
  /** The exact `{"type","data"}` text that is sent and shown. */
  readonly body: string;
  /** Endpoints that are owed it; each becomes a delivery in the same transaction. */
  readonly recipients: readonly string[];
}

/** Position in the log, opaque outside the store; later events compare greater. */
export type EventPosition = number & { readonly __eventPosition: unique symbol };

export interface LogEntry extends Omit<NewEvent, 'recipients'> {
  readonly position: EventPosition;
}

/** One event owed to one endpoint. */
export interface Delivery {
  readonly endpointId: string;
  readonly event: LogEntry;
  /** Attempts that have failed so far. */
  readonly attempts: number;
  /** Not before this time; at first the time of the event. */
  readonly nextAttemptAt: Instant;
}

/** Of a delivery that is not owed (any more) nothing changes. */
export type DeliveryChange =
  | { readonly change: 'settled'; readonly endpointId: string; readonly position: EventPosition }
  | {
      readonly change: 'postponed';
      readonly endpointId: string;
      readonly position: EventPosition;
      readonly attempts: number;
      readonly nextAttemptAt: Instant;
    };

/** What becomes true together, or not at all. */
export interface Commit {
  /** In their order: a lookup key that one lets go of is free for the next. */
  readonly puts: readonly Put[];
  readonly events: readonly NewEvent[];
  readonly deliveries: readonly DeliveryChange[];
  readonly preconditions: readonly Precondition[];
}

export type CommitOutcome =
  /** Positions are in the order of `events`. */
  | { readonly ok: true; readonly positions: readonly EventPosition[] }
  /** A precondition did not hold, or the row's lookup key belongs to another row. Nothing of this commit was stored. */
  | {
      readonly ok: false;
      readonly lost: { readonly kind: Kind; readonly id: string; readonly why: 'version' | 'taken' };
    };

export interface Page<K extends Kind> {
  readonly rows: readonly Rows[K][];
  /** Hand it back as `after` for what follows; undefined: this was the last page. */
  readonly next: string | undefined;
}

export interface ListQuery {
  readonly customerId: string;
  /** 1..100 */
  readonly limit: number;
  /** `next` of the page before. Text that is not one is refused with `badToken`. */
  readonly after: string | undefined;
}

export interface EventQuery {
  /** undefined: of all customers. */
  readonly customerId: string | undefined;
  readonly after: EventPosition;
  /** 1..1,000 */
  readonly limit: number;
}

/** Children of one parent by when they were made: from a time on, before another. */
export interface SpanQuery {
  readonly parentId: string;
  readonly from: string;
  readonly before: string;
  /** 1..1,000 */
  readonly limit: number;
}

/** What was counted of a queue or an agent in one quarter of an hour, found without the ledger. */
export interface Recounted {
  readonly customerId: string;
  readonly subject: Subject;
  readonly subjectId: string;
  /** Milliseconds since 1970. */
  readonly start: number;
  readonly tally: Tally;
}

export interface PruneQuery {
  readonly before: Instant;
  readonly after: EventPosition;
  /** 1..1,000 */
  readonly limit: number;
}

/**
 * Where everything durable is. One suite of tests runs on every implementation.
 *
 * Lookup keys (`number` of an undeleted number, `token_hash` of an undeleted accesskey, `extensionKey` of an undeleted
 * extension, `trunkKey` of an undeleted trunk, `usernameKey` of an undeleted login, `token_hash` of an undeleted session)
 * are unique over all customers.
 * A row whose `tm_delete` has come is hidden from `find`, `list` and `findByParent`, never from `get`; but for
 * queuecalls, to which that time is their end.
 */
export interface Store {
  /**
   * One transaction, one flush to disk, for all of them; a commit that loses is left out alone.
   * Resolves when durable. Rejects when nothing was stored (disk full, connection gone): the caller may try again. But
   * with a TypeError for what is no commit at all, which trying again does not mend.
   */
  commit(commits: readonly Commit[]): Promise<readonly CommitOutcome[]>;
  get<K extends Kind>(kind: K, id: string): Promise<Stored<K> | undefined>;
  /** By lookup key: the number dialled, the hash of an access token, an extension with its customer, a trunk's domain, a user name. */
  find<K extends LookupKind>(kind: K, lookup: string): Promise<Stored<K> | undefined>;
  /**
   * By what a row points to: numbers by `call_flow_id` or `message_flow_id`, activeflows and recordings by
   * `reference_id`, group dials by `master_call_id`, transfers by `transferer_call_id`, routes by `routeKey`, sessions
   * by `agent_id`, queuecalls by `reference_id`, statistics by `statisticKey`. All of them, oldest first.
   */
  findByParent<K extends ChildKind>(kind: K, parentId: string): Promise<readonly Stored<K>[]>;
  /** The same for those that were made in a span of time, the first `limit` of them. */
  findBetween<K extends ChildKind>(kind: K, query: SpanQuery): Promise<readonly Stored<K>[]>;
  /**
   * Newest first (`tm_create`, then id), undeleted ones only; a customer is listed under its own id.
   * `badToken`: `after` is not a token of ours. Limits out of range, here and below, reject with a RangeError.
   */
  list<K extends Kind>(kind: K, query: ListQuery): Promise<Page<K> | 'badToken'>;
  /** All customers that are not removed, oldest first: whom events are owed to, and whether this is a first start. */
  customers(): Promise<readonly Stored<'customer'>[]>;
  /**
   * Oldest first. Calls and group dials that are not hung up, activeflows that are not deleted, recordings that have not
   * ended, rooms that are not closed: what recovery has to close. Queuecalls that are not
   * `done` or `abandoned`, statistics that are not closed, standings. Registrations with contacts, trunks, providers, agents and queues that are not deleted,
   * conferences that are not over: what a process that starts goes on with.
   */
  live<K extends LiveKind>(kind: K): Promise<readonly Stored<K>[]>;
  /** Oldest first, strictly after a position (0: from the beginning). Never skips one that becomes visible late. */
  events(query: EventQuery): Promise<readonly LogEntry[]>;
  /** The newest position; 0 in an empty log. */
  lastPosition(): Promise<EventPosition>;
  /** What is owed, oldest position first, after a position. An event that is owed to several is not split. */
  owed(query: {
    readonly after: EventPosition;
    /** Events, 1..1,000. */
    readonly limit: number;
    readonly endpointId?: string;
  }): Promise<readonly Delivery[]>;
  /**
   * Takes old events out of the log: those before a time that are owed to nobody, and never the newest. Looks at no more
   * than `limit` of them, oldest first, after a position, so that no commit waits long behind it. `next`: go on from
   * there; undefined: nothing older than `before` follows.
   */
  prune(query: PruneQuery): Promise<{ readonly removed: number; readonly next: EventPosition | undefined }>;
  /** The newest position that was taken out of a customer's log; 0 when it is whole. */
  prunedTo(customerId: string): Promise<EventPosition>;
  /**
   * All quarters of an hour counted anew, in no order and without those in which nothing was: from the visits as they are
   * stored; with `untilMs` the time of agents' statuses too, up to then, from the events that are still in the log. Goes
   * through everything: for a start without figures, and to hold other figures against.
   */
  recount(untilMs: number | undefined): Promise<readonly Recounted[]>;
  /** Finishes what is under way and lets go of the files. */
  close(): Promise<void>;
}
