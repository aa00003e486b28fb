import { notYet, type Provider } from '@parley/contract';
import {
  afterCheck,
  type CheckOutcome,
  type HealthStatus,
  type ProviderHealth,
  type ProviderRow,
} from '@parley/core';

interface Entry {
  /** As it is stored. */
  row: ProviderRow;
  /** As it is known; what is stored follows when it is worth it. */
  health: ProviderHealth;
}

/** How a change of a provider concerns what is going on with it. */
export interface ProviderChange {
  /** Another server: nothing is known of its health. */
  readonly moved: boolean;
  /** Another account, or another wish to be registered with it. */
  readonly accountChanged: boolean;
}

/** All providers there are, in memory: they are asked for with each call out, and are few. */
export class ProviderBook {
  readonly #entries = new Map<string, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  /** As calls see it: with the health it has now. */
  find(id: string): ProviderRow | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    const { row, health } = entry;
    return row.health_status === health.status ? row : { ...row, health_status: health.status };
  }

  all(): readonly ProviderRow[] {
    return [...this.#entries.values()].map(({ row }) => row);
  }

  /** A row that has just become durable. Undefined: it has been deleted. */
  changed(row: ProviderRow): ProviderChange | undefined {
    const before = this.#entries.get(row.id);
    if (row.tm_delete !== notYet) {
      this.#entries.delete(row.id);
      return undefined;
    }
    const moved = before === undefined || serverOf(before.row) !== serverOf(row);
    const health = moved ? { status: row.health_status, failures: 0 } : before.health;
    this.#entries.set(row.id, { row, health });
    return { moved, accountChanged: moved || accountOf(before.row) !== accountOf(row) };
  }

  /** What it is after a check; undefined: it is gone. */
  checked(id: string, outcome: CheckOutcome): HealthStatus | undefined {
    const entry = this.#entries.get(id);
    if (entry === undefined) return undefined;
    entry.health = afterCheck(entry.health, outcome);
    return entry.health.status;
  }

  count(status: HealthStatus): number {
    return [...this.#entries.values()].filter(({ health }) => health.status === status).length;
  }
}

function serverOf({ hostname, port, transport }: Provider): string {
  return `${hostname} ${port} ${transport}`;
}

function accountOf({ username, password, register }: ProviderRow): string {
  return JSON.stringify([username, password, register]);
}
