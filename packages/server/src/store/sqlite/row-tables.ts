import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Kind } from '@parley/core';
import { storeKinds } from '../schema.ts';

/** A row on its way into its table. */
export interface TableRow {
  readonly id: string;
  readonly customerId: string;
  readonly createdAt: string;
  readonly deleted: number;
  readonly live: number;
  readonly lookup: string | null;
  readonly parent: string | null;
  readonly otherParent: string | null;
  readonly body: string;
}

interface Statements {
  readonly put: StatementSync;
  readonly version: StatementSync;
  readonly holder: StatementSync;
}

/** The fixed statements that write rows. */
export interface RowTables {
  /** `puts`: how many changes of the row this one stands for. */
  put(kind: Kind, row: TableRow, puts: number): void;
  /** 0: there is no such row. */
  versionOf(kind: Kind, id: string): number;
  /** The undeleted row that has this lookup key. */
  holderOf(kind: Kind, lookup: string): string | undefined;
}

export function createRowTables(db: DatabaseSync): RowTables {
  const tables = new Map(storeKinds.map((kind) => [kind, prepareAll(db, kind)]));
  const of = (kind: Kind): Statements => {
    const statements = tables.get(kind);
    if (statements === undefined) throw new Error(`no table for rows of kind ${kind}`);
    return statements;
  };
  return {
    put(kind, row, puts) {
      const { id, customerId, createdAt, deleted, live, lookup, parent, otherParent, body } = row;
      of(kind).put.run(id, customerId, createdAt, deleted, live, lookup, parent, otherParent, puts, body);
    },
    versionOf: (kind, id) => (of(kind).version.get(id)?.['version'] as number | undefined) ?? 0,
    holderOf: (kind, lookup) => of(kind).holder.get(lookup)?.['id'] as string | undefined,
  };
}

function prepareAll(db: DatabaseSync, kind: Kind): Statements {
  return {
    put: db.prepare(
      `INSERT INTO "${kind}" (id, customer_id, tm_create, deleted, live, lookup, parent, other_parent, version, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET
         customer_id = excluded.customer_id, tm_create = excluded.tm_create, deleted = excluded.deleted,
         live = excluded.live, lookup = excluded.lookup, parent = excluded.parent,
         other_parent = excluded.other_parent,
         version = version + excluded.version, body = excluded.body`,
    ),
    version: db.prepare(`SELECT version FROM "${kind}" WHERE id = ?`),
    holder: db.prepare(`SELECT id FROM "${kind}" WHERE lookup = ? AND deleted = 0`),
  };
}
