import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Agent, LoggedEvent, Queue, Queuecall } from '@parley/contract';
import { once, timesOf } from './harness/call-log.ts';
import type { ServerProcess } from './harness/server-process.ts';
import { callWithSipp } from './harness/sipp.ts';
import { type SippAgents, startSippAgents } from './harness/sipp-agents.ts';
import { scene, type Stage } from './harness/stage.ts';
import { nothingIsLeft } from './harness/talk.ts';
import { until } from './harness/until.ts';

const agentCount = 10;

interface Race {
  readonly routing: Queue['routing_method'];
  /** How long phones ring until they answer: of the first agent, the second, and so on, and from the first again. */
  readonly ringMs: readonly number[];
  /** When they are given up. */
  readonly noAnswerS: number;
  /** So many callers of each kind, who hang up so long after they were answered. */
  readonly callsOfEach: number;
  readonly patiences: readonly number[];
}

interface House {
  readonly server: ServerProcess;
  readonly queue: Queue;
  readonly agents: readonly Agent[];
}

async function openHouse(
  stage: Stage,
  { routing, noAnswerS }: Race,
  phones: readonly SippAgents[],
): Promise<House> {
  const server = await stage.server();
  const { api } = server;
  const queue = await api.post<Queue>('/v1.0/queues', {
    routing_method: routing,
    no_answer: { timeout_seconds: noAnswerS, delay_seconds: { noanswer: 0 }, max: 0 },
  });
  await server.number('1000', [
    { type: 'answer' },
    { type: 'queue_join', option: { queue_id: queue.id } },
    { type: 'sleep', option: { duration: 60_000 } },
  ]);
  const agents: Agent[] = [];
  for (let n = 0; n < agentCount; n += 1) {
    const addresses = [{ type: 'sip', target: phones[n % phones.length]?.uri(`agent-${n}`) }];
    const login = { username: `agent-${n}`, password: 'correct horse battery' };
    const agent = await api.post<Agent>('/v1.0/agents', { ...login, addresses });
    await api.put(`/v1.0/agents/${agent.id}/status`, { status: 'available' });
    agents.push(agent);
  }
  return { server, queue, agents };
}

/** Who is with whom, told by the log: nobody with two at a time. */
function assertOneToOne(log: readonly LoggedEvent[]): void {
  const visitOf = new Map<string, string>();
  for (const { type, data } of log) {
    const { id, service_agent_id: agentId } = data as Queuecall;
    if (type === 'queuecall_serviced') {
      assert.equal(visitOf.get(agentId), undefined, `agent ${agentId} is with somebody else`);
      assert.ok(![...visitOf.values()].includes(id), `caller ${id} is with somebody else`);
      visitOf.set(agentId, id);
    }
    if (type === 'queuecall_done') assert.ok(visitOf.delete(agentId), `${agentId} was with nobody`);
  }
  assert.equal(visitOf.size, 0);
}

async function run(stage: Stage, race: Race): Promise<void> {
  const { routing, ringMs, callsOfEach, patiences } = race;
  const callCount = patiences.length * callsOfEach;
  const phones = await Promise.all(ringMs.map((each) => startSippAgents(stage, each)));
  const { server, queue, agents } = await openHouse(stage, race, phones);
  const { api } = server;
  const caller = (talkMs: number): Promise<unknown> =>
    callWithSipp(stage, server, {
      scenario: 'caller-hangs-up.xml',
      number: '1000',
      calls: callsOfEach,
      rate: 3,
      talkMs,
    });
  await Promise.all(patiences.map(caller));
  await nothingIsLeft(server);
  for (const each of phones) {
    const { failed, errors } = await each.end();
    assert.equal(failed, 0, `calls of agents that did not go as SIP says: ${errors}`);
  }
  const log = await api.events();
  assertOneToOne(log);
  assert.deepEqual(timesOf(log, 'queuecall_created'), once(callCount));
  const [served, abandoned] = [timesOf(log, 'queuecall_done'), timesOf(log, 'queuecall_abandoned')];
  assert.deepEqual([...served, ...abandoned], once(callCount), 'each visit ends once');
  assert.deepEqual(timesOf(log, 'queuecall_serviced'), once(served.length));
  assert.ok(served.length > 0 && abandoned.length > 0, `${served.length} were served: it was no race`);
  console.log(`${routing}: ${served.length} served, ${abandoned.length} abandoned`);
  assert.deepEqual(timesOf(log, 'call_hungup'), once(timesOf(log, 'call_created').length));
  assert.deepEqual(timesOf(log, 'activeflow_deleted'), once(timesOf(log, 'activeflow_created').length));

  for (const { id } of agents)
    await until('an agent who is free', async () =>
      (await api.get<Agent>(`/v1.0/agents/${id}`)).status === 'available' ? true : undefined,
    );
  const after = await api.get<Queue>(`/v1.0/queues/${queue.id}`);
  assert.deepEqual([after.wait_queue_call_ids, after.service_queue_call_ids], [[], []]);
  assert.deepEqual(
    [after.total_incoming_count, after.total_serviced_count, after.total_abandoned_count],
    [callCount, served.length, abandoned.length],
  );
}

describe('callers and agents who do things at the same time', { concurrency: 3 }, () => {
  /** The first leave while the phone rings, the last are served; those between hang up as it is answered. */
  const patiences = [20, 60, 65, 70, 900];

  scene(
    'are never connected twice, stuck or lost when one agent is rung for each caller',
    async (stage) => {
      await run(stage, { routing: 'longest_idle', ringMs: [60], noAnswerS: 20, callsOfEach: 20, patiences });
    },
    { timeoutMs: 120_000 },
  );

  scene(
    'are never connected twice, stuck or lost when all agents are rung and answer at once',
    async (stage) => {
      await run(stage, { routing: 'ring_all', ringMs: [60], noAnswerS: 20, callsOfEach: 20, patiences });
    },
    { timeoutMs: 120_000 },
  );

  scene(
    'are never connected twice, stuck or lost when agents answer as they are given up',
    async (stage) => {
      const ringMs = [600, 990, 997, 1005];
      const late = [500, 1000, 3000, 5000];
      await run(stage, { routing: 'longest_idle', ringMs, noAnswerS: 1, callsOfEach: 10, patiences: late });
    },
    { timeoutMs: 120_000 },
  );
});
