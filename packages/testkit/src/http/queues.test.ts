import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nilId, type Queue } from '@parley/contract';
import { type ApiUnderTest, createApi } from './api-under-test.ts';
import { exampleQueuecall } from './example-rows.ts';

const nowhere = '00000000-0000-4000-8000-000000000000';

async function givenQueue(api: ApiUnderTest, body: object = {}): Promise<Queue> {
  return await api.ok('createQueue', { body });
}

describe('queues over HTTP', () => {
  it('are made with what holds where nothing is said, read, changed in part and deleted', async () => {
    const api = await createApi();
    const made = await givenQueue(api, { name: 'orders' });
    const { id, tm_create, ...rest } = made;
    assert.deepEqual(rest, {
      name: 'orders',
      detail: '',
      routing_method: 'longest_idle',
      tag_ids: [],
      wait_actions: [],
      wait_timeout: 0,
      service_timeout: 0,
      wait_queue_call_ids: [],
      service_queue_call_ids: [],
      total_incoming_count: 0,
      total_serviced_count: 0,
      total_abandoned_count: 0,
      total_waittime: 0,
      total_service_duration: 0,
      tm_update: made.tm_delete,
      tm_delete: '9999-01-01 00:00:00.000000',
      customer_id: api.customerId,
      max_length: 0,
      max_wait: 0,
      wrap_up_seconds: 0,
      no_answer: {
        timeout_seconds: 20,
        delay_seconds: { noanswer: 10, busy: 30, rejected: 10, failed: 30 },
        max: 3,
      },
      announce: { interval_seconds: 0, position: true, estimated_wait: false },
      overflow: { type: 'exit', target_id: nilId, destinations: [], keep_place: true },
      exit_key: '',
      total_overflowed_count: 0,
      total_kicked_count: 0,
      tag_match: 'any',
      skills: {},
      priority: 0,
      sticky: { within_seconds: 0, hold_seconds: 0 },
      agents: [],
      agent_announcement: [],
      confirm_key: '',
      confirm_seconds: 10,
      after_call: 'available',
      callback: {
        key: '',
        text: '',
        language: 'en-US',
        attempts: 2,
        retry_seconds: 300,
        timeout_seconds: 30,
        expire_seconds: 28_800,
      },
    });
    const params = { id };
    assert.deepEqual(await api.ok('getQueue', { params }), made);
    assert.deepEqual((await api.ok('listQueues')).result, [made]);
    api.advance(1000);
    const body = { no_answer: { timeout_seconds: 15, delay_seconds: { busy: 60 } }, exit_key: '0' };
    const changed = await api.ok('updateQueue', { params, body });
    assert.equal(changed.tm_create, tm_create);
    assert.deepEqual(changed.no_answer, {
      timeout_seconds: 15,
      delay_seconds: { noanswer: 10, busy: 60, rejected: 10, failed: 30 },
      max: 3,
    });
    const deleted = await api.ok('deleteQueue', { params });
    for (const operation of ['getQueue', 'updateQueue', 'deleteQueue'] as const) {
      assert.equal((await api.refused(operation, { params, body: {} })).reason, 'QUEUE_NOT_FOUND');
    }
    const events = (await api.ok('listEvents')).result;
    assert.deepEqual(
      events.map(({ type, data }) => [type, data]),
      [
        ['queue_created', made],
        ['queue_updated', changed],
        ['queue_deleted', deleted],
      ],
    );
  });

  it('take the bounds by both of their names, and one value for each', async () => {
    const api = await createApi();
    const old = await givenQueue(api, { timeout_wait: 30_000, timeout_service: 60_000 });
    assert.deepEqual([old.wait_timeout, old.service_timeout], [30_000, 60_000]);
    const params = { id: old.id };
    const changed = await api.ok('updateQueueActions', {
      params,
      body: { wait_timeout: 5, timeout_wait: 5, timeout_service: 0 },
    });
    assert.deepEqual([changed.wait_timeout, changed.service_timeout], [5, 0]);
    const error = await api.refused('updateQueueActions', {
      params,
      body: { wait_timeout: 5, timeout_wait: 6 },
    });
    assert.partialDeepStrictEqual(error.details, [
      { in: 'body', path: 'timeout_wait', reason: 'not_one_of' },
    ]);
  });

  it('choose agents by a method of the list; an empty one is the usual', async () => {
    const api = await createApi();
    const params = { id: (await givenQueue(api, { routing_method: 'random' })).id };
    const set = async (routing_method: string) =>
      (await api.ok('updateQueueRoutingMethod', { params, body: { routing_method } })).routing_method;
    for (const method of [
      'round_robin',
      'fewest_calls',
      'least_talk',
      'ring_all',
      'linear',
      'weighted',
      'random',
    ]) {
      assert.equal(await set(method), method);
    }
    assert.equal(await set(''), 'longest_idle');
    const error = await api.refused('updateQueueRoutingMethod', {
      params,
      body: { routing_method: 'ringall' },
    });
    assert.partialDeepStrictEqual(error.details, [{ path: 'routing_method', reason: 'not_one_of' }]);
  });

  it('have wait actions that are checked like a flow that goes round', async () => {
    const api = await createApi();
    const talk = { type: 'talk', option: { text: 'Soon.', language: 'en-US' } };
    const made = await givenQueue(api, {
      wait_actions: [talk, { type: 'sleep', option: { duration: 5000 } }],
    });
    assert.deepEqual(
      made.wait_actions.map(({ type, next_id: next }) => [type, next]),
      [
        ['talk', nilId],
        ['sleep', nilId],
      ],
    );
    const params = { id: made.id };
    const spinning = { wait_actions: [{ type: 'variable_set', option: { key: 'a', value: 'b' } }] };
    const error = await api.refused('updateQueueActions', { params, body: spinning });
    assert.equal(error.reason, 'INVALID_FLOW');
    assert.partialDeepStrictEqual(error.details, [
      { path: 'wait_actions[0]', index: 0, action_id: '', reason: 'endless_loop' },
    ]);
    const unknown = await api.refused('createQueue', { body: { wait_actions: [talk, { type: 'dance' }] } });
    assert.partialDeepStrictEqual(unknown.details, [
      { path: 'wait_actions[1].type', reason: 'unknown_type' },
    ]);
    assert.deepEqual((await api.ok('getQueue', { params })).wait_actions, made.wait_actions);
  });

  it('tell agents of a caller by what can be heard alone, and ask for a key', async () => {
    const api = await createApi();
    const talk = { type: 'talk', option: { text: 'About an order.' } };
    const made = await givenQueue(api, { agent_announcement: [talk, { type: 'beep' }], confirm_key: '1' });
    assert.deepEqual(
      [made.agent_announcement.map(({ type }) => type), made.confirm_key, made.confirm_seconds],
      [['talk', 'beep'], '1', 10],
    );
    const params = { id: made.id };
    const changed = await api.ok('updateQueue', { params, body: { confirm_seconds: 5 } });
    assert.deepEqual(changed.agent_announcement, made.agent_announcement);
    const error = await api.refused('updateQueue', {
      params,
      body: { agent_announcement: [{ type: 'hangup' }] },
    });
    assert.equal(error.reason, 'INVALID_FLOW');
    assert.partialDeepStrictEqual(error.details, [
      { path: 'agent_announcement[0].type', reason: 'unknown_type' },
    ]);
    const none = await api.ok('updateQueue', { params, body: { agent_announcement: [], confirm_key: '' } });
    assert.deepEqual([none.agent_announcement, none.confirm_key], [[], '']);
  });

  it('are served by tags that are there; they keep asking for one that was deleted', async () => {
    const api = await createApi();
    const { id: tag } = await api.ok('createTag', { body: { name: 'German' } });
    const { id: theirs } = await api.ok('createTag', { key: api.otherKey, body: { name: 'German' } });
    const params = { id: (await givenQueue(api, { tag_ids: [tag] })).id };
    for (const tag_ids of [[theirs], [nowhere]]) {
      const error = await api.refused('updateQueueTagIds', { params, body: { tag_ids } });
      assert.equal(error.reason, 'TAG_NOT_FOUND');
    }
    await api.ok('deleteTag', { params: { id: tag } });
    assert.deepEqual((await api.ok('getQueue', { params })).tag_ids, [tag]);
    await api.ok('updateQueueTagIds', { params, body: { tag_ids: [tag] } });
    assert.deepEqual((await api.ok('updateQueueTagIds', { params, body: { tag_ids: [] } })).tag_ids, []);
    assert.equal(
      (await api.refused('updateQueueTagIds', { params, body: { tag_ids: [tag] } })).reason,
      'TAG_NOT_FOUND',
    );
  });

  it('overflow to a queue or a flow that is there, and never to themselves', async () => {
    const api = await createApi();
    const [{ id }, { id: other }] = [await givenQueue(api), await givenQueue(api)];
    const { id: flow } = await api.ok('createFlow', {
      body: { name: 'closed', actions: [{ type: 'hangup' }] },
    });
    const params = { id };
    for (const overflow of [
      { type: 'queue', target_id: other },
      { type: 'flow', target_id: flow },
    ]) {
      const complete = { destinations: [], keep_place: true, ...overflow };
      assert.deepEqual((await api.ok('updateQueue', { params, body: { overflow } })).overflow, complete);
    }
    const exit = await api.ok('updateQueue', { params, body: { overflow: { type: 'exit' } } });
    assert.deepEqual(exit.overflow, {
      type: 'exit',
      target_id: nilId,
      destinations: [],
      keep_place: true,
    });
    const missing = { queue: 'QUEUE_NOT_FOUND', flow: 'FLOW_NOT_FOUND' } as const;
    for (const type of ['queue', 'flow'] as const) {
      const error = await api.refused('updateQueue', {
        params,
        body: { overflow: { type, target_id: nowhere } },
      });
      assert.equal(error.reason, missing[type]);
    }
    for (const overflow of [
      { type: 'queue', target_id: id },
      { type: 'flow' },
      { type: 'exit', target_id: other },
    ]) {
      const error = await api.refused('updateQueue', { params, body: { overflow } });
      assert.partialDeepStrictEqual(error.details, [{ path: 'overflow.target_id' }]);
    }
  });

  it('overflow to phones that can be rung', async () => {
    const api = await createApi();
    const params = { id: (await givenQueue(api)).id };
    const set = async (overflow: object) => await api.ok('updateQueue', { params, body: { overflow } });
    const { overflow } = await set({
      type: 'address',
      destinations: [{ target: '+15550100123' }],
      keep_place: false,
    });
    assert.deepEqual(overflow, {
      type: 'address',
      target_id: nilId,
      destinations: [{ type: 'tel', target: '+15550100123', target_name: '', name: '', detail: '' }],
      keep_place: false,
    });
    for (const [wrong, path] of [
      [{ type: 'address' }, 'overflow.destinations'],
      [{ type: 'exit', destinations: [{ target: '1' }] }, 'overflow.destinations'],
      [
        { type: 'address', destinations: [{ type: 'conference', target: nowhere }] },
        'overflow.destinations[0].type',
      ],
      [{ type: 'address', destinations: [{ target: '1' }], target_id: nowhere }, 'overflow.target_id'],
    ] as const) {
      const error = await api.refused('updateQueue', { params, body: { overflow: wrong } });
      assert.partialDeepStrictEqual(error.details, [{ path }]);
    }
  });

  it('say which agents they want, and say no what makes no sense, by the name of the field', async () => {
    const api = await createApi();
    const { id: tag } = await api.ok('createTag', { body: { name: 'German' } });
    const { id: agent } = await api.ok('createAgent', { body: { username: 'mira', password: 'poppy-seed' } });
    const wish = {
      tag_match: 'all',
      skills: { [tag]: 3 },
      priority: -5,
      sticky: { within_seconds: 600 },
      agents: [{ agent_id: agent }],
    };
    const made = await givenQueue(api, wish);
    const stands = {
      ...wish,
      sticky: { within_seconds: 600, hold_seconds: 0 },
      agents: [{ agent_id: agent, weight: 0 }],
    };
    assert.partialDeepStrictEqual(made, stands);
    const params = { id: made.id };
    const changed = await api.ok('updateQueue', {
      params,
      body: { sticky: { hold_seconds: 9 }, skills: {} },
    });
    assert.deepEqual(changed.sticky, { within_seconds: 600, hold_seconds: 9 });
    assert.deepEqual([changed.skills, changed.agents], [{}, stands.agents]);
    const wrong: readonly (readonly [object, string])[] = [
      [{ tag_match: 'some' }, 'tag_match'],
      [{ skills: { [tag]: 11 } }, `skills["${tag}"]`],
      [{ skills: { German: 1 } }, 'skills.German'],
      [{ priority: 101 }, 'priority'],
      [{ sticky: { hold_seconds: -1 } }, 'sticky.hold_seconds'],
      [{ agents: [{ agent_id: agent, weight: 101 }] }, 'agents[0].weight'],
      [{ agents: [{ agent_id: agent }, { agent_id: agent, weight: 2 }] }, 'agents[1].agent_id'],
    ];
    for (const [body, path] of wrong) {
      const error = await api.refused('updateQueue', { params, body });
      assert.partialDeepStrictEqual(error.details, [{ in: 'body', path }]);
    }
    const missing = {
      TAG_NOT_FOUND: { skills: { [nowhere]: 1 } },
      AGENT_NOT_FOUND: { agents: [{ agent_id: nowhere }] },
    };
    for (const [reason, body] of Object.entries(missing))
      assert.equal((await api.refused('updateQueue', { params, body })).reason, reason);
    await api.ok('deleteAgent', { params: { id: agent } });
    await api.ok('updateQueue', { params, body: { agents: [{ agent_id: agent, weight: 7 }] } });
  });

  it('are joined with wishes that are checked when the flow is saved', async () => {
    const api = await createApi();
    const { id: queue_id } = await givenQueue(api);
    const flow = (option: object) => ({
      body: { name: 'in', actions: [{ type: 'queue_join', option: { queue_id, ...option } }] },
    });
    const fine = { priority: 100, skills: { [nowhere]: 10 }, agent_id: '${agent}' };
    await api.ok('createFlow', flow(fine));
    const wrong: readonly (readonly [object, string])[] = [
      [{ priority: 1.5 }, 'priority'],
      [{ skills: { [nowhere]: 0 } }, `skills.${nowhere}`],
      [{ skills: { German: 3 } }, 'skills.German'],
      [{ agent_id: 'mira' }, 'agent_id'],
    ];
    for (const [option, path] of wrong) {
      const error = await api.refused('createFlow', flow(option));
      assert.partialDeepStrictEqual(error.details, [{ path: `actions[0].option.${path}` }]);
    }
  });

  it('call back whoever asks for it by a key of its own, within bounds', async () => {
    const api = await createApi();
    const made = await givenQueue(api, { exit_key: '0', callback: { key: '1', attempts: 3 } });
    const params = { id: made.id };
    const changed = await api.ok('updateQueue', { params, body: { callback: { retry_seconds: 60 } } });
    assert.deepEqual(changed.callback, {
      key: '1',
      text: '',
      language: 'en-US',
      attempts: 3,
      retry_seconds: 60,
      timeout_seconds: 30,
      expire_seconds: 28_800,
    });
    for (const [callback, path, reason] of [
      [{ key: '0' }, 'callback.key', 'not_one_of'],
      [{ key: '12' }, 'callback.key', 'wrong_form'],
      [{ attempts: 11 }, 'callback.attempts', 'out_of_range'],
      [{ expire_seconds: 0 }, 'callback.expire_seconds', 'out_of_range'],
    ] as const) {
      const error = await api.refused('updateQueue', { params, body: { callback } });
      assert.partialDeepStrictEqual(error.details, [{ path, reason }]);
    }
  });

  it('announce nothing more often than anybody wants to hear it', async () => {
    const api = await createApi();
    const error = await api.refused('createQueue', { body: { announce: { interval_seconds: 9 } } });
    assert.partialDeepStrictEqual(error.details, [
      { path: 'announce.interval_seconds', reason: 'out_of_range' },
    ]);
    assert.equal(
      (await givenQueue(api, { announce: { interval_seconds: 10 } })).announce.interval_seconds,
      10,
    );
  });

  it('are not deleted while somebody is inside', async () => {
    const api = await createApi();
    const queue = await givenQueue(api);
    const params = { id: queue.id };
    for (const inside of [
      { wait_queue_call_ids: [nowhere] },
      { service_queue_call_ids: [nowhere, nowhere] },
    ]) {
      await api.put({ kind: 'queue', row: { ...queue, ...inside } });
      assert.equal((await api.refused('deleteQueue', { params })).reason, 'STATE_INVALID');
    }
    await api.put({ kind: 'queue', row: queue });
    await api.ok('deleteQueue', { params });
  });

  it('of another customer are not there', async () => {
    const api = await createApi();
    const { id } = await givenQueue(api);
    const bodies = {
      getQueue: {},
      updateQueue: {},
      updateQueueTagIds: { tag_ids: [] },
      updateQueueRoutingMethod: { routing_method: 'random' },
      updateQueueActions: {},
      deleteQueue: {},
    } as const;
    for (const operation of Object.keys(bodies) as (keyof typeof bodies)[]) {
      const request = { params: { id }, key: api.otherKey, body: bodies[operation] };
      assert.equal((await api.refused(operation, request)).reason, 'QUEUE_NOT_FOUND', operation);
    }
    assert.deepEqual((await api.ok('listQueues', { key: api.otherKey })).result, []);
  });
});

