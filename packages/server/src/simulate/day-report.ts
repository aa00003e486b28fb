import type { AgentFigures, QueueFigures } from '@parley/contract';
import {
  addTally,
  agentFigures,
  type AgentTally,
  defaultThresholdSeconds,
  emptyTally,
  type EventDraft,
  Ledger,
  queueFigures,
  type QueueTally,
} from '@parley/core';
import { runDay } from './day.ts';
import type { DayFile } from './day-file.ts';
import { Referee } from './referee.ts';
import type { Site } from './site.ts';

export interface QueueReport {
  readonly name: string;
  readonly figures: QueueFigures;
}

export interface AgentReport {
  readonly name: string;
  readonly team: string;
  readonly figures: AgentFigures;
}

export interface TeamReport {
  readonly name: string;
  readonly agents: number;
  /** Of all its agents together. */
  readonly figures: AgentFigures;
}

export interface HourReport {
  /** Such as 9: from 09:00 to 10:00. */
  readonly hour: number;
  readonly queues: QueueFigures;
  readonly agents: AgentFigures;
}

/** What came of a day, or of several days together. */
export interface DayReport {
  readonly seeds: readonly number[];
  /** Callers who called, those included who found nobody to take calls. */
  readonly calls: number;
  readonly lost: number;
  readonly queues: readonly QueueReport[];
  readonly allQueues: QueueFigures;
  readonly teams: readonly TeamReport[];
  readonly allAgents: AgentFigures;
  readonly agents: readonly AgentReport[];
  readonly hours: readonly HourReport[];
  /** Rules of the call centre that did not hold, each a bug of Parley; with the seed. */
  readonly violations: readonly string[];
}

export interface ReportWanted {
  readonly day: DayFile;
  readonly seeds: readonly number[];
  /** Called after each hour of each day; nothing goes on until it has been waited for. */
  readonly hourOver?: (seed: number, hour: number) => Promise<void>;
  /** Each event of the log. */
  readonly log?: (event: EventDraft) => void;
}

const hourMs = 3_600_000;
/** The day, and what of the night its last callers and agents need. */
const hoursCounted = 72;

/** Lives through the days and counts what they come to. */
export async function reportDays({ day, seeds, hourOver, log }: ReportWanted): Promise<DayReport> {
  const sums = new Sums(day);
  for (const seed of seeds) {
    const ledger = new Ledger();
    const referees: Referee[] = [];
    const outcome = await runDay(day, {
      seed,
      log: (event) => {
        ledger.add(event);
        log?.(event);
      },
      watch: (around) => {
        const referee = new Referee(around);
        referees.push(referee);
        return referee;
      },
      report: (problem, text) => {
        if (problem === 'bug') sums.violations.push(`seed ${seed}: ${text}`);
      },
      hourOver: async (hour) => await hourOver?.(seed, hour),
    });
    for (const { violations } of referees)
      sums.violations.push(...violations.map((each) => `seed ${seed}: ${each}`));
    ledger.advance(outcome.beginsAt + outcome.endedAt);
    sums.add(ledger, outcome.site, outcome);
  }
  return sums.report(seeds);
}

/** Tallies of all days, by what they are of. */
class Sums {
  readonly violations: string[] = [];
  readonly #day: DayFile;
  readonly #queues = new Map<string, QueueTally>();
  readonly #agents = new Map<string, AgentTally>();
  readonly #teamOf = new Map<string, string>();
  readonly #hours = new Map<number, { readonly queues: QueueTally; readonly agents: AgentTally }>();
  #calls = 0;
  #lost = 0;

  constructor(day: DayFile) {
    this.#day = day;
  }

  add(
    ledger: Ledger,
    site: Site,
    { calls, lost, beginsAt }: { readonly calls: number; readonly lost: number; readonly beginsAt: number },
  ): void {
    this.#calls += calls;
    this.#lost += lost;
    for (let hour = 0; hour < hoursCounted; hour += 1) {
      const [from, to] = [beginsAt + hour * hourMs, beginsAt + (hour + 1) * hourMs];
      for (const { queueId, said } of site.queues)
        this.#addQueue(said.name, hour, ledger.sum('queue', queueId, from, to));
      for (const agent of site.agents) {
        this.#teamOf.set(agent.name, agent.team);
        this.#addAgent(agent.name, hour, ledger.sum('agent', agent.agentId, from, to));
      }
    }
  }

  #addQueue(name: string, hour: number, tally: QueueTally): void {
    addTally.queue(getOrMake(this.#queues, name, emptyTally.queue), tally);
    if (tally.incoming + tally.done + tally.answered > 0) addTally.queue(this.#hour(hour).queues, tally);
  }

  #addAgent(name: string, hour: number, tally: AgentTally): void {
    addTally.agent(getOrMake(this.#agents, name, emptyTally.agent), tally);
    if (Object.values(tally).some((each) => each > 0)) addTally.agent(this.#hour(hour).agents, tally);
  }

  #hour(hour: number): { readonly queues: QueueTally; readonly agents: AgentTally } {
    return getOrMake(this.#hours, hour, () => ({ queues: emptyTally.queue(), agents: emptyTally.agent() }));
  }

  report(seeds: readonly number[]): DayReport {
    const agents = [...this.#agents].map(([name, tally]) => ({
      name,
      team: this.#teamOf.get(name) ?? '',
      figures: agentFigures(tally),
    }));
    return {
      seeds,
      calls: this.#calls,
      lost: this.#lost,
      queues: this.#day.queues.map(({ name, service_level_seconds: within }) => ({
        name,
        figures: queueFigures(this.#queues.get(name) ?? emptyTally.queue(), within),
      })),
      allQueues: this.#together(sumOf(this.#queues.values(), 'queue')),
      teams: this.#day.teams.map((team) => ({
        name: team.name,
        agents: team.agents,
        figures: agentFigures(sumOf(this.#talliesOf(team.name), 'agent')),
      })),
      allAgents: agentFigures(sumOf(this.#agents.values(), 'agent')),
      agents,
      hours: [...this.#hours]
        .sort(([one], [other]) => one - other)
        .map(([hour, tallies]) => ({
          hour,
          queues: this.#together(tallies.queues),
          agents: agentFigures(tallies.agents),
        })),
      violations: this.violations,
    };
  }

  #talliesOf(team: string): AgentTally[] {
    return [...this.#agents].flatMap(([name, tally]) => (this.#teamOf.get(name) === team ? [tally] : []));
  }

  /** Several queues are measured by what the first asks for, when they ask for different things. */
  #together(tally: QueueTally): QueueFigures {
    return queueFigures(tally, this.#day.queues[0]?.service_level_seconds ?? defaultThresholdSeconds);
  }
}

function sumOf<S extends 'queue' | 'agent'>(
  tallies: Iterable<ReturnType<(typeof emptyTally)[S]>>,
  subject: S,
): ReturnType<(typeof emptyTally)[S]> {
  const sum = emptyTally[subject]() as ReturnType<(typeof emptyTally)[S]>;
  for (const tally of tallies) addTally[subject](sum, tally);
  return sum;
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
