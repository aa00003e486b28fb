import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Agent, nilId, notYet, type Queue } from '@parley/contract';
import type { Put } from '@parley/core';
import { type ApiUnderTest, createApi } from './api-under-test.ts';
import { exampleQueuecall } from './example-rows.ts';

interface Floor {
  readonly api: ApiUnderTest;
  readonly queue: Queue;
  readonly agent: Agent;
  /** Rows change for the call centre too. */
  readonly change: (...puts: readonly Put[]) => Promise<void>;
  /** A caller joins the queue; answers its visit. */
  readonly join: (number: number) => Promise<string>;
}

async function createFloor(): Promise<Floor> {
  const api = await createApi();
  const { centre, commands } = api.switching;
  const queue = await api.ok('createQueue', { body: {} });
  const agent = await api.ok('createAgent', {
    body: { username: 'mira', password: 'poppy-seed', addresses: [{ target: '+49301' }] },
  });
  const change = async (...puts: readonly Put[]): Promise<void> => {
    await api.put(...puts);
    await commands.decide((_, at) => {
      assert.ok(centre.staffChanges({ puts, preconditions: [] }, at));
      return { decision: centre.match([api.customerId], at) };
    });
  };
  await change({ kind: 'queue', row: queue }, { kind: 'agent', row: agent });
  const join = async (number: number): Promise<string> => {
    const callId = api.chance.id();
    const address = { type: 'tel', target: `+4940${number}`, target_name: '', name: '', detail: '' } as const;
    await api.switching.hear(callId, {
      kind: 'callOffered',
      customerId: api.customerId,
      flowId: nilId,
      flow: joining(api, queue.id),
      source: address,
      destination: address,
      mediaOpen: true,
    });
    const visit = await api.ok('getQueuecallOfCall', { params: { id: callId } });
    return visit.id;
  };
  return { api, queue, agent, change, join };
}

function joining(api: ApiUnderTest, queueId: string) {
  const times = { tm_create: notYet, tm_update: notYet, tm_delete: notYet };
  const option = { queue_id: queueId, priority: 3 };
  const actions = [
    { id: api.chance.id(), next_id: nilId, type: 'answer' },
    { id: api.chance.id(), next_id: nilId, type: 'queue_join', option },
  ];
  return {
    id: nilId,
    type: 'flow',
    name: '',
    detail: '',
    actions,
    ...times,
    customer_id: api.customerId,
  } as const;
}

describe('why', () => {
  it('a caller waits is told while it does, and whom it was offered to, and what came of it', async () => {
    const { api, queue, agent, change, join } = await createFloor();
    const id = await join(1);
    const params = { id };
    const waiting = await api.ok('explainQueuecall', { params });
    assert.partialDeepStrictEqual(waiting, {
      queuecall_id: id,
      queue_id: queue.id,
      status: 'wait',
      priority: 3,
      offer_count: 0,
      offers: [],
      wait: { ahead: 0, eligible_agents: 0, excluded: { offline: 1 } },
    });
    assert.match(waiting.wait?.reason ?? '', /1 offline\.$/);
    await change({ kind: 'agent', row: { ...agent, status: 'available' } });
    const rung = await api.ok('explainQueuecall', { params });
    assert.equal(rung.wait, undefined);
    assert.equal(rung.offer_count, 1);
    assert.partialDeepStrictEqual(rung.offers, [
      {
        agents: [{ agent_id: agent.id, outcome: 'ringing', tm_end: notYet }],
        agent_choice: { because: 'only_candidate', routing_method: 'longest_idle' },
        caller_choice: { candidates: [{ queuecall_id: id, queue_id: queue.id, priority: 3 }] },
      },
    ]);
    await api.ok('kickQueuecall', { params });
    const over = await api.ok('explainQueuecall', { params });
    assert.deepEqual([over.status, over.offers[0]?.agents[0]?.outcome], ['abandoned', 'withdrawn']);
  });

  it('nobody had a caller is told when the visit is over, from the store', async () => {
    const { api, join } = await createFloor();
    const params = { id: await join(1) };
    const before = await api.ok('explainQueuecall', { params });
    await api.ok('kickQueuecall', { params });
    const over = await api.ok('explainQueuecall', { params });
    assert.equal(over.status, 'abandoned');
    assert.deepEqual(over.wait?.excluded, before.wait?.excluded);
    const old = exampleQueuecall(api.chance.id(), api.customerId, { status: 'done' });
    await api.put({ kind: 'queuecall', row: old });
    const bare = await api.ok('explainQueuecall', { params: { id: old.id } });
    assert.deepEqual([bare.offer_count, bare.offers, bare.wait], [0, [], undefined]);
  });

  it('an agent gets whom it gets, or nobody, is told', async () => {
    const { api, agent, join } = await createFloor();
    const params = { id: agent.id };
    assert.equal((await api.ok('explainAgent', { params })).candidate_count, 0);
    await join(1);
    const nobody = await api.ok('explainAgent', { params });
    assert.deepEqual([nobody.agent_id, nobody.excluded], [agent.id, { offline: 1 }]);
    assert.match(nobody.reason, /because the agent is offline/);
  });

  it('is told to nobody else', async () => {
    const { api, agent, join } = await createFloor();
    const id = await join(1);
    const others = { key: api.otherKey };
    const queuecall = await api.refused('explainQueuecall', { ...others, params: { id } });
    assert.equal(queuecall.reason, 'QUEUECALL_NOT_FOUND');
    const other = await api.refused('explainAgent', { ...others, params: { id: agent.id } });
    assert.equal(other.reason, 'AGENT_NOT_FOUND');
    const login = { username: 'mira', password: 'poppy-seed' };
    const { token } = await api.ok('loginAgent', { body: login });
    const own = await api.refused('explainAgent', { key: token, params: { id: agent.id } });
    assert.equal(own.reason, 'PERMISSION_DENIED');
  });
});
