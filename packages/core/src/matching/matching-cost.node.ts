/**
 * Measures how many offers a second the matcher decides, explanations included, with many waiting and many agents:
 * agents become available one after the other, each is offered the first in line, and a new caller joins for each.
 * Run: `node packages/core/src/matching/matching-cost.node.ts [waiting] [agents] [seconds per case] [part of a case's name]`.
 */
import type { Demand, RoutingAgent, Strategy, WaitingCaller } from './facts.ts';
import { Matcher } from './matcher.ts';
import { at, Dice } from './random-floor.node.ts';

const waiting = Number(process.argv[2] ?? 10_000);
const agentCount = Number(process.argv[3] ?? 1_000);
const seconds = Number(process.argv[4] ?? 1.5);
const only = process.argv[5] ?? '';

const levels = new Map([['language', 3]]);

interface Case {
  readonly name: string;
  readonly queues: number;
  /** Queues that one agent serves. */
  readonly served: number;
  readonly strategy: Strategy;
  /** Many wait for an agent, or many agents for a caller. */
  readonly busy: boolean;
}

const cases: readonly Case[] = [
  { name: '1 queue', queues: 1, served: 1, strategy: 'longest_idle', busy: true },
  { name: '10 queues, agents serve 3', queues: 10, served: 3, strategy: 'longest_idle', busy: true },
  { name: '10 queues, agents serve all', queues: 10, served: 10, strategy: 'longest_idle', busy: true },
  { name: '50 queues, agents serve 5', queues: 50, served: 5, strategy: 'longest_idle', busy: true },
  { name: '50 queues, agents serve all', queues: 50, served: 50, strategy: 'longest_idle', busy: true },
  {
    name: '50 queues, agents serve all, round robin',
    queues: 50,
    served: 50,
    strategy: 'round_robin',
    busy: true,
  },
  { name: '1 queue, idle agents', queues: 1, served: 1, strategy: 'longest_idle', busy: false },
  { name: '1 queue, idle agents, random', queues: 1, served: 1, strategy: 'random', busy: false },
  { name: '1 queue, idle agents, weighted', queues: 1, served: 1, strategy: 'weighted', busy: false },
  {
    name: '50 queues, agents serve all, idle agents',
    queues: 50,
    served: 50,
    strategy: 'longest_idle',
    busy: false,
  },
];

function agentOf(index: number, { queues, served }: Case, idleSince: number): RoutingAgent {
  const tagIds = Array.from({ length: served }, (_, step) => `tag-${(index + step) % queues}`);
  return {
    id: `agent-${index}`,
    status: 'available',
    tagIds,
    skills: levels,
    reachable: true,
    idleSince: at(idleSince),
    madeAt: index,
    callsToday: index % 17,
    talkMsToday: index,
    notBefore: undefined,
    standings: new Map(),
  };
}

function demandsFor({ queues, strategy }: Case): Demand[] {
  return Array.from({ length: queues }, (_, queue) => ({
    queueId: `queue-${queue}`,
    strategy,
    tagMatch: 'any',
    tagIds: [`tag-${queue}`],
    minimumSkills: new Map([['language', 2]]),
  }));
}

function measure(each: Case): void {
  const matcher = new Matcher();
  const dice = new Dice(1);
  const demands = demandsFor(each);
  let joined = 0;
  const join = (): void => {
    const demand = demands[dice.roll(demands.length)] ?? demands[0];
    if (demand === undefined) throw new Error('a case has queues');
    joined += 1;
    const caller: WaitingCaller = {
      queuecallId: `queuecall-${joined}`,
      demand,
      priority: dice.roll(3),
      joinedAt: at(joined),
      place: 0,
      notBefore: undefined,
      sticky: undefined,
    };
    matcher.putCaller(caller);
  };
  const agents = Array.from({ length: agentCount }, (_, index) => agentOf(index, each, index));
  for (const agent of agents) matcher.putAgent(each.busy ? { ...agent, status: 'busy' } : agent);
  if (each.busy) for (let count = 0; count < waiting; count++) join();
  const took: number[] = [];
  const end = performance.now() + seconds * 1_000;
  let turn = 0;
  for (let now = performance.now(); now < end; ) {
    const before = now;
    if (each.busy) {
      const agent = agents[turn % agents.length];
      if (agent !== undefined) matcher.putAgent({ ...agent, idleSince: at(joined) });
    }
    if (!each.busy) join();
    const matches = matcher.nextMatches(at(joined), dice.fraction);
    if (matches.length !== 1) throw new Error(`one offer is made, not ${matches.length}`);
    const agent = matcher.agent(matches[0]?.agentIds[0] ?? '');
    if (agent === undefined) throw new Error('an agent is offered');
    if (each.busy) join();
    matcher.putAgent({ ...agent, status: 'busy' });
    if (!each.busy) matcher.putAgent({ ...agent, status: 'available', idleSince: at(joined) });
    now = performance.now();
    took.push(now - before);
    turn += 1;
  }
  report(each.name, took);
}

function report(name: string, took: number[]): void {
  const total = took.reduce((sum, ms) => sum + ms, 0);
  const sorted = took.toSorted((a, b) => a - b);
  const micros = (share: number): string =>
    ((sorted[Math.floor(share * (sorted.length - 1))] ?? 0) * 1_000).toFixed(0);
  const rate = Math.round((took.length / total) * 1_000);
  process.stdout.write(`${name}: ${rate} offers/s (p50 ${micros(0.5)} us, p99 ${micros(0.99)} us)\n`);
}

for (const each of cases) if (each.name.includes(only)) measure(each);
