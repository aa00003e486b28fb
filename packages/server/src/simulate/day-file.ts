import { type Instant, QueueSettings } from '@parley/contract';
import { createQueue, Draft, type Monotonic } from '@parley/core';
import { Type, type Static } from 'typebox';
import { createPartCheck } from '../http/validation.ts';
import { Distribution, distributionProblem } from './distribution.ts';
import { SeededChance } from './seeded-chance.ts';

const Name = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9 _.-]{0,63}$', description: 'A short name.' });

const Time = Type.String({
  pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|24:00)$',
  description: 'A time of the day such as 08:30; 24:00 is its end.',
});

const share = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 1, description }));
const perHour = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 60, description }));
const lasting = (description: string) => Type.Optional({ ...Distribution, description });

const DayQueue = Type.Object(
  {
    name: Name,
    tags: Type.Optional(
      Type.Array(Name, {
        description: 'Agents with one of these serve it; without any, everybody does.',
      }),
    ),
    skills: Type.Optional(
      Type.Record(Type.String(), Type.Integer({ minimum: 1, maximum: 10 }), {
        description: 'The lowest level of each that an agent has to have, by the name of a tag.',
      }),
    ),
    settings: Type.Optional(
      Type.Omit(QueueSettings, ['name', 'detail', 'tag_ids', 'skills', 'agents', 'overflow'], {
        additionalProperties: false,
        description: 'As POST /v1.0/queues takes them, such as routing_method, priority, wrap_up_seconds.',
      }),
    ),
    overflow_to: Type.Optional({
      ...Name,
      description: 'The queue to which goes who may not join, or has waited too long. Left out: hangs up.',
    }),
    calls_per_hour: Type.Record(Type.String(), Type.Number({ minimum: 0, maximum: 100_000 }), {
      description: 'How many call, on average, in the hour that begins then: {"08": 30, "09": 75}.',
    }),
    talk_seconds: lasting('How long caller and agent talk. Left out: {"mean": 180}.'),
    patience_seconds: lasting('When a waiting caller hangs up. Left out: never.'),
    service_level_seconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 3600,
        description: 'Served within: counts for the service level. 20.',
      }),
    ),
  },
  { additionalProperties: false, description: 'A queue and those who call it.' },
);
export type DayQueue = Static<typeof DayQueue>;

const Break = Type.Object(
  {
    at: Time,
    minutes: Type.Number({ minimum: 1, maximum: 480, description: 'How long it takes.' }),
    spread_minutes: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 480,
        description: 'The agents of a team begin it one after the other, over so many minutes. 0.',
      }),
    ),
  },
  { additionalProperties: false, description: 'A break that each agent of a team takes.' },
);

const HabitsSaid = Type.Object(
  {
    answer_seconds: lasting('From the first ring to the answer. Left out: {"fixed": 3}.'),
    misses: share('Share of rings that are not heard. 0.'),
    declines: share('Share of rings that are declined. 0.'),
    away_per_hour: perHour('How often an agent goes away. 0.'),
    away_seconds: lasting('For how long. Left out: {"mean": 300}.'),
    phone_lost_per_hour: perHour('How often the phone is gone; calls break off. 0.'),
    phone_lost_seconds: lasting('For how long. Left out: {"mean": 60}.'),
    double_clicks: share('Share of status changes that are sent twice. 0.'),
    notices_seconds: lasting(
      'Until an agent who was set to away for not answering sees it and comes back. Left out: {"mean": 60}.',
    ),
    rests_seconds: lasting(
      'How long an agent rests after a caller when the queue leaves that to it. Left out: {"mean": 30}.',
    ),
    ends_talk: share('Share of talks that the agent ends, before the caller would. 0.'),
  },
  { additionalProperties: false, description: 'How the agents of a team work.' },
);
export type HabitsSaid = Static<typeof HabitsSaid>;

const Team = Type.Object(
  {
    name: Name,
    agents: Type.Integer({ minimum: 0, maximum: 5_000, description: 'How many there are.' }),
    tags: Type.Optional(Type.Array(Name, { description: 'Which queues they serve.' })),
    skills: Type.Optional(
      Type.Record(Type.String(), Type.Integer({ minimum: 1, maximum: 10 }), {
        description: 'How good they are, 1 to 10, by the name of a tag.',
      }),
    ),
    from: Time,
    until: Time,
    breaks: Type.Optional(Type.Array(Break)),
    habits: Type.Optional(HabitsSaid),
  },
  { additionalProperties: false, description: 'Agents who work the same hours in the same way.' },
);
export type Team = Static<typeof Team>;

const Death = Type.Object(
  {
    at: Time,
    down_seconds: Type.Number({ minimum: 0, maximum: 86_400, description: 'Until Parley is back.' }),
  },
  { additionalProperties: false, description: 'Parley dies, and comes back.' },
);

/** A call centre's day, as people write it. */
export const DayFile = Type.Object(
  {
    name: Type.Optional(Type.String({ maxLength: 200, description: 'What it is called in the report.' })),
    date: Type.Optional(
      Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'The day, for the times in events.' }),
    ),
    seed: Type.Optional(
      Type.Integer({ minimum: 0, maximum: 4_294_967_295, description: 'The same seed, the same day. 1.' }),
    ),
    queues: Type.Array(DayQueue, { minItems: 1, maxItems: 200 }),
    teams: Type.Array(Team, { minItems: 1, maxItems: 200 }),
    deaths: Type.Optional(Type.Array(Death, { maxItems: 100 })),
  },
  { additionalProperties: false, description: "A call centre's day." },
);
export type DayFile = Static<typeof DayFile>;

