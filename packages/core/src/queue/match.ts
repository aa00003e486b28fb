import type { Queue } from '@parley/contract';
import type { House } from '../call/house.ts';
import type { Sitting } from '../call/sitting.ts';
import type { Demand, RoutingAgent, WaitingCaller } from '../matching/facts.ts';
import { Matcher } from '../matching/matcher.ts';
import { dutyOf, noteOffered } from './duty.ts';
import { noteMatch } from './explain.ts';
import type { LiveAgent, Visit, VisitWanted } from './live-queue.ts';
import { offer } from './offers.ts';
import { figuresOfToday } from './today.ts';

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
    for (const agent of agents) noteOffered(house, agent, visit.row.queue_id, decision.at.mono);
    noteMatch(sitting, visit, found);
    offer(sitting, visit, agents);
    tellMatchers(house, sitting);
  }
}

/** What a sitting has been about as the matchers have to know it; also after it has been undone. */
export function tellMatchers(house: House, { agents, visits }: Pick<Sitting, 'agents' | 'visits'>): void {
  for (const id of agents.ids) tellOfAgent(house, id);
  for (const id of visits.ids) tellOfVisit(house, id);
}

/** Everybody there is: at the start, and when another day begins. */
export function tellMatchersOfAll(house: House): void {
  for (const id of house.agents.keys()) tellOfAgent(house, id);
}

/** Settings of a queue have changed: agents of its customer whose duty is to be worked out anew. */
export function tellOfDuties(house: House, customerId: string): void {
  for (const [id, { row, duty }] of house.agents)
    if (row.customer_id === customerId && duty === undefined) tellOfAgent(house, id);
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

export function tellOfVisit(house: House, visitId: string): void {
  const visit = house.visits.get(visitId);
  if (visit !== undefined && isWaiting(house, visit))
    return matcherOf(house, visit.row.customer_id).putCaller(factsOfCaller(visit));
  for (const matcher of house.matchers.values()) if (matcher.removeCaller(visitId)) return;
}

function isWaiting(house: House, { row, offers, callback }: Visit): boolean {
  if (callback !== undefined && (callback.onLine || house.callsNobodyBack)) return false;
  return row.status === 'wait' && offers.length === 0;
}

function matcherOf(house: House, customerId: string): Matcher {
  const known = house.matchers.get(customerId);
  if (known !== undefined) return known;
  const made = new Matcher();
  house.matchers.set(customerId, made);
  return made;
}

function factsOfAgent(house: House, agent: LiveAgent): RoutingAgent {
  const { row } = agent;
  const { calls, talkMs } = figuresOfToday(house, agent);
  const { skills, standings, madeAt } = dutyOf(house, agent);
  return {
    id: row.id,
    // Whoever still has a caller, or is called by somebody, is not free, whatever it says of itself.
    status: row.status === 'available' && isEngaged(agent) ? 'busy' : row.status,
    tagIds: row.tag_ids,
    skills,
    reachable: house.phones.isReachable(row),
    idleSince: agent.idleSince,
    madeAt,
    callsToday: calls,
    talkMsToday: talkMs,
    notBefore: agent.notBefore,
    standings,
  };
}

function isEngaged({ visitId, directCalls }: Pick<LiveAgent, 'visitId' | 'directCalls'>): boolean {
  return visitId !== undefined || directCalls > 0;
}

function factsOfCaller(visit: Visit): WaitingCaller {
  return {
    queuecallId: visit.row.id,
    demand: visit.demand,
    priority: visit.row.priority,
    joinedAt: visit.joinedAt,
    place: visit.place,
    notBefore: visit.notBefore,
    sticky: visit.sticky,
  };
}

/** What a queue asks of an agent, and what a caller asks beside. */
export function demandOf(queue: Queue, more: VisitWanted['skills'] = {}): Demand {
  const minimumSkills = new Map(Object.entries(queue.skills));
  for (const [tag, level] of Object.entries(more))
    minimumSkills.set(tag, Math.max(level, minimumSkills.get(tag) ?? 0));
  return {
    queueId: queue.id,
    strategy: queue.routing_method,
    tagMatch: queue.tag_match,
    tagIds: queue.tag_ids,
    minimumSkills,
  };
}
