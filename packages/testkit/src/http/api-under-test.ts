import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Address, Registration } from '@parley/contract';
import {
  type Changes,
  type Commit,
  type CommitOutcome,
  createAccesskey,
  createCustomer,
  Draft,
  dutiesOf,
  type EventPosition,
  firstCustomer,
  type Kind,
  type NewEvent,
  type PlannedDestination,
  type Put,
  queueNow,
  type QueueNow,
  type Store,
} from '@parley/core';
import {
  createHttpServer,
  createPasswords,
  type HttpDeps,
  type HttpServer,
  type HttpSettings,
  Statistics,
  type StatisticsDeps,
  type StoreReads,
} from '@parley/server';
import { type Logger, pino } from 'pino';
import { Registry } from 'prom-client';
import { SeededChance } from '../seeded-chance.ts';
import { createMemoryStore } from '../store.ts';
import { VirtualClock } from '../virtual-clock.ts';
import { type CentreUnderTest, createCentre, planned } from './centre-under-test.ts';
import { type Client, createClient } from './client.ts';
import { exampleCall } from './example-rows.ts';

interface Owners {
  /** Keys of two customers who must not see anything of each other. */
  readonly key: string;
  readonly otherKey: string;
  readonly customerId: string;
  readonly otherCustomerId: string;
}

/** What a test makes the surroundings of the API do. */
interface Surroundings {
  /** What the server reads through; a test replaces single reads. */
  readonly reads: { -readonly [R in keyof StoreReads]: StoreReads[R] };
  /** What the statistics read through, likewise. */
  readonly figures: { -readonly [R in keyof StatisticsDeps['store']]: StatisticsDeps['store'][R] };
  /** What the call centre answers to commands, in place of one. */
  readonly commands: {
    hangup: HttpDeps['calls']['hangup'];
    /** Calls that may still change. */
    readonly live: Set<string>;
    stop: HttpDeps['activeflows']['stop'];
    resume: HttpDeps['activeflows']['resume'];
  };
  /** Runs before each commit of the API; a test makes races and failures here. */
  beforeCommit: (changes: Changes) => Promise<void>;
  readiness: ReturnType<HttpDeps['ready']>;
  /** Phones that are registered, by extension. */
  readonly registrations: Map<string, readonly Registration[]>;
  readonly changedCustomers: string[];
  /** The files of recordings by their ids, as text; a test puts them here. */
  readonly files: Map<string, string>;
  /** How a destination is reached; a test replaces it. */
  plan: (destination: Address) => PlannedDestination;
  /** Called before a file is removed; a test makes failures here. */
  beforeRemoval: (id: string) => void;
  /** Every line logged so far. */
  readonly logged: string[];
}

export interface ApiUnderTest extends Client, Owners, Surroundings {
  readonly http: HttpServer;
  readonly store: Store;
  /** A call centre that is given no sound and no signalling but what a test makes up. */
  readonly switching: CentreUnderTest;
  readonly chance: SeededChance;
  readonly metrics: Registry;
  /** Puts a row again as it is, as if someone else had changed it. */
  touch(kind: Kind, id: string): Promise<void>;
  /** Commits rows as if someone else had. */
  put(...puts: readonly Put[]): Promise<void>;
  /** Commits whatever a test has decided. */
  commit(changes: Changes): Promise<CommitOutcome>;
  readonly clock: VirtualClock;
  /** Puts events into the log as if calls had made them. */
  emit(customerId: string, count: number): Promise<void>;
  advance(ms: number): void;
}

/** The whole HTTP side on a store in memory, without a socket and on a clock that stands still. */
export async function createApi(settings: Partial<HttpSettings> = {}): Promise<ApiUnderTest> {
  const clock = new VirtualClock();
  const chance = new SeededChance(1);
  const metrics = new Registry();
  const log = createLog();
  const owners = await createOwners(clock, chance, log.commit);
  const surroundings = createSurroundings(log.store);
  const switching = createCentre({ clock, chance, commit: log.commit });
  const statistics = new Statistics({
    store: surroundings.figures,
    submit: log.commit,
    clock,
    log: createLogger(surroundings.logged),
  });
  await statistics.start();
  log.follow((events, last) => statistics.committed(events, last));
  const http = createHttpServer({
    ...depsOf(surroundings, log.commit, switching),
    statistics,
    queueNow: (id) => nowIn(switching, id, clock),
    events: { changed: log.changed },
    chance,
    clock,
    hash: sha256,
    hashPassword: (username, password) => ({
      realm: 'parley.internal',
      sha256: sha256(`${username}:parley.internal:${password}`),
      md5: sha256(`md5 ${username}:parley.internal:${password}`),
    }),
    passwords: createPasswords({ chance, cost: { N: 16, r: 1, p: 1 } }),
    metrics,
    settings,
  });
  const put: ApiUnderTest['put'] = async (...puts) => {
    assert.ok((await log.commit({ puts, events: [], preconditions: [] })).ok);
  };
  return Object.assign(surroundings, owners, createClient(http, owners.key), {
    http,
    store: log.store,
    switching,
    chance,
    metrics,
    put,
    clock,
    commit: log.commit,
    async touch(kind: Kind, id: string) {
      const stored = await log.store.get(kind, id);
      assert.ok(stored);
      // Kind and row come out of the same read.
      await put({ kind, row: stored.row } as Put);
    },
    async emit(customerId: string, count: number) {
      const draft = new Draft(clock.now(), chance);
      for (let made = 0; made < count; made += 1) {
        const call = exampleCall(chance.id(), customerId);
        draft.emit(made % 2 === 0 ? 'call_created' : 'call_hungup', call.id, call);
      }
      assert.ok((await log.commit(draft)).ok);
    },
    advance(ms: number) {
      const until = clock.ms + ms;
      clock.after(ms, () => undefined);
      while (clock.step(until));
    },
  });
}

