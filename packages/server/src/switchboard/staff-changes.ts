import type { CallCentre, Changes, CommitOutcome, Kind, Put, Store } from '@parley/core';
import type { Clock } from '../clock.ts';
import type { CommitPipeline } from './commit-pipeline.ts';

export interface StaffChangesDeps {
  readonly centre: Pick<CallCentre, 'staffChanges' | 'staffIs' | 'match'>;
  readonly pipeline: Pick<CommitPipeline, 'submit' | 'decide' | 'flushed' | 'backlog'>;
  readonly store: Pick<Store, 'get'>;
  readonly clock: Clock;
  /** The call centre may want to be woken at another time. */
  readonly decided: () => void;
}

/**
 * Writes changes that clients make. The call centre has agents and queues in memory and decides about them all the time, so
 * their changes count there from the moment they are on their way; one that was made of an older row loses, and its maker
 * reads and tries again. Everything else goes straight through.
 */
export class StaffChanges {
  readonly #deps: StaffChangesDeps;

  constructor(deps: StaffChangesDeps) {
    this.#deps = deps;
  }

  async submit(changes: Changes): Promise<CommitOutcome> {
    const { centre, pipeline, clock } = this.#deps;
    const staff = changes.puts.filter(isStaff);
    const [first] = staff;
    if (first === undefined) return await pipeline.submit(changes);
    if (!centre.staffChanges(changes, clock.now())) return await this.#outOfDate(staff, first);
    const outcome = await pipeline.submit(changes);
    if (!outcome.ok) await this.#readAnew(staff);
    const customers = new Set(staff.map(({ row }) => row.customer_id));
    pipeline.decide(centre.match([...customers], clock.now()));
    this.#deps.decided();
    return outcome;
  }

  /** What has been decided meanwhile is read by whoever tries again. */
  async #outOfDate(staff: readonly StaffPut[], { kind, row }: StaffPut): Promise<CommitOutcome> {
    await this.#deps.pipeline.flushed();
    await this.#readAnew(staff);
    return { ok: false, lost: { kind, id: row.id, why: 'version' } };
  }

  /** The store has the last word on what is written, unless something newer is on its way there. */
  async #readAnew(staff: readonly StaffPut[]): Promise<void> {
    const { centre, clock, pipeline, store } = this.#deps;
    for (const { kind, row } of staff) {
      const stored = await store.get(kind, row.id);
      if (stored !== undefined && pipeline.backlog === 0) centre.staffIs(kind, stored, clock.now());
    }
  }
}

type StaffPut = Extract<Put, { kind: 'agent' | 'queue' }>;

function isStaff(put: Put): put is StaffPut {
  const kind: Kind = put.kind;
  return kind === 'agent' || kind === 'queue';
}
