import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Agent } from '@parley/contract';
import type { CallCentre, Changes, Put } from '@parley/core';
import { type DayWatch, runDay } from './day.ts';
import { Referee } from './referee.ts';
import { smallDay } from './testing/small-day.ts';

type Seen = Pick<CallCentre, 'agents' | 'visits'>;

const nowhere = { clock: { ms: 0 }, isReachable: () => true };

/** All that was decided in one day. */
async function decided(): Promise<readonly Changes[]> {
  const all: Changes[] = [];
  await live({
    decided: (changes) =>
      void all.push({ puts: changes.puts, events: changes.events, preconditions: changes.preconditions }),
    settled: () => undefined,
    rested: () => undefined,
  });
  return all;
}

async function live(watch: DayWatch): Promise<void> {
  await runDay(smallDay, { seed: 3, log: () => undefined, report: () => undefined, watch: () => watch });
}

/** What a referee says of a day in which rows were written otherwise. */
function verdict(day: readonly Changes[], otherwise: (put: Put) => Put = (put) => put): readonly string[] {
  const referee = new Referee(nowhere);
  for (const changes of day) referee.decided({ ...changes, puts: changes.puts.map(otherwise) });
  return referee.violations;
}

/** What a referee says of a day in which it sees the call centre otherwise. */
async function verdictSeeing(otherwise: (centre: Seen) => Seen): Promise<string> {
  const referees: Referee[] = [];
  await runDay(smallDay, {
    seed: 3,
    log: () => undefined,
    report: () => undefined,
    watch: (around) => {
      const referee = new Referee(around);
      referees.push(referee);
      return {
        decided: (changes) => referee.decided(changes),
        settled: (centre) => referee.settled(otherwise(centre)),
        rested: (centre) => referee.rested(centre, () => 'available'),
      };
    },
  });
  return referees.flatMap(({ violations }) => violations).join('\n');
}

const agentId = '00000000-0000-4000-8000-000000000001';

describe('the referee of a day', () => {
  it('has nothing to say of a day as it was, and sees whatever is otherwise in its rows', async () => {
    const day = await decided();
    assert.deepEqual(verdict(day), []);
    const leg = (put: Put, change: object): Put =>
      put.kind === 'call' && put.row.owner_type === 'agent'
        ? { ...put, row: { ...put.row, ...change } }
        : put;
    const oneAgent = verdict(day, (put) => leg(put, { owner_id: agentId }));
    assert.match(oneAgent[0] ?? '', /agent 0{8}.* has two callers/);
    const oneCaller = verdict(day, (put) => leg(put, { master_call_id: agentId }));
    assert.match(oneCaller.join('\n'), /caller 0{8}.* has two agents/);
    const oneMore = verdict(day, (put) =>
      put.kind === 'queue'
        ? { ...put, row: { ...put.row, total_incoming_count: put.row.total_incoming_count + 1 } }
        : put,
    );
    assert.match(oneMore[0] ?? '', /queue \w+: 2 came, 0 served, 0 left, 1 wait, 0 talk/);
    assert.equal(oneMore.length, 20, 'the first of them say enough');
  });

  it('sees a visit that ends twice, or was never begun', async () => {
    const day = await decided();
    const last = day.findLast(({ events }) => events.some(({ type }) => type === 'queuecall_done'));
    assert.ok(last);
    assert.match(verdict([...day, { ...last, puts: [] }])[0] ?? '', /queuecall_done when it is over$/);
    assert.match(verdict([{ ...last, puts: [] }])[0] ?? '', /queuecall_done when it is unknown$/);
  });

  it('sees who waits while somebody is free, and who is offered before somebody else', async () => {
    const everybodyIsFree = await verdictSeeing(({ agents, visits }) => ({
      visits,
      agents: new Map([...agents].map(([id, agent]) => [id, free(agent)])),
    }));
    assert.match(everybodyIsFree, /waits while agent .* is free/);
    const lateFirst = await verdictSeeing(({ agents, visits }) => ({
      agents,
      visits: new Map([...visits].map(([id, visit]) => [id, { ...visit, joinedAt: sooner(visit.joinedAt) }])),
    }));
    assert.match(lateFirst, /is offered .* before .*, who comes first/);
  });

  it('sees who is left as nobody has chosen, and who never ended', async () => {
    assert.match(await verdictSeeing((centre) => centre), /is left offline \(\) and chose available/);
    const day = await decided();
    const referee = new Referee(nowhere);
    const joined = day.find(({ events }) => events.some(({ type }) => type === 'queuecall_created'));
    assert.ok(joined);
    referee.decided(joined);
    const nobody = { size: 1, visits: new Map(), rooms: new Map(), groups: new Map(), agents: new Map() };
    referee.rested(nobody, () => undefined);
    assert.match(referee.violations[0] ?? '', /left when all has come to rest: 1, 0, 0, 0 calls/);
    assert.match(referee.violations[1] ?? '', /visit .* has never ended/);
  });
});

function free<A extends { readonly row: Agent }>(agent: A): A {
  return { ...agent, visitId: undefined, row: { ...agent.row, status: 'available' } };
}

/** Whoever came last came first. */
function sooner<T extends number>(time: T): T {
  return -time as T;
}
