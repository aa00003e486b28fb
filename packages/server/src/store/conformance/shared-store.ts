import type { Store } from '@parley/core';
import type { MakeStore, StoreUnderTest, Testing } from '../conformance.ts';

/** One store for all tests of a group: they use rows of their own, so that none sees what another did. */
export function sharedStore({ before, after }: Testing, makeStore: MakeStore): () => Store {
  let made: StoreUnderTest | undefined;
  before(async () => {
    made = await makeStore();
  });
  after(async () => {
    await made?.store.close();
    await made?.dispose();
  });
  return () => {
    if (made === undefined) throw new Error('the store is made before the first test');
    return made.store;
  };
}
