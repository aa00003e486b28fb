import type { AgentStatus } from '@parley/contract';
import {
  CallCentre,
  type Changes,
  closeOrphans,
  type Decision,
  Draft,
  type Effect,
  type EventDraft,
  finishWrapUp,
  type Input,
  type Moment,
  type Monotonic,
  type Put,
  setAgentStatus,
  StaffHistory,
  type Stored,
} from '@parley/core';
import { findOrphans } from '../switchboard/orphans.ts';
import type { DayStore } from './day-store.ts';
import type { SeededChance } from './seeded-chance.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** Sees everything that becomes durable, in its order. */
export interface Watch {
  /** After each decision, when its rows are written and before anything follows from them. */
  decided(changes: Changes, centre: CallCentre): void;
  /** Nothing more will be decided at this moment without something from outside. */
  settled(centre: CallCentre): void;
}

export interface DeskDeps {
  readonly clock: VirtualClock;
  readonly chance: SeededChance;
  readonly store: DayStore;
  readonly log: (event: EventDraft) => void;
  readonly watch: Watch;
  /** Carries out what is asked of the outside. Answers come later, never before this returns. */
  readonly perform: (effect: Effect) => void;
  /** Rows have been written. */
  readonly written: (puts: readonly Put[]) => void;
}

/** What the call centre may hold of simulated calls: they are no danger to the machine. */
const room = { maxCalls: 1_000_000, maxCallsPerCustomer: 1_000_000 };

/**
 * The call centre of the product with what the server puts around it: decide, commit, act. It dies and comes back as a
 * server does, with nothing but what was stored.
 */
export class Desk {
  readonly #deps: DeskDeps;
  #centre: CallCentre | undefined;

  constructor(deps: DeskDeps) {
    this.#deps = deps;
  }

  get isUp(): boolean {
    return this.#centre !== undefined;
  }

  get centre(): CallCentre | undefined {
    return this.#centre;
  }

  /** Begins with what is stored: what was live when the last process died ends first. */
  async start(): Promise<void> {
    const { clock, chance, store } = this.#deps;
    const orphans = await findOrphans(store, () => Promise.resolve(0));
    const centre = new CallCentre(chance, room);
    const { decision, conferences, promises } = closeOrphans(orphans, clock.now(), chance);
    this.#write(decision);
    centre.load(conferences);
    const queues = store.rows('queue');
    const history = new StaffHistory(
      queues.map(({ row }) => row),
      clock.now(),
    );
    for (const visit of store.visitsNewestFirst()) history.add(visit);
    centre.loadStaff(store.rows('agent'), queues, clock.now(), history);
    centre.waiting.takeUp(promises, clock.now());
    this.#centre = centre;
    this.#deps.watch.decided(decision, centre);
    this.#deps.watch.settled(centre);
  }

  /** The process dies; nobody hears of it but by what no longer happens. */
  die(): void {
    this.#centre = undefined;
  }

  hear(input: Input): void {
    if (this.#centre === undefined) return;
    this.#take(this.#centre, [this.#centre.handle(input, this.#deps.clock.now())]);
  }

  /** The phone of an extension has registered, or is gone. */
  registered(customerId: string, extension: string, isRegistered: boolean): void {
    this.decide((centre, at) => ({
      decision: centre.registrationChanged(customerId, extension, isRegistered, at),
    }));
  }

  /** Anything else that a client or the network may want decided. */
  decide(decide: (centre: CallCentre, at: Moment) => { readonly decision: Decision }): void {
    const centre = this.#centre;
    if (centre !== undefined) this.#take(centre, [decide(centre, this.#deps.clock.now()).decision]);
  }

  wakeAt(): Monotonic | undefined {
    return this.#centre?.wakeAt();
  }

  wake(): void {
    const centre = this.#centre;
    if (centre === undefined) return;
    this.#take(centre, centre.wake(this.#deps.clock.now()));
  }

  /** As the API does it; what was made of an old row is made again of the present one. False: nobody answers. */
  setStatus(agentId: string, status: AgentStatus, reason: string, read = this.read(agentId)): boolean {
    if (this.#centre === undefined) return false;
    if (read !== undefined && !this.change((draft) => void setAgentStatus(draft, read, status, reason)))
      this.setStatus(agentId, status, reason);
    return true;
  }

  /** An agent says that its rest is over, however long it may last. */
  finishRest(agentId: string): void {
    const read = this.read(agentId);
    if (this.#centre === undefined || read === undefined) return;
    if (!this.change((draft) => void finishWrapUp(draft, read))) this.finishRest(agentId);
  }

  /** An agent as a client reads it. */
  read(agentId: string): Stored<'agent'> | undefined {
    return this.#deps.store.row('agent', agentId);
  }

  /** A change that a client makes. False: what it was made of has changed meanwhile. */
  change(make: (draft: Draft) => void): boolean {
    const { clock, chance } = this.#deps;
    const draft = new Draft(clock.now(), chance);
    make(draft);
    const centre = this.#centre;
    if (centre === undefined) {
      this.#write(draft);
      return true;
    }
    if (draft.puts.length === 0) return true;
    if (!centre.staffChanges(draft, clock.now())) return false;
    this.#write(draft);
    this.#deps.watch.decided(draft, centre);
    const customers = new Set(draft.puts.flatMap(({ row }) => ('customer_id' in row ? row.customer_id : [])));
    this.#take(centre, [centre.match([...customers], clock.now())]);
    return true;
  }

  #take(centre: CallCentre, decisions: readonly Decision[]): void {
    for (const decision of decisions) {
      this.#write(decision);
      this.#deps.watch.decided(decision, centre);
    }
    this.#deps.watch.settled(centre);
    for (const { effects } of decisions) for (const effect of effects) this.#deps.perform(effect);
  }

  #write(changes: Changes): void {
    const { store, log, written } = this.#deps;
    store.commit(changes);
    for (const event of changes.events) log(event);
    written(changes.puts);
  }
}
