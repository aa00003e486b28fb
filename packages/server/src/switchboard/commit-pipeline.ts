import {
  type Changes,
  type Commit,
  type CommitOutcome,
  type Decision,
  type Delivery,
  type DeliveryChange,
  type Effect,
  type EventDraft,
  type EventPosition,
  isInward,
  type NewEvent,
  type Put,
  type Store,
} from '@parley/core';
import type { Clock } from '../clock.ts';
import { isBrokenCommit } from '../store/store-error.ts';

export interface CommitPipelineDeps {
  readonly store: Pick<Store, 'commit'>;
  readonly clock: Clock;
  /** Endpoints that are owed an event. */
  readonly recipientsOf: (event: EventDraft) => readonly string[];
  /** Carries an effect out; called in the order in which they were decided, once what decided them is durable or, for what stays within the process, at once. */
  readonly perform: (effect: Effect) => void;
  /** Called with the rows of each decision, as soon as they are durable and before anything follows from them. */
  readonly written: (puts: readonly Put[]) => void;
  /** Called after each transaction with what it put into the log, and where the last of it stands. */
  readonly committed: (
    events: readonly NewEvent[],
    deliveries: readonly Delivery[],
    last: EventPosition,
  ) => void;
  /** A commit that the store will never take, a bug, was left out; nothing of it is durable and no effect was carried out. */
  readonly dropped: (dropped: DroppedCommit) => void;
  /** The store refused to write, or writes again. */
  readonly onTrouble: (problem: string | undefined) => void;
}

export interface DroppedCommit {
  readonly commit: Commit;
  readonly effects: readonly Effect[];
  readonly error: unknown;
}

interface Entry {
  readonly commit: Commit;
  readonly effects: readonly Effect[];
  readonly settled: Waiter | undefined;
}

interface Waiter {
  readonly resolve: (outcome: CommitOutcome) => void;
  readonly reject: (error: unknown) => void;
}

type Written = CommitOutcome | { readonly ok: 'never'; readonly error: unknown };

/** Decisions in one transaction: enough to spread a flush over a burst, few enough that the first do not wait long. */
const groupSize = 256;

const nothing: Commit = { puts: [], events: [], preconditions: [], deliveries: [] };

/** Wait after a failed write before the next try, doubled up to the longest. */
const firstRetryMs = 50;
const longestRetryMs = 2_000;

/**
 * The one way from a decision to the outside. Decisions queue while a transaction is under way and become the next
 * one together, so the busier the server, the more decisions share a flush. Effects follow in order, after it; only those that
 * stay within the process are begun at once, so that what follows from their answers can share the flush.
 * A write that fails is tried again until it succeeds: what was decided is never dropped, and nothing overtakes it.
 * Only a commit that is broken in itself, which no trying again could mend, is taken out of its group and dropped.
 */
export class CommitPipeline {
  readonly #deps: CommitPipelineDeps;
  #queue: Entry[] = [];
  #running = false;
  #retryMs = firstRetryMs;

  constructor(deps: CommitPipelineDeps) {
    this.#deps = deps;
  }

  /** Decisions not yet durable. */
  get backlog(): number {
    return this.#queue.length;
  }

