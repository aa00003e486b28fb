import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nilId, type Queue, type Queuecall } from '@parley/contract';
import { VirtualClock } from '../virtual-clock.ts';
import { type ApiUnderTest, createApi } from './api-under-test.ts';

const nowhere = '00000000-0000-4000-8000-000000000000';

/** Queues that the call centre knows too, as it does when they are made in a server. */
async function givenQueues(api: ApiUnderTest, ...bodies: readonly object[]): Promise<readonly Queue[]> {
  const queues = await Promise.all(bodies.map((body) => api.ok('createQueue', { body })));
  api.switching.centre.loadStaff(
    [],
    queues.map((row) => ({ row, version: 1 })),
    new VirtualClock().now(),
  );
  return queues;
}

/** Somebody who was called and waits in a queue. */
async function givenWaiting(api: ApiUnderTest, queueId: string): Promise<Queuecall> {
  const body = {
    source: { target: '+15550100100' },
    destinations: [{ target: '+15550100123' }],
    actions: [{ type: 'queue_join', option: { queue_id: queueId } }, { type: 'block' }],
  };
  const { calls } = await api.ok('createCalls', { body });
  const id = calls[0]?.id ?? '';
  await api.switching.hear(id, { kind: 'mediaOpened' });
  await api.switching.hear(id, { kind: 'farEndAnswered' });
  return await api.ok('getQueuecallOfCall', { params: { id } });
}

