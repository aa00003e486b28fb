import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Link } from './link.ts';
import type { Cell } from './tape-reader.ts';

/** Kysely's SQLite over the store's own thread. */
export function createDialect(link: Link): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createDriver: () => new LinkDriver(link),
  };
}

/**
 * There is one connection, and it is never waited for: the thread does one thing after the other anyway. So a
 * transaction is safe only while nobody else asks, which is why migrations alone use them, before the store is handed out.
 */
class LinkDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(link: Link) {
    this.#connection = new LinkConnection(link);
  }

  async init(): Promise<void> {}

  acquireConnection(): Promise<DatabaseConnection> {
    return Promise.resolve(this.#connection);
  }

  async releaseConnection(): Promise<void> {}

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  /** The link is closed by whoever opened it. */
  async destroy(): Promise<void> {}
}

class LinkConnection implements DatabaseConnection {
  readonly #link: Link;

  constructor(link: Link) {
    this.#link = link;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const rows = await this.#link.ask({ ask: 'query', sql, parameters: parameters as readonly Cell[] });
    return { rows: rows as unknown as R[] };
  }

  streamQuery(): never {
    throw new Error('the store reads in pages and streams nothing');
  }
}
