import { type Agent, parseTimestamp, type Queue } from '@parley/contract';
import type { House } from '../call/house.ts';
import type { QueueStanding } from '../matching/facts.ts';
import type { Monotonic } from '../ports/moment.ts';
import type { LiveAgent } from './live-queue.ts';

/** What follows for an agent from its tags and skills and from the settings of all queues; worked out when one of them changes. */
export interface Duty {
  /** Of what it was worked out. */
  readonly tagIds: Agent['tag_ids'];
  readonly levels: Agent['skills'];
  /** Level by tag: 1 where nothing is said. */
  readonly skills: ReadonlyMap<string, number>;
  /** By queue id; those at the defaults are absent. */
  readonly standings: ReadonlyMap<string, QueueStanding>;
  readonly madeAt: number;
}

export function dutyOf(house: House, agent: LiveAgent): Duty {
  const { row, duty } = agent;
  if (duty !== undefined && duty.tagIds === row.tag_ids && duty.levels === row.skills) return duty;
  const made: Duty = {
    tagIds: row.tag_ids,
    levels: row.skills,
    skills: new Map(row.tag_ids.map((tag) => [tag, row.skills[tag] ?? 1])),
    standings: standingsOf(house, agent),
    madeAt: parseTimestamp(row.tm_create) ?? 0,
  };
  agent.duty = made;
  return made;
}

/** A caller of that queue is offered to an agent now. */
export function noteOffered(house: House, agent: LiveAgent, queueId: string, now: Monotonic): void {
  const duty = dutyOf(house, agent);
  const standing = { ...duty.standings.get(queueId), lastOfferedAt: now };
  agent.lastOfferedAt = new Map(agent.lastOfferedAt).set(queueId, now);
  agent.duty = { ...duty, standings: new Map(duty.standings).set(queueId, standing) };
}

/** Whether agents stand otherwise in a queue than before. */
export function changesDuties(before: Queue | undefined, after: Queue): boolean {
  return before === undefined || dutyText(before) !== dutyText(after);
}

function dutyText({ agents, tag_ids: tags }: Queue): string {
  return JSON.stringify([agents, tags]);
}

function standingsOf(house: House, { row, lastOfferedAt }: LiveAgent): ReadonlyMap<string, QueueStanding> {
  const standings = new Map<string, QueueStanding>();
  for (const queueId of house.queuesOfCustomer(row.customer_id)) {
    const queue = house.queues.get(queueId)?.row;
    const standing = queue && standingIn(queue, row, lastOfferedAt.get(queueId));
    if (standing !== undefined) standings.set(queueId, standing);
  }
  return standings;
}

/** Undefined: nothing special. */
function standingIn(
  queue: Queue,
  { id, tag_ids: tags, skills }: Agent,
  offered: Monotonic | undefined,
): QueueStanding | undefined {
  const position = queue.agents.findIndex(({ agent_id: agentId }) => agentId === id);
  const bySkill = queue.tag_ids.flatMap((tag) => (tags.includes(tag) ? [skills[tag] ?? 1] : []));
  const weight = queue.agents[position]?.weight || Math.max(1, ...bySkill);
  if (position === -1 && weight === 1 && offered === undefined) return undefined;
  return {
    weight,
    ...(position !== -1 && { position: position + 1 }),
    ...(offered !== undefined && { lastOfferedAt: offered }),
  };
}
