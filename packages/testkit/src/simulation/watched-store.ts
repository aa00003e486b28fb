import type { Put, Store } from '@parley/core';
import type { MemoryStore } from '../store.ts';

export interface WatchedStore {
  readonly store: Store;
  /** Whether a commit is under way, or one was refused and will be tried again. */
  readonly isWriting: boolean;
}

/** Tells what becomes durable, just before whoever wrote it learns of it. */
export function watchStore(store: MemoryStore, written: (puts: readonly Put[]) => void): WatchedStore {
  let writing = 0;
  let refused = false;
  return {
    get isWriting() {
      return refused || writing > 0;
    },
    store: {
      ...store,
      lastPosition: async () => await store.lastPosition(),
      close: async () => await store.close(),
      async commit(commits) {
        writing += 1;
        try {
          const outcomes = await store.commit(commits);
          refused = false;
          for (const [index, { puts }] of commits.entries()) if (outcomes[index]?.ok === true) written(puts);
          return outcomes;
        } catch (error) {
          refused = true;
          throw error;
        } finally {
          writing -= 1;
        }
      },
    },
  };
}