/** Where, as `teams[0].from`, and what is to be done about it. */
export interface DayProblem {
  readonly path: string;
  readonly message: string;
}

export type DayCheck =
  | { readonly ok: true; readonly day: DayFile }
  | { readonly ok: false; readonly problems: readonly DayProblem[] };

/** Checks what a day file holds. Takes anything. */
export function parseDay(value: unknown): DayCheck {
  const checked = createPartCheck(DayFile, 'body')(value);
  if (!checked.ok)
    return { ok: false, problems: checked.problems.map(({ path, message }) => ({ path, message })) };
  const problems = [
    ...sameNames(checked.value),
    ...queueProblems(checked.value),
    ...teamProblems(checked.value),
  ];
  return problems.length > 0 ? { ok: false, problems } : { ok: true, day: checked.value };
}

/** Milliseconds since midnight. */
export function timeOfDay(text: string): number {
  return (Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))) * 60_000;
}

function* sameNames({ queues, teams }: DayFile): Generator<DayProblem> {
  for (const [list, named] of [
    ['queues', queues],
    ['teams', teams],
  ] as const)
    for (const [index, { name }] of named.entries())
      if (named.findIndex((each) => each.name === name) < index)
        yield {
          path: `${list}[${index}].name`,
          message: `is ${name}, as another is called: give it a name of its own`,
        };
}

function* queueProblems({ queues, teams }: DayFile): Generator<DayProblem> {
  const known = new Set(teams.flatMap(({ tags }) => tags ?? []));
  for (const [index, queue] of queues.entries()) {
    const path = `queues[${index}]`;
    yield* timeProblems(path, queue, ['talk_seconds', 'patience_seconds']);
    yield* settingProblems(`${path}.settings`, queue);
    for (const hour of Object.keys(queue.calls_per_hour))
      if (!/^([01]\d|2[0-3])$/.test(hour))
        yield { path: `${path}.calls_per_hour`, message: `has ${hour}: hours are "00" to "23"` };
    const { tags = [], overflow_to: target } = queue;
    if (tags.length > 0 && !tags.some((tag) => known.has(tag)))
      yield { path: `${path}.tags`, message: `are in no team: nobody would ever serve ${queue.name}` };
    for (const skill of Object.keys(queue.skills ?? {}))
      if (!known.has(skill)) yield { path: `${path}.skills.${skill}`, message: 'is no tag of any team' };
    if (target === queue.name)
      yield { path: `${path}.overflow_to`, message: 'is the queue itself: name another one' };
    else if (target !== undefined && !queues.some(({ name }) => name === target))
      yield { path: `${path}.overflow_to`, message: `is ${target}, and there is no such queue` };
  }
}

/** What the form alone does not tell, as saving the queue would find it. */
function* settingProblems(path: string, { settings }: DayQueue): Generator<DayProblem> {
  const chance = new SeededChance(0);
  const draft = new Draft({ mono: 0 as Monotonic, wall: 0 as Instant }, chance);
  const made = createQueue(draft, chance, chance.id(), settings ?? {});
  if (made.kind === 'ok') return;
  for (const problem of made.problems) yield { path: `${path}.${problem.path}`, message: problem.message };
}

function* teamProblems({ teams, queues }: DayFile): Generator<DayProblem> {
  for (const [index, team] of teams.entries()) {
    const path = `teams[${index}]`;
    const [from, until] = [timeOfDay(team.from), timeOfDay(team.until)];
    if (from >= until)
      yield {
        path: `${path}.until`,
        message: `has to be after ${team.from}; a shift over midnight is two teams`,
      };
    for (const [at, { at: begins }] of (team.breaks ?? []).entries())
      if (timeOfDay(begins) < from || timeOfDay(begins) >= until)
        yield { path: `${path}.breaks[${at}].at`, message: `is not within ${team.from} to ${team.until}` };
    for (const skill of Object.keys(team.skills ?? {}))
      if (team.tags?.includes(skill) !== true)
        yield { path: `${path}.skills.${skill}`, message: 'is no tag of the team: add it to its tags' };
    if (!queues.some(({ tags = [] }) => tags.length === 0 || tags.some((tag) => team.tags?.includes(tag))))
      yield { path: `${path}.tags`, message: 'has none that a queue asks for: the team would serve nobody' };
    yield* timeProblems(`${path}.habits`, team.habits ?? {}, [
      'answer_seconds',
      'away_seconds',
      'phone_lost_seconds',
      'notices_seconds',
      'rests_seconds',
    ]);
  }
}

function* timeProblems<K extends string>(
  path: string,
  of: { readonly [key in K]?: Distribution },
  keys: readonly K[],
): Generator<DayProblem> {
  for (const key of keys) {
    const said = of[key];
    const message = said === undefined ? undefined : distributionProblem(said);
    if (message !== undefined) yield { path: `${path}.${key}`, message };
  }
}
