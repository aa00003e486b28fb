import type { Agent, Confbridge } from '@parley/contract';
import { Draft, type Put, setAgentStatus } from '@parley/core';
import type { Exchange } from '@parley/server';
import type { SeededChance } from '../seeded-chance.ts';
import { transfer } from './client.ts';
import type { Site } from './site.ts';

export interface DeskDeps {
  readonly chance: SeededChance;
  readonly site: Site;
  /** The server, while there is one. */
  readonly exchange: () => Exchange | undefined;
  readonly say: (text: string) => void;
}

/** What agents do besides talking: they come back after a pause, are ready again, and hand callers on. */
export interface Desk {
  written(puts: readonly Put[]): void;
}

export function createDesk(deps: DeskDeps): Desk {
  return {
    written(puts) {
      for (const put of puts) {
        if (put.kind === 'agent' && isAbsent(put.row)) comeBackLater(deps, put.row);
        if (put.kind === 'confbridge' && put.row.call_ids.length === 2) handOnLater(deps, put.row);
      }
    },
  };
}

/** Missed too many callers, went to lunch, or does something after a call that only the agent knows the end of. */
function isAbsent({ status, status_reason: reason }: Agent): boolean {
  return status === 'away' || status === 'offline' || (status === 'busy' && reason === 'wrap_up');
}

function comeBackLater(deps: DeskDeps, { id, tm_status: since }: Agent): void {
  const { chance, site, exchange } = deps;
  if (chance.happens(0.3)) return;
  site.clock.after(chance.between(500, 10_000), () => {
    const now = exchange();
    const agent = now?.centre.agents.get(id);
    // Something else has become of it since.
    if (now === undefined || agent?.row.tm_status !== since) return;
    const draft = new Draft(site.clock.now(), chance);
    setAgentStatus(draft, agent, 'available');
    void now.changes.submit(draft);
  });
}

/** One of the two who talk wants somebody else to do it. */
function handOnLater({ chance, site, exchange, say }: DeskDeps, { id }: Confbridge): void {
  if (!chance.happens(0.15)) return;
  site.clock.after(chance.between(300, 5_000), () => {
    const now = exchange();
    const callIds = now?.centre.rooms.get(id)?.row.call_ids ?? [];
    if (now === undefined || callIds.length === 0) return;
    say('somebody hands on whom it talks with');
    transfer(now, chance, site, chance.pick(callIds));
  });
}
