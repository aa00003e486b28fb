import type * as nodeTest from 'node:test';
import type { Store } from '@parley/core';
import { describeCommits } from './conformance/commits.ts';
import { describeDeliveries } from './conformance/deliveries.ts';
import { describeDurability } from './conformance/durability.ts';
import { describeEvents } from './conformance/events.ts';
import { describeFamilies } from './conformance/families.ts';
import { describeFigures } from './conformance/figures.ts';
import { describeLists } from './conformance/lists.ts';
import { describeLive } from './conformance/live.ts';
import { describeLookups } from './conformance/lookups.ts';
import { describePaging } from './conformance/paging.ts';
import { describePreconditions } from './conformance/preconditions.ts';
import { describePruning } from './conformance/pruning.ts';
import { describeRows } from './conformance/rows.ts';

export interface StoreUnderTest {
  readonly store: Store;
  /** Opens the same store anew, after it was closed. */
  readonly reopen: () => Promise<Store>;
  /** Lets go of whatever is left, open or closed. */
  readonly dispose: () => Promise<void>;
}

export type MakeStore = () => Promise<StoreUnderTest>;

/** What is used of `node:test`. */
export type Testing = Pick<typeof nodeTest, 'after' | 'before' | 'describe' | 'it'>;

/**
 * What every store must do: registers tests for each sentence of the port.
 * `storeConformance(nodeTest, 'The store on paper', async () => ...)`, where `nodeTest` is all of `node:test`; it is
 * handed in, so that the package's door does not load a test runner.
 */
export function storeConformance(testing: Testing, name: string, makeStore: MakeStore): void {
  void testing.describe(`${name} as a store`, () => {
    describeRows(testing, makeStore);
    describePreconditions(testing, makeStore);
    describeCommits(testing, makeStore);
    describeLookups(testing, makeStore);
    describeFamilies(testing, makeStore);
    describeFigures(testing, makeStore);
    describeLists(testing, makeStore);
    describePaging(testing, makeStore);
    describeLive(testing, makeStore);
    describeEvents(testing, makeStore);
    describeDeliveries(testing, makeStore);
    describePruning(testing, makeStore);
    describeDurability(testing, makeStore);
  });
}
