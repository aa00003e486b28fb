import { completeAddress } from '@parley/contract';
import type { PlannedDestination, Put, Supervisor } from '@parley/core';
import type { Exchange } from '@parley/server';
import type { SeededChance } from '../seeded-chance.ts';
import type { Site } from './site.ts';

export interface SupervisorsDeps {
  readonly chance: SeededChance;
  readonly site: Site;
  /** Somebody to be called. */
  readonly plan: () => PlannedDestination;
  /** The server, while there is one. */
  readonly exchange: () => Exchange | undefined;
  readonly say: (text: string) => void;
}

/** Those who supervise: when a talk begins, somebody may listen to it, and change its mind a few times. */
export interface Supervisors {
  written(puts: readonly Put[]): void;
}

const modes = ['listen', 'whisper', 'barge', 'take_over'] as const;

export function createSupervisors(deps: SupervisorsDeps): Supervisors {
  return {
    written(puts) {
      for (const { kind, row } of puts)
        if (kind === 'confbridge' && row.call_ids.length > 1 && deps.chance.happens(0.7))
          deps.site.clock.after(deps.chance.between(1, 1_500), () =>
            begin(deps, deps.chance.pick(row.call_ids)),
          );
    },
  };
}

function begin(deps: SupervisorsDeps, callId: string): void {
  const { chance, exchange, site } = deps;
  const now = exchange();
  if (now === undefined) return;
  const mode = chance.happens(0.1) ? 'take_over' : chance.pick(modes);
  deps.say(`somebody is to ${mode}`);
  const wish = { kind: 'begin', mode, supervisor: supervisorOf(now, deps) } as const;
  void now.commands.decide((centre, at) => centre.supervise(callId, wish, at));
  for (let changes = chance.between(0, 6); changes > 0; changes -= 1)
    site.clock.after(chance.between(10, 5_000), () => change(deps, callId));
}

function change({ chance, exchange }: SupervisorsDeps, callId: string): void {
  // Taking over ends it, so it is rare.
  const mode = chance.pick([...modes, 'listen', 'whisper', 'barge', 'whisper'] as const);
  const wish = chance.happens(0.9) ? ({ kind: 'change', mode } as const) : ({ kind: 'end' } as const);
  void exchange()?.commands.decide((centre, at) => centre.supervise(callId, wish, at));
}

/** An agent, somebody else, or whoever is on the line. */
function supervisorOf({ centre }: Exchange, { chance, site, plan }: SupervisorsDeps): Supervisor {
  const alone = centre.callIds().filter((id) => centre.liveCall(id)?.roomId === undefined);
  if (alone.length > 0 && chance.happens(0.3)) return { kind: 'onTheLine', callId: chance.pick(alone) };
  const source = completeAddress({ type: 'tel', target: '+49309999' });
  const planned = plan();
  if (chance.happens(0.5)) return { kind: 'called', agentId: undefined, destinations: [planned], source };
  const agentId = chance.pick(site.agentIds);
  const destination = completeAddress({ type: 'agent', target: agentId });
  const ringMethod = chance.pick(['ring_all', 'linear'] as const);
  const agent = { id: agentId, ringMethod, addresses: [planned] };
  return { kind: 'called', agentId, destinations: [{ destination, legs: [], asGroup: true, agent }], source };
}