  /** Hands in a decision about live calls. They are this node's own, so it cannot lose a race. */
  decide(decision: Decision): void {
    const inward = decision.effects.filter(isInward);
    const effects = decision.effects.filter((effect) => !isInward(effect));
    if (decision.puts.length + decision.events.length + effects.length > 0)
      this.#add({ commit: this.#commitOf(decision), effects, settled: undefined });
    // Not before whoever decided is done with it.
    if (inward.length > 0) queueMicrotask(() => inward.forEach((effect) => this.#deps.perform(effect)));
  }

  /** Hands in changes that may lose a race; resolves when they are durable or lost, rejects when they are broken. */
  submit(changes: Changes): Promise<CommitOutcome> {
    return this.#addAndWait(this.#commitOf(changes));
  }

  /** Notes what became of deliveries. */
  async settle(deliveries: readonly DeliveryChange[]): Promise<void> {
    await this.#addAndWait({ ...nothing, deliveries });
  }

  /** Resolves when everything handed in so far is durable and its effects have begun, however much follows. */
  async flushed(): Promise<void> {
    await this.#addAndWait(nothing);
  }

  #addAndWait(commit: Commit): Promise<CommitOutcome> {
    return new Promise((resolve, reject) => this.#add({ commit, effects: [], settled: { resolve, reject } }));
  }

  #commitOf(changes: Changes): Commit {
    const events = changes.events.map((event) => ({ ...event, recipients: this.#deps.recipientsOf(event) }));
    return { puts: changes.puts, events, preconditions: changes.preconditions, deliveries: [] };
  }

  #add(entry: Entry): void {
    this.#queue.push(entry);
    if (this.#running) return;
    this.#running = true;
    // What is decided in the same turn (all calls of one packet burst) shares the first transaction too.
    queueMicrotask(() => void this.#run());
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#queue.splice(0, groupSize);
      const outcomes = await this.#write(group.map((entry) => entry.commit).filter(isWorthWriting));
      this.#finish(group, outcomes);
    }
    this.#running = false;
  }

  async #write(commits: readonly Commit[]): Promise<readonly Written[]> {
    for (;;) {
      try {
        const outcomes = commits.length === 0 ? [] : await this.#deps.store.commit(commits);
        if (this.#retryMs !== firstRetryMs) this.#deps.onTrouble(undefined);
        this.#retryMs = firstRetryMs;
        return outcomes;
      } catch (error) {
        if (isBrokenCommit(error)) return await this.#writeParts(commits, error);
        this.#deps.onTrouble(error instanceof Error ? error.message : String(error));
        await new Promise<void>((resume) => this.#deps.clock.after(this.#retryMs, resume));
        this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
      }
    }
  }

  /** One of them is broken: its neighbours are written without it, in their order. */
  async #writeParts(commits: readonly Commit[], error: unknown): Promise<readonly Written[]> {
    if (commits.length === 1) return [{ ok: 'never', error }];
    const middle = commits.length >> 1;
    const first = await this.#write(commits.slice(0, middle));
    return [...first, ...(await this.#write(commits.slice(middle)))];
  }

  #finish(group: readonly Entry[], outcomes: readonly Written[]): void {
    const events: NewEvent[] = [];
    const deliveries: Delivery[] = [];
    let written = 0;
    let last: EventPosition | undefined;
    for (const { commit, effects, settled } of group) {
      const outcome = isWorthWriting(commit) ? outcomes[written++] : { ok: true as const, positions: [] };
      if (outcome === undefined) throw new Error('the store answered with too few outcomes');
      if (outcome.ok === 'never') {
        settled?.reject(outcome.error);
        this.#deps.dropped({ commit, effects, error: outcome.error });
        continue;
      }
      if (outcome.ok) {
        this.#deps.written(commit.puts);
        events.push(...commit.events);
        deliveries.push(...deliveriesOf(commit, outcome.positions));
        last = outcome.positions.at(-1) ?? last;
        for (const effect of effects) this.#deps.perform(effect);
      }
      settled?.resolve(outcome);
    }
    if (last !== undefined) this.#deps.committed(events, deliveries, last);
  }
}

function isWorthWriting(commit: Commit): boolean {
  return (
    commit.puts.length + commit.events.length + commit.deliveries.length + commit.preconditions.length > 0
  );
}

function deliveriesOf(commit: Commit, positions: readonly Delivery['event']['position'][]): Delivery[] {
  return commit.events.flatMap(({ recipients, ...event }, index) => {
    const position = positions[index];
    if (position === undefined) throw new Error('the store gave an event no position');
    return recipients.map((endpointId) => ({
      endpointId,
      event: { ...event, position },
      attempts: 0,
      nextAttemptAt: event.at,
    }));
  });
}
