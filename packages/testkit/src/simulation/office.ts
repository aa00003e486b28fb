import type { RoutingMethod } from '@parley/contract';
import {
  agentInUse,
  deleteAgent,
  Draft,
  extendWrapUp,
  finishWrapUp,
  type QueueDetails,
  updateAgent,
  updateQueue,
} from '@parley/core';
import type { Exchange } from '@parley/server';
import type { SeededChance } from '../seeded-chance.ts';
import type { Site } from './site.ts';

/** Whoever runs the call centre while callers wait: changes queues, lets agents go, and says how long they rest. */
export const officeThings = ['queue', 'queue', 'agent', 'dismiss', 'rest', 'rest', 'priority'] as const;
export type OfficeThing = (typeof officeThings)[number];

export const routingMethods: readonly RoutingMethod[] = [
  'longest_idle',
  'random',
  'round_robin',
  'fewest_calls',
  'least_talk',
  'ring_all',
  'linear',
  'weighted',
];

/** Does it, unless there is nothing to do it to. */
export function administer(exchange: Exchange, chance: SeededChance, site: Site, what: OfficeThing): void {
  if (what === 'queue') changeQueue(exchange, chance, site);
  else if (what === 'priority') changePriority(exchange, chance);
  else toAgent(exchange, chance, site, what);
}

function changeQueue({ centre, changes }: Exchange, chance: SeededChance, site: Site): void {
  const queue = centre.queues.get(chance.pick(site.queueIds));
  if (queue === undefined) return;
  const draft = new Draft(site.clock.now(), chance);
  const made = updateQueue(draft, chance, queue, chance.pick(queueChanges)(chance, centre, site));
  if (made.kind !== 'ok') throw new Error('a queue was not changed');
  void changes.submit(draft);
}

const queueChanges: readonly ((
  chance: SeededChance,
  centre: Exchange['centre'],
  site: Site,
) => QueueDetails)[] = [
  (chance) => ({ routing_method: chance.pick(routingMethods) }),
  (chance) => ({ confirm_key: chance.pick(['', '1']), agent_announcement: [] }),
  (chance) => ({ max_length: chance.between(0, 2), wait_timeout: chance.pick([0, 5_000, 20_000]) }),
  (chance) => ({ service_timeout: chance.pick([0, 4_000]), wrap_up_seconds: chance.between(0, 3) }),
  () => ({ overflow: { type: 'exit' } }),
  (chance, _centre, { reachable }) => ({
    max_wait: chance.pick([0, 5_000]),
    overflow: { type: 'address', destinations: [chance.pick(reachable.destinations)] },
  }),
  (chance, { agents }) => ({
    agents: [...agents.keys()].map((agent_id) => ({ agent_id, weight: chance.between(0, 3) })),
  }),
];

function changePriority({ centre, commands }: Exchange, chance: SeededChance): void {
  const visitIds = [...centre.visits.keys()];
  if (visitIds.length === 0) return;
  const [visitId, priority] = [chance.pick(visitIds), chance.between(-2, 5)];
  void commands.decide((now, at) => now.waiting.change(visitId, { priority }, at));
}

function toAgent(
  { centre, changes }: Exchange,
  chance: SeededChance,
  { agentIds, clock }: Site,
  what: 'agent' | 'dismiss' | 'rest',
): void {
  const agent = centre.agents.get(chance.pick(agentIds));
  if (agent === undefined) return;
  const draft = new Draft(clock.now(), chance);
  if (what === 'agent')
    updateAgent(draft, agent, {
      ring_method: chance.pick(['ringall', 'linear']),
      max_no_answers: chance.between(0, 2),
      after_call: chance.pick(['', 'available', 'stay_busy']),
    });
  else if (what === 'rest') {
    if (chance.happens(0.5)) finishWrapUp(draft, agent);
    else extendWrapUp(draft, agent, chance.between(1, 10));
  } else if (agentInUse(agent.row) === undefined) deleteAgent(draft, agent);
  if (draft.puts.length > 0) void changes.submit(draft);
}
