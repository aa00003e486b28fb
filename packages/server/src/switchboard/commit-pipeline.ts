import {
  type Changes,
  type Commit,
  type CommitOutcome,
  type Decision,
  type Delivery,
  type DeliveryChange,
  type Effect,
  type EventDraft,
  type NewEvent,
  type Put,
  type Store,
} from '@parley/core';
import type { Clock } from '../clock.ts';

export interface CommitPipelineDeps {
  readonly store: Pick<Store, 'commit'>;
  readonly clock: Clock;
  /** Endpoints that are owed an event. */
  readonly recipientsOf: (event: EventDraft) => readonly string[];
  /** Carries an effect out; called in the order in which they were decided, once what decided them is durable. */
  readonly perform: (effect: Effect) => void;
  /** Called with the rows of each decision, as soon as they are durable and before anything follows from them. */
  readonly written: (puts: readonly Put[]) => void;
  /** Called after each transaction with what it put into the log. */
  readonly committed: (events: readonly NewEvent[], deliveries: readonly Delivery[]) => void;
  /** The store refused to write, or writes again. */
  readonly onTrouble: (problem: string | undefined) => void;
}

interface Entry {
  readonly commit: Commit;
  readonly effects: readonly Effect[];
  readonly settled: ((outcome: CommitOutcome) => void) | undefined;
}

/** Decisions in one transaction: enough to spread a flush over a burst, few enough that the first do not wait long. */
const groupSize = 256;

const nothing: Commit = { puts: [], events: [], preconditions: [], deliveries: [] };

/** Wait after a failed write before the next try, doubled up to the longest. */
const firstRetryMs = 50;
const longestRetryMs = 2_000;

/**
 * The one way from a decision to the outside. Decisions queue while a transaction is under way and become the next
 * one together, so the busier the server, the more decisions share a flush. Effects follow in order, after it.
 * A write that fails is tried again until it succeeds: what was decided is never dropped, and nothing overtakes it.
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
    if (decision.puts.length === 0 && decision.events.length === 0 && decision.effects.length === 0) return;
    this.#add({ commit: this.#commitOf(decision), effects: decision.effects, settled: undefined });
  }

  /** Hands in changes that may lose a race; resolves when they are durable or lost. */
  submit(changes: Changes): Promise<CommitOutcome> {
    return new Promise((settled) => this.#add({ commit: this.#commitOf(changes), effects: [], settled }));
  }

  /** Notes what became of deliveries. */
  settle(deliveries: readonly DeliveryChange[]): Promise<void> {
    const commit = { ...nothing, deliveries };
    return new Promise((resolve) => this.#add({ commit, effects: [], settled: () => resolve() }));
  }

  /** Resolves when everything handed in so far is durable and its effects have begun, however much follows. */
  flushed(): Promise<void> {
    return new Promise((resolve) => this.#add({ commit: nothing, effects: [], settled: () => resolve() }));
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

  async #write(commits: readonly Commit[]): Promise<readonly CommitOutcome[]> {
    for (;;) {
      try {
        const outcomes = commits.length === 0 ? [] : await this.#deps.store.commit(commits);
        if (this.#retryMs !== firstRetryMs) this.#deps.onTrouble(undefined);
        this.#retryMs = firstRetryMs;
        return outcomes;
      } catch (error) {
        this.#deps.onTrouble(error instanceof Error ? error.message : String(error));
        await new Promise<void>((resume) => this.#deps.clock.after(this.#retryMs, resume));
        this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs);
      }
    }
  }

  #finish(group: readonly Entry[], outcomes: readonly CommitOutcome[]): void {
    const events: NewEvent[] = [];
    const deliveries: Delivery[] = [];
    let written = 0;
    for (const { commit, effects, settled } of group) {
      const outcome = isWorthWriting(commit) ? outcomes[written++] : { ok: true as const, positions: [] };
      if (outcome === undefined) throw new Error('the store answered with too few outcomes');
      if (outcome.ok) {
        this.#deps.written(commit.puts);
        events.push(...commit.events);
        deliveries.push(...deliveriesOf(commit, outcome.positions));
        for (const effect of effects) this.#deps.perform(effect);
      }
      settled?.(outcome);
    }
    if (events.length > 0) this.#deps.committed(events, deliveries);
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
