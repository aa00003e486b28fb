import type { Path } from '@parley/sip';

/** A request that is being worked on. */
export interface Visit {
  /** The connection that it came over has closed meanwhile. */
  isGone: boolean;
}

/** Requests on connections that may close before they are answered: whoever is gone must not be registered afterwards. */
export class OpenRequests {
  readonly #visits = new Map<string, Set<Visit>>();

  begin({ connection }: Path): Visit {
    const visit: Visit = { isGone: false };
    if (connection === undefined) return visit;
    this.#visits.set(connection, (this.#visits.get(connection) ?? new Set()).add(visit));
    return visit;
  }

  end({ connection }: Path, visit: Visit): void {
    if (connection === undefined) return;
    const visits = this.#visits.get(connection);
    if (visits?.delete(visit) === true && visits.size === 0) this.#visits.delete(connection);
  }

  closed(connection: string): void {
    for (const visit of this.#visits.get(connection) ?? []) visit.isGone = true;
  }
}