describe('visits to queues over HTTP', () => {
  it('are listed with those that are over, of all queues or of one, and found by id and by call', async () => {
    const api = await createApi();
    const callId = api.chance.id();
    const over = exampleQueuecall(api.chance.id(), api.customerId, {
      reference_id: callId,
      status: 'abandoned',
      tm_create: '2027-03-09 09:00:00.000000',
      tm_delete: '2027-03-09 09:01:00.000000',
      duration_waiting: 60_000,
    });
    const waiting = exampleQueuecall(api.chance.id(), api.customerId, {
      reference_id: callId,
      queue_id: nowhere,
    });
    await api.put({ kind: 'queuecall', row: over });
    const byCall = { params: { id: callId } };
    assert.deepEqual(
      await api.ok('getQueuecallOfCall', byCall),
      over,
      'the last one, when none is under way',
    );
    await api.put({ kind: 'queuecall', row: waiting });
    assert.deepEqual((await api.ok('listQueuecalls')).result, [waiting, over]);
    const query = { queue_id: over.queue_id };
    assert.deepEqual((await api.ok('listQueuecalls', { query })).result, [over]);
    assert.deepEqual(await api.ok('getQueuecall', { params: { id: over.id } }), over);
    assert.deepEqual(await api.ok('getQueuecallOfCall', byCall), waiting);
    const others = { key: api.otherKey };
    assert.deepEqual((await api.ok('listQueuecalls', others)).result, []);
    const refusals = [
      await api.refused('getQueuecall', { ...others, params: { id: over.id } }),
      await api.refused('getQueuecallOfCall', { ...others, ...byCall }),
      await api.refused('getQueuecallOfCall', { params: { id: over.id } }),
    ];
    for (const { reason } of refusals) assert.equal(reason, 'QUEUECALL_NOT_FOUND');
  });
});