function nowIn({ centre }: CentreUnderTest, queueId: string, clock: VirtualClock): QueueNow | undefined {
  const queue = centre.queues.get(queueId);
  const duties = [...centre.agents.values()].map(dutiesOf);
  return queue && queueNow(queue.row, centre.visits, duties, clock.now().mono);
}

/** Resolves once the condition holds; the event loop turns in between. */
export async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setImmediate(resolve));
}

/** How many requests wait for events now. */
export async function waitersOf(api: ApiUnderTest): Promise<number> {
  const gauge = await api.metrics.getSingleMetric('parley_http_event_waiters')?.get();
  return gauge?.values[0]?.value ?? 0;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A store, and word of its log growing. */
function createLog() {
  const store = createMemoryStore();
  const listeners = new Set<() => void>();
  const followers = new Set<(events: readonly NewEvent[], last: EventPosition) => void>();
  return {
    store,
    follow: (follower: (events: readonly NewEvent[], last: EventPosition) => void) =>
      void followers.add(follower),
    commit: async (changes: Changes): Promise<CommitOutcome> => {
      const commit: Commit = {
        puts: changes.puts,
        events: changes.events.map((event) => ({ ...event, recipients: [] })),
        deliveries: [],
        preconditions: changes.preconditions,
      };
      const [outcome] = await store.commit([commit]);
      assert.ok(outcome);
      const last = outcome.ok ? outcome.positions.at(-1) : undefined;
      if (last !== undefined) for (const follower of followers) follower(commit.events, last);
      if (commit.events.length > 0) for (const listener of listeners) listener();
      return outcome;
    },
    changed: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function createSurroundings(store: Store): Surroundings {
  return {
    reads: {
      get: store.get.bind(store),
      find: store.find.bind(store),
      findByParent: store.findByParent.bind(store),
      list: store.list.bind(store),
      events: store.events.bind(store),
      lastPosition: store.lastPosition.bind(store),
      prunedTo: store.prunedTo.bind(store),
    },
    figures: {
      live: store.live.bind(store),
      events: store.events.bind(store),
      lastPosition: store.lastPosition.bind(store),
      findBetween: store.findBetween.bind(store),
      recount: store.recount.bind(store),
    },
    commands: {
      hangup: async () => 'notFound',
      live: new Set(),
      stop: async () => 'notFound',
      resume: async () => 'notFound',
    },
    beforeCommit: async () => undefined,
    readiness: { ok: true },
    registrations: new Map(),
    changedCustomers: [],
    files: new Map(),
    plan: planned,
    beforeRemoval: () => undefined,
    logged: [],
  };
}

/** The server's dependencies, each asking the surroundings as they are at that moment. */
function depsOf(
  around: Surroundings,
  commit: (changes: Changes) => Promise<CommitOutcome>,
  switching: CentreUnderTest,
) {
  const { reads, commands } = around;
  return {
    store: {
      get: (...asked) => reads.get(...asked),
      find: (...asked) => reads.find(...asked),
      findByParent: (...asked) => reads.findByParent(...asked),
      list: (...asked) => reads.list(...asked),
      events: (...asked) => reads.events(...asked),
      lastPosition: () => reads.lastPosition(),
      prunedTo: (...asked) => reads.prunedTo(...asked),
    },
    async submit(changes) {
      await around.beforeCommit(changes);
      return await commit(changes);
    },
    calls: {
      hangup: (id) => commands.hangup(id),
      isLive: (id) => commands.live.has(id),
      live: (id) => switching.centre.liveCall(id)?.call,
    },
    commands: switching.commands,
    locate: async ({ destinations }) => destinations.map((destination) => around.plan(destination)),
    activeflows: {
      stop: (id) => commands.stop(id),
      resume: (id, actionId) => commands.resume(id, actionId),
    },
    recordings: recordingsOf(around),
    ready: () => around.readiness,
    registrationsOf: (extensionId) => around.registrations.get(extensionId) ?? [],
    log: createLogger(around.logged),
    onCustomerChanged: (customer) => void around.changedCustomers.push(customer.id),
  } satisfies Partial<HttpDeps>;
}

/** Files that are kept in memory. */
function recordingsOf(around: Surroundings): HttpDeps['recordings'] {
  const { files } = around;
  return {
    sizeOf: async (id) => files.get(id)?.length,
    read: (id, first, last) => Readable.from(Buffer.from((files.get(id) ?? '').slice(first, last + 1))),
    async remove(id) {
      around.beforeRemoval(id);
      files.delete(id);
    },
  };
}

function createLogger(lines: string[]): Logger {
  return pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
}

async function createOwners(
  clock: VirtualClock,
  chance: SeededChance,
  commit: (changes: Changes) => Promise<CommitOutcome>,
): Promise<Owners> {
  const deps = { chance, hash: sha256 };
  const draft = new Draft(clock.now(), chance);
  const first = firstCustomer(draft, deps);
  const other = createCustomer(draft, chance, { name: 'Other' });
  const otherKey = createAccesskey(draft, deps, other.id, { name: 'Other key' });
  assert.ok((await commit(draft)).ok);
  return {
    key: first.accesskey.token,
    otherKey: otherKey.token,
    customerId: first.customer.id,
    otherCustomerId: other.id,
  };
}
