import * as nodeTest from 'node:test';
import { storeConformance } from '@parley/server';
import { createMemoryStore } from './store.ts';

storeConformance(nodeTest, 'Memory', () => {
  const store = createMemoryStore({ freeze: true });
  return Promise.resolve({
    store,
    reopen: () => Promise.resolve(store.crash()),
    dispose: () => Promise.resolve(),
  });
});
