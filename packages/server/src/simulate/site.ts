import { completeAddress } from '@parley/contract';
import { createAgent, createQueue, createTag, type Draft, type Stored, updateQueue } from '@parley/core';
import type { AgentPlan, Habits, Shift } from './day-agent.ts';
import { type DayFile, type DayQueue, type HabitsSaid, type Team, timeOfDay } from './day-file.ts';
import type { Distribution } from './distribution.ts';
import type { SeededChance } from './seeded-chance.ts';

/** A queue of the day, as it was made. */
export interface SiteQueue {
  readonly queueId: string;
  readonly said: DayQueue;
}

/** An agent of the day, as it was made. */
export interface SiteAgent extends AgentPlan {
  readonly name: string;
  readonly team: string;
}

export interface Site {
  readonly customerId: string;
  readonly queues: readonly SiteQueue[];
  readonly agents: readonly SiteAgent[];
}

/** The one before the first. */
const firstExtension = 1000;

/** Makes tags, queues and agents as a client would; everybody is offline. */
export function makeSite(day: DayFile, draft: Draft, chance: SeededChance): Site {
  const customerId = chance.id();
  const tags = new Map<string, string>();
  for (const name of new Set([...day.queues, ...day.teams].flatMap(({ tags: names = [] }) => names)))
    tags.set(name, createTag(draft, chance, customerId, { name }).id);
  const tagIds = (names: readonly string[] = []): string[] => names.flatMap((name) => tags.get(name) ?? []);
  let extensions = firstExtension;
  const extension = (): string => String((extensions += 1));
  const maker = { draft, chance, customerId, tagIds };
  return {
    customerId,
    queues: day.queues.map((said) => makeQueue(said, maker)),
    agents: day.teams.flatMap((team) =>
      Array.from({ length: team.agents }, (_, index) => makeAgent(team, index, extension(), maker)),
    ),
  };
}

/** When all queues are there, those that lead to another do. */
export function linkQueues(
  { queues }: Site,
  draft: Draft,
  chance: SeededChance,
  read: (queueId: string) => Stored<'queue'> | undefined,
): void {
  for (const { queueId, said } of queues) {
    const stored = read(queueId);
    const target = queues.find((each) => each.said.name === said.overflow_to);
    if (stored !== undefined && target !== undefined)
      updateQueue(draft, chance, stored, { overflow: { type: 'queue', target_id: target.queueId } });
  }
}

interface Maker {
  readonly draft: Draft;
  readonly chance: SeededChance;
  readonly customerId: string;
  readonly tagIds: (names: readonly string[] | undefined) => string[];
}

function makeQueue(said: DayQueue, { draft, chance, customerId, tagIds }: Maker): SiteQueue {
  const details = {
    ...said.settings,
    name: said.name,
    tag_ids: tagIds(said.tags),
    skills: levels(said.skills, tagIds),
  };
  const made = createQueue(draft, chance, customerId, details);
  if (made.kind !== 'ok')
    throw new Error(`the queue ${said.name} cannot be made: ${JSON.stringify(made.problems)}`);
  return { queueId: made.queue.id, said };
}

function makeAgent(
  team: Team,
  index: number,
  extension: string,
  { draft, chance, customerId, tagIds }: Maker,
): SiteAgent {
  const name = `${team.name} ${index + 1}`;
  const made = createAgent(draft, chance, customerId, {
    username: name,
    name,
    tag_ids: tagIds(team.tags),
    skills: levels(team.skills, tagIds),
    addresses: [completeAddress({ type: 'extension', target: extension })],
  });
  if (!made.ok) throw new Error(`the agent ${name} cannot be made: ${JSON.stringify(made.problems)}`);
  return {
    agentId: made.agent.id,
    customerId,
    name,
    team: team.name,
    extension,
    shift: shiftOf(team, index),
    habits: habitsOf(team.habits ?? {}),
  };
}

/** By the ids of tags, in place of their names. */
function levels(
  byName: Readonly<Record<string, number>> = {},
  tagIds: Maker['tagIds'],
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(byName).flatMap(([name, level]) => tagIds([name]).map((id) => [id, level] as const)),
  );
}

/** Breaks that are spread begin one after the other, and end with the shift. */
function shiftOf(team: Team, index: number): Shift {
  const [from, until] = [timeOfDay(team.from), timeOfDay(team.until)];
  const breaks = (team.breaks ?? []).map(({ at, minutes, spread_minutes: spread = 0 }) => {
    const begins = timeOfDay(at) + Math.round((index * spread * 60_000) / Math.max(1, team.agents));
    return { from: begins, until: begins + minutes * 60_000 };
  });
  return { from, until, breaks: breaks.filter((each) => each.until < until) };
}

const whenNotSaid = {
  answer: { fixed: 3 },
  away: { mean: 300 },
  phoneLost: { mean: 60 },
  notices: { mean: 60 },
  rests: { mean: 30 },
} as const satisfies Record<string, Distribution>;

function habitsOf(said: HabitsSaid): Habits {
  return {
    answer: said.answer_seconds ?? whenNotSaid.answer,
    misses: said.misses ?? 0,
    declines: said.declines ?? 0,
    awayPerHour: said.away_per_hour ?? 0,
    away: said.away_seconds ?? whenNotSaid.away,
    phoneLostPerHour: said.phone_lost_per_hour ?? 0,
    phoneLost: said.phone_lost_seconds ?? whenNotSaid.phoneLost,
    rests: said.rests_seconds ?? whenNotSaid.rests,
    doubleClicks: said.double_clicks ?? 0,
    notices: said.notices_seconds ?? whenNotSaid.notices,
    endsTalk: said.ends_talk ?? 0,
  };
}