describe('a waiting caller over HTTP', () => {
  it('is moved to another queue with its place: another visit, which names the one before', async () => {
    const api = await createApi();
    const [sales, support] = await givenQueues(api, { name: 'sales' }, { name: 'support' });
    assert.ok(sales !== undefined && support !== undefined);
    const before = await givenWaiting(api, sales.id);
    assert.deepEqual([before.previous_id, before.tm_place], [nilId, before.tm_create]);
    api.advance(60_000);
    const body = { queue_id: support.id };
    const after = await api.ok('updateQueuecall', { params: { id: before.id }, body });
    assert.partialDeepStrictEqual(after, {
      queue_id: support.id,
      previous_id: before.id,
      tm_place: before.tm_create,
      status: 'wait',
    });
    assert.notEqual(after.tm_create, before.tm_create);
    assert.deepEqual(await api.ok('getQueuecall', { params: { id: after.id } }), after);
    const left = await api.ok('getQueuecall', { params: { id: before.id } });
    assert.deepEqual([left.status, left.end_reason, left.duration_waiting], ['abandoned', 'moved', 60_000]);
    const [was, is] = [
      await api.ok('getQueue', { params: { id: sales.id } }),
      await api.ok('getQueue', { params: { id: support.id } }),
    ];
    assert.deepEqual([was.wait_queue_call_ids, was.total_abandoned_count], [[], 0]);
    assert.deepEqual(is.wait_queue_call_ids, [after.id]);
  });

  it('goes to the end of the other line when it is not to keep its place', async () => {
    const api = await createApi();
    const [sales, support] = await givenQueues(api, {}, {});
    assert.ok(sales !== undefined && support !== undefined);
    const { id } = await givenWaiting(api, sales.id);
    api.advance(60_000);
    const body = { queue_id: support.id, keep_place: false };
    const after = await api.ok('updateQueuecall', { params: { id }, body });
    assert.equal(after.tm_place, after.tm_create);
  });

  it('is given another priority, which it has in the next queue too', async () => {
    const api = await createApi();
    const [sales, support] = await givenQueues(api, { priority: 1 }, { priority: 2 });
    assert.ok(sales !== undefined && support !== undefined);
    const { id } = await givenWaiting(api, sales.id);
    const params = { id };
    const raised = await api.ok('updateQueuecall', { params, body: { priority: 7 } });
    assert.deepEqual([raised.id, raised.priority], [id, 7]);
    assert.deepEqual(await api.ok('getQueuecall', { params }), raised);
    const moved = await api.ok('updateQueuecall', { params, body: { queue_id: support.id } });
    assert.equal(moved.priority, 7);
    const error = await api.refused('updateQueuecall', {
      params: { id: moved.id },
      body: { priority: 1_000_000 },
    });
    assert.partialDeepStrictEqual(error.details, [{ path: 'priority', reason: 'out_of_range' }]);
  });

  it('stays where it is when nothing is asked', async () => {
    const api = await createApi();
    const [sales] = await givenQueues(api, {});
    const visit = await givenWaiting(api, sales?.id ?? '');
    assert.deepEqual(await api.ok('updateQueuecall', { params: { id: visit.id }, body: {} }), visit);
  });

  it('is not moved to nowhere, nor to where it is, nor by anybody else, nor when it is gone', async () => {
    const api = await createApi();
    const [sales, support] = await givenQueues(api, {}, {});
    assert.ok(sales !== undefined && support !== undefined);
    const { id, reference_id: callId } = await givenWaiting(api, sales.id);
    const moved = async (queue_id: string, key?: string) =>
      (
        await api.refused('updateQueuecall', {
          params: { id },
          body: { queue_id },
          ...(key !== undefined && { key }),
        })
      ).reason;
    assert.equal(await moved(nowhere), 'QUEUE_NOT_FOUND');
    assert.equal(await moved(sales.id), 'STATE_INVALID');
    assert.equal(await moved(support.id, api.otherKey), 'QUEUECALL_NOT_FOUND');
    await api.switching.hear(callId, { kind: 'callEnded', end: { cause: 16 } });
    assert.equal(await moved(support.id), 'STATE_INVALID');
  });

  it('is promised a call back, where it calls from or at another number, once', async () => {
    const api = await createApi();
    const [sales] = await givenQueues(api, {});
    for (const [body, target] of [
      [{}, '+15550100123'],
      [{ destination: { target: '+15550100177' } }, '+15550100177'],
    ] as const) {
      const { id } = await givenWaiting(api, sales?.id ?? '');
      const params = { id };
      const promised = await api.ok('callQueuecallBack', { params, body });
      assert.deepEqual([promised.id, promised.status, promised.callback.state], [id, 'wait', 'pending']);
      assert.equal(promised.callback.destination.target, target);
      assert.equal(promised.callback.source.target, '+15550100100');
      assert.deepEqual(await api.ok('getQueuecall', { params }), promised);
      assert.equal((await api.refused('callQueuecallBack', { params, body })).reason, 'STATE_INVALID');
    }
  });

  it('is promised none by anybody else, nor at what cannot be called, nor when it is gone', async () => {
    const api = await createApi();
    const [sales] = await givenQueues(api, {});
    const { id, reference_id: callId } = await givenWaiting(api, sales?.id ?? '');
    const params = { id };
    const reasons = async (body: object, key = api.key) =>
      (await api.refused('callQueuecallBack', { params, body, key })).reason;
    assert.equal(await reasons({}, api.otherKey), 'QUEUECALL_NOT_FOUND');
    assert.equal(await reasons({ destination: { type: 'conference', target: nowhere } }), 'STATE_INVALID');
    await api.switching.hear(callId, { kind: 'callEnded', end: { cause: 16 } });
    assert.equal(await reasons({}), 'STATE_INVALID');
  });

  it('can be kicked while it waits for a call back, when nobody is on the line any more', async () => {
    const api = await createApi();
    const [sales] = await givenQueues(api, {});
    const { id, reference_id: callId } = await givenWaiting(api, sales?.id ?? '');
    const params = { id };
    await api.ok('callQueuecallBack', { params, body: {} });
    await api.switching.hear(callId, { kind: 'callEnded', end: { cause: 16 } });
    assert.equal((await api.ok('getQueuecall', { params })).status, 'wait');
    assert.equal(
      (await api.refused('deleteQueue', { params: { id: sales?.id ?? '' } })).reason,
      'STATE_INVALID',
    );
    const kicked = await api.ok('kickQueuecall', { params });
    assert.deepEqual(
      [kicked.status, kicked.end_reason, kicked.callback.state],
      ['abandoned', 'kicked', 'over'],
    );
    await api.ok('deleteQueue', { params: { id: sales?.id ?? '' } });
  });
});
