import { type Agent, parseTimestamp } from '@parley/contract';
import type { House } from '../call/house.ts';
import type { Sitting } from '../call/sitting.ts';
import type { Demand, QueueStanding, RoutingAgent, WaitingCaller } from '../matching/facts.ts';
import { Matcher } from '../matching/matcher.ts';
import type { Monotonic } from '../ports/moment.ts';
import type { LiveAgent, LiveQueue, Visit } from './live-queue.ts';
import { offer } from './offers.ts';

/** Offers whoever waits to whoever is free, until nobody is left on one side. */
export function matchAll(sitting: Sitting, customerId: string): void {
  const { house, decision, chance } = sitting;
  tellMatchers(house, sitting);
  const matcher = house.matchers.get(customerId);
  if (matcher === undefined) return;
  for (;;) {
    const found = matcher.nextMatch(decision.at.mono, () => chance.fraction());
    if (found === undefined) return;
    const visit = sitting.visits.find(found.caller.queuecallId);
    const agents = found.agentIds.flatMap((id) => sitting.agents.find(id) ?? []);
    if (visit === undefined || agents.length === 0) throw new Error('a match of what is not there');
    for (const agent of agents) agent.lastOfferedAt.set(visit.row.queue_id, decision.at.mono);
    offer(sitting, visit, agents);
    tellMatchers(house, sitting);
  }
}

/** What a sitting has been about as the matchers have to know it; also after it has been undone. */
export function tellMatchers(house: House, { agents, visits }: Pick<Sitting, 'agents' | 'visits'>): void {
  for (const id of agents.ids) tellOfAgent(house, id);
  for (const id of visits.ids) tellOfVisit(house, id);
}

/** Everybody there is, at the start. */
export function tellMatchersOfAll(house: House): void {
  for (const id of house.agents.keys()) tellOfAgent(house, id);
}

export function tellOfAgent(house: House, agentId: string): void {
  const agent = house.agents.get(agentId);
  if (agent !== undefined) {
    house.phones.put(agent.row);
    return matcherOf(house, agent.row.customer_id).putAgent(factsOfAgent(house, agent));
  }
  house.phones.remove(agentId);
  for (const matcher of house.matchers.values()) if (matcher.removeAgent(agentId)) return;
}

function tellOfVisit(house: House, visitId: string): void {
  const visit = house.visits.get(visitId);
  if (visit !== undefined && isWaiting(visit))
    return matcherOf(house, visit.row.customer_id).putCaller(factsOfCaller(visit));
  for (const matcher of house.matchers.values()) if (matcher.removeCaller(visitId)) return;
}

function isWaiting({ row, offers }: Visit): boolean {
  return row.status === 'wait' && offers.length === 0;
}

function matcherOf(house: House, customerId: string): Matcher {
  const known = house.matchers.get(customerId);
  if (known !== undefined) return known;
  const made = new Matcher();
  house.matchers.set(customerId, made);
  return made;
}

/** Whose turn it is in each queue: what strategies go by that is not the same in all of them. */
function standingsOf(
  house: House,
  { tm_create: made, skills, tag_ids: tags, customer_id: customerId }: Agent,
  lastOfferedAt: ReadonlyMap<string, Monotonic>,
): ReadonlyMap<string, QueueStanding> {
  const standings = new Map<string, QueueStanding>();
  for (const { row } of house.queues.values()) {
    if (row.customer_id !== customerId) continue;
    const offered = lastOfferedAt.get(row.id);
    const wanted = row.tag_ids.filter((tag) => tags.includes(tag)).map((tag) => skills[tag] ?? 1);
    standings.set(row.id, {
      position: parseTimestamp(made) ?? 0,
      weight: Math.max(1, ...wanted),
      ...(offered !== undefined && { lastOfferedAt: offered }),
    });
  }
  return standings;
}

function factsOfAgent(house: House, { row, ...agent }: LiveAgent): RoutingAgent {
  return {
    id: row.id,
    // Whoever still has a caller, or is called by somebody, is not free, whatever it says of itself.
    status: row.status === 'available' && isEngaged(agent) ? 'busy' : row.status,
    tagIds: row.tag_ids,
    skills: new Map(row.tag_ids.map((tag) => [tag, row.skills[tag] ?? 1])),
    reachable: house.phones.isReachable(row),
    idleSince: agent.idleSince,
    callsToday: agent.callsToday,
    talkMsToday: agent.talkMsToday,
    notBefore: agent.notBefore,
    standings: standingsOf(house, row, agent.lastOfferedAt),
  };
}

function isEngaged({ visitId, directCalls }: Pick<LiveAgent, 'visitId' | 'directCalls'>): boolean {
  return visitId !== undefined || directCalls > 0;
}

function factsOfCaller(visit: Visit): WaitingCaller {
  return {
    queuecallId: visit.row.id,
    demand: visit.demand,
    priority: 0,
    joinedAt: visit.joinedAt,
    place: visit.place,
    notBefore: undefined,
    sticky: undefined,
  };
}

/** What a queue asks of an agent. */
export function demandOf({ row }: Pick<LiveQueue, 'row'>): Demand {
  return {
    queueId: row.id,
    strategy: row.routing_method,
    tagMatch: 'any',
    tagIds: row.tag_ids,
    minimumSkills: new Map(),
  };
}
