import type { HttpDeps, StoreReads } from './deps.ts';

/** The store did not do what it was asked; nothing is wrong with the request. `message` is for clients. */
export class StoreUnavailable extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = 'StoreUnavailable';
  }
}

/** The same reads; a failing one says `StoreUnavailable`, so that a client hears "try again", not "internal". */
export function guardReads(store: StoreReads): StoreReads {
  return {
    get: (...asked) => guard(store.get(...asked)),
    find: (...asked) => guard(store.find(...asked)),
    findByParent: (...asked) => guard(store.findByParent(...asked)),
    list: (...asked) => guard(store.list(...asked)),
    events: (...asked) => guard(store.events(...asked)),
    lastPosition: () => guard(store.lastPosition()),
    prunedTo: (...asked) => guard(store.prunedTo(...asked)),
  };
}

/** The same for the reads that the figures need. */
export function guardStatistics(statistics: HttpDeps['statistics']): HttpDeps['statistics'] {
  return { tallies: (query) => guard(statistics.tallies(query)) };
}

async function guard<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    throw new StoreUnavailable('nothing can be read at present', error);
  }
}
