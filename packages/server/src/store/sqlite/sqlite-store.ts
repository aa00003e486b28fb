import { Kysely } from 'kysely';
import type { Commit, CommitOutcome, EventPosition, PruneQuery, Store } from '@parley/core';
import { assertLimit, storeLimits } from '../limits.ts';
import { migrate, type Migration } from '../migrations.ts';
import { createReads } from '../reads.ts';
import type { Tables } from '../schema.ts';
import { StoreError } from '../store-error.ts';
import { createDialect } from './dialect.ts';
import { type DataDirectory, forgetOwner, inUse, noteOwner, prepareDirectory } from './directory.ts';
import { type Link, openLink } from './link.ts';
import { recountIn } from './recount.ts';
import { outcomeOf, tapeOf } from './tape.ts';

export interface SqliteStoreOptions {
  /** Made if it is not there. One process at a time has it. */
  readonly directory: string;
  /** Called once when the store breaks and cannot go on; the process should end. */
  readonly onFatal?: (error: StoreError) => void;
  /** For tests: other migrations than the program's own. */
  readonly migrations?: readonly Migration[];
}

/** Opens the store in a data directory, brings it up to date and takes up what a crash left. Rejects with a StoreError. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const place = prepareDirectory(options.directory);
  // Until the store is handed out, whoever opens it hears of everything by the rejection.
  let handedOut = false;
  const link = await openLinkTo(place, options.directory, (error) => {
    if (handedOut) options.onFatal?.(error);
  });
  try {
    noteOwner(place);
    await migrate(databaseOver(link), place.file, options.migrations);
    await link.ask({ ask: 'recover' });
  } catch (error) {
    await link.close();
    throw error;
  }
  handedOut = true;
  return {
    ...storeOver(link),
    async close() {
      forgetOwner(place);
      await link.close();
    },
  };
}

async function openLinkTo(
  place: DataDirectory,
  directory: string,
  onFatal: (error: StoreError) => void,
): Promise<Link> {
  try {
    return await openLink({ file: place.file, onFatal });
  } catch (error) {
    throw error instanceof StoreError && error.code === 'inUse' ? inUse(directory, place) : error;
  }
}

/** The store over a link to a database that is up to date. */
export function storeOver(link: Link): Store {
  return {
    ...createReads(databaseOver(link)),
    commit: (commits) => commitTo(link, commits),
    prune: (query) => pruneIn(link, query),
    recount: (untilMs) => recountIn(link, untilMs),
    close: () => link.close(),
  };
}

function databaseOver(link: Link): Kysely<Tables> {
  return new Kysely<Tables>({ dialect: createDialect(link) });
}

async function commitTo(link: Link, commits: readonly Commit[]): Promise<readonly CommitOutcome[]> {
  if (commits.length === 0) return [];
  const outcomes = await link.ask({ ask: 'commit', tape: tapeOf(commits) });
  return commits.map((commit, index) => {
    const outcome = outcomes[index];
    if (outcome === undefined) throw new Error('the store answered with too few outcomes');
    return outcomeOf(outcome, commit);
  });
}

async function pruneIn(link: Link, { before, after, limit }: PruneQuery): ReturnType<Store['prune']> {
  assertLimit(limit, storeLimits.read);
  const { removed, next } = await link.ask({ ask: 'prune', query: { before, after, limit } });
  return { removed, next: next as EventPosition | undefined };
}
