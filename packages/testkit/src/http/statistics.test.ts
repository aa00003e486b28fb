import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type Agent,
  type AgentStatistics,
  type EventType,
  type OperationId,
  type Queue,
  type Queuecall,
  type QueueLive,
  type QueueStatistics,
  type QueueStatisticsList,
} from '@parley/contract';
import { Draft } from '@parley/core';
import { type ApiUnderTest, createApi } from './api-under-test.ts';
import { exampleQueuecall } from './example-rows.ts';

const nowhere = '00000000-0000-4000-8000-000000000000';
const quarterMs = 900_000;

interface Scene {
  readonly api: ApiUnderTest;
  readonly queue: Queue;
  readonly agent: Agent;
}

/** A queue and an agent who has become available. */
async function scene(): Promise<Scene> {
  const api = await createApi();
  const queue: Queue = await api.ok('createQueue', { body: { name: 'orders' } });
  const agent: Agent = await api.ok('createAgent', { body: { username: 'mira', password: 'secret-1' } });
  await api.ok('updateAgentStatus', { params: { id: agent.id }, body: { status: 'available' } });
  return { api, queue, agent };
}

/** A visit from its beginning to its end: served after that wait, or not. */
async function visit(
  { api, queue, agent }: Scene,
  waitMs: number,
  talkMs: number | undefined,
): Promise<void> {
  const stamp = (): string => new Draft(api.clock.now(), api.chance).stamp;
  const joined = exampleQueuecall(api.chance.id(), api.customerId, {
    queue_id: queue.id,
    tm_create: stamp(),
  });
  await tell('queuecall_created', joined);
  api.advance(waitMs);
  const waited = { ...joined, duration_waiting: waitMs };
  if (talkMs === undefined)
    return await tell('queuecall_abandoned', {
      ...waited,
      status: 'abandoned',
      end_reason: 'abandoned',
      tm_delete: stamp(),
    });
  const served = {
    ...waited,
    status: 'service',
    service_agent_id: agent.id,
    tm_service: stamp(),
  } as const;
  await tell('queuecall_serviced', served);
  api.advance(talkMs);
  await tell('queuecall_done', {
    ...served,
    status: 'done',
    end_reason: 'served',
    duration_service: talkMs,
    tm_delete: stamp(),
  });

  async function tell(type: Extract<EventType, `queuecall_${string}`>, row: Queuecall): Promise<void> {
    const draft = new Draft(api.clock.now(), api.chance);
    draft.put('queuecall', row);
    draft.emit(type, row.id, row);
    assert.ok((await api.commit(draft)).ok);
  }
}

async function refused(
  api: ApiUnderTest,
  id: OperationId,
  request: Parameters<ApiUnderTest['refused']>[1],
  reason: string,
): Promise<void> {
  assert.equal((await api.refused(id, request)).reason, reason);
}

describe('statistics over HTTP', () => {
  it('tell what a queue did since midnight when nothing else is asked for', async () => {
    const here = await scene();
    await visit(here, 10_000, 60_000);
    await visit(here, 30_000, 90_000);
    await visit(here, 5_000, undefined);
    const { id } = here.queue;
    const told: QueueStatistics = await here.api.ok('getQueueStatistics', { params: { id } });
    assert.deepEqual(told.intervals, []);
    assert.match(told.tm_start, / 00:00:00\.000000$/);
    const { total } = told;
    assert.deepEqual(
      [total.incoming_count, total.answered_count, total.abandoned_count, total.done_count],
      [3, 2, 1, 2],
    );
    assert.equal(total.average_speed_of_answer, 20_000);
    assert.equal(total.average_handle_time, 75_000);
    assert.equal(total.abandonment_rate, 0.3333);
    assert.equal(total.service_level.threshold_seconds, 20);
    assert.equal(total.service_level.of_answered, 0.5);
    const wider: QueueStatistics = await here.api.ok('getQueueStatistics', {
      params: { id },
      query: { threshold: 30 },
    });
    assert.equal(wider.total.service_level.of_answered, 1);
  });

  it('tell every interval of a span, empty ones too, and their sum', async () => {
    const here = await scene();
    const nowMs = Math.floor(here.api.clock.now().wall / 1000);
    here.api.advance(quarterMs - (nowMs % quarterMs));
    const from = new Date(nowMs - (nowMs % quarterMs)).toISOString().slice(0, 19);
    await visit(here, 1_000, 2_000);
    here.api.advance(3 * quarterMs);
    await visit(here, 4_000, undefined);
    const query = { from, interval: 'quarter_hour' } as const;
    const told: QueueStatistics = await here.api.ok('getQueueStatistics', {
      params: { id: here.queue.id },
      query,
    });
    assert.deepEqual(
      told.intervals.map(({ incoming_count: incoming }) => incoming),
      [0, 1, 0, 0, 1],
    );
    assert.equal(told.intervals[1]?.average_speed_of_answer, 1_000);
    assert.equal(told.intervals[2]?.average_speed_of_answer, null);
    assert.equal(told.total.incoming_count, 2);
    assert.equal(told.tm_start, told.intervals[0]?.tm_start);
    assert.equal(told.tm_end, told.intervals.at(-1)?.tm_end);
  });

  it('tell the same by the day as by the hour, and widen what is asked for', async () => {
    const here = await scene();
    await visit(here, 1_000, 2_000);
    here.api.advance(26 * 3_600_000);
    await visit(here, 4_000, undefined);
    const at = (interval: 'hour' | 'day'): Promise<QueueStatistics> =>
      here.api.ok('getQueueStatistics', {
        params: { id: here.queue.id },
        query: { from: '2022-04-10T12:00', to: '2022-04-13', interval },
      });
    const [hours, days] = [await at('hour'), await at('day')];
    assert.equal(hours.intervals.length, 60);
    assert.equal(days.intervals.length, 3);
    assert.equal(days.tm_start, '2022-04-10 00:00:00.000000');
    assert.deepEqual(days.total, hours.total);
    assert.equal(days.total.incoming_count, 2);
  });

  it('list all queues of the customer, a page at a time, and no others', async () => {
    const here = await scene();
    const { api } = here;
    await visit(here, 1_000, 2_000);
    await api.ok('createQueue', { body: {} });
    const first: QueueStatisticsList = await api.ok('listQueueStatistics', { query: { page_size: 1 } });
    assert.equal(first.result.length, 1);
    const rest: QueueStatisticsList = await api.ok('listQueueStatistics', {
      query: { page_size: 1, page_token: first.next_page_token },
    });
    const incoming = [...first.result, ...rest.result].map(({ total }) => total.incoming_count);
    assert.deepEqual(incoming, [0, 1]);
    const other: QueueStatisticsList = await api.ok('listQueueStatistics', { key: api.otherKey });
    assert.deepEqual(other.result, []);
  });

  it('tell what an agent did, its time up to now included', async () => {
    const here = await scene();
    await visit(here, 1_000, 60_000);
    here.api.advance(30_000);
    const told: AgentStatistics = await here.api.ok('getAgentStatistics', {
      params: { id: here.agent.id },
    });
    assert.equal(told.total.answered_count, 1);
    assert.equal(told.total.total_service_duration, 60_000);
    assert.equal(told.total.status_durations.available, 91_000);
    assert.equal(told.total.occupancy, 0);
  });

  it('show an agent who has logged in its own figures, and nothing else', async () => {
    const { api, agent, queue } = await scene();
    const other: Agent = await api.ok('createAgent', { body: { username: 'ole', password: 'secret-1' } });
    const login = { username: 'mira', password: 'secret-1' };
    const { token } = await api.ok('loginAgent', { body: login, key: undefined });
    await api.ok('getAgentStatistics', { params: { id: agent.id }, key: token });
    await refused(api, 'getAgentStatistics', { params: { id: other.id }, key: token }, 'AGENT_NOT_FOUND');
    await refused(api, 'getQueueStatistics', { params: { id: queue.id }, key: token }, 'PERMISSION_DENIED');
    await refused(api, 'listQueueStatistics', { key: token }, 'PERMISSION_DENIED');
    await refused(api, 'getQueueLive', { params: { id: queue.id }, key: token }, 'PERMISSION_DENIED');
  });

  it('tell who is in a queue now, and who serves it', async () => {
    const { api, queue, agent } = await scene();
    const live = async (): Promise<QueueLive> => await api.ok('getQueueLive', { params: { id: queue.id } });
    await refused(api, 'getQueueLive', { params: { id: queue.id } }, 'QUEUE_NOT_FOUND');
    const rows = await Promise.all([api.store.get('queue', queue.id), api.store.get('agent', agent.id)]);
    const puts = rows.flatMap((stored) => (stored === undefined ? [] : [stored.row]));
    api.switching.centre.staffChanges(
      {
        puts: [
          { kind: 'queue', row: puts[0] as Queue },
          { kind: 'agent', row: puts[1] as Agent },
        ],
        preconditions: [],
      },
      api.clock.now(),
    );
    const now = await live();
    assert.deepEqual([now.waiting_count, now.longest_waittime, now.service_count], [0, 0, 0]);
    assert.deepEqual(now.agent_counts, { available: 1, away: 0, busy: 0, offline: 0, ringing: 0 });
    assert.equal(now.today.incoming_count, 0);
  });

  it('are there for a queue and an agent that were deleted', async () => {
    const here = await scene();
    await visit(here, 1_000, 2_000);
    const { id } = here.queue;
    await here.api.ok('deleteQueue', { params: { id } });
    const told: QueueStatistics = await here.api.ok('getQueueStatistics', { params: { id } });
    assert.equal(told.total.answered_count, 1);
    await here.api.ok('deleteAgent', { params: { id: here.agent.id } });
    const ofAgent: AgentStatistics = await here.api.ok('getAgentStatistics', {
      params: { id: here.agent.id },
    });
    assert.equal(ofAgent.total.status_durations.available, 3_000);
  });

  it('are refused with the name of the parameter that is wrong', async () => {
    const { api, queue } = await scene();
    const wrong = [
      [{ from: 'yesterday' }, 'from', 'wrong_form'],
      [{ from: '2022-02-30' }, 'from', 'wrong_form'],
      [{ to: '2022-04-11T25:00' }, 'to', 'wrong_form'],
      [{ from: '2022-04-12', to: '2022-04-11' }, 'from', 'out_of_range'],
      [{ from: '2022-04-11', to: '2022-04-11' }, 'from', 'out_of_range'],
      [{ from: '2019-01-01', to: '2022-04-11' }, 'from', 'out_of_range'],
      [{ from: '2022-03-01', to: '2022-04-11', interval: 'quarter_hour' }, 'interval', 'out_of_range'],
      [{ interval: 'week' }, 'interval', 'not_one_of'],
      [{ threshold: '3601' }, 'threshold', 'out_of_range'],
      [{ threshold: 'x' }, 'threshold', 'wrong_type'],
      [{ since: '2022-04-11' }, 'since', 'unknown_key'],
    ] as const;
    for (const [query, path, reason] of wrong) {
      const search = new URLSearchParams(query as Record<string, string>).toString();
      const { status, body } = await api.send('GET', `/v1.0/queues/${queue.id}/stats?${search}`);
      assert.equal(status, 400, search);
      const [detail] = (body as { error: { details: { in: string; path: string; reason: string }[] } }).error
        .details;
      assert.deepEqual([detail?.in, detail?.path, detail?.reason], ['query', path, reason], search);
    }
  });

  it('are not there for whoever does not own them', async () => {
    const { api, queue, agent } = await scene();
    const key = api.otherKey;
    await refused(api, 'getQueueStatistics', { params: { id: queue.id }, key }, 'QUEUE_NOT_FOUND');
    await refused(api, 'getQueueLive', { params: { id: queue.id }, key }, 'QUEUE_NOT_FOUND');
    await refused(api, 'getAgentStatistics', { params: { id: agent.id }, key }, 'AGENT_NOT_FOUND');
    await refused(api, 'getQueueStatistics', { params: { id: nowhere } }, 'QUEUE_NOT_FOUND');
  });

  it('ask to be asked again when they cannot be read', async () => {
    const { api, queue } = await scene();
    api.figures.findBetween = async () => await Promise.reject(new Error('the disk is gone'));
    await refused(api, 'getQueueStatistics', { params: { id: queue.id } }, 'UNAVAILABLE');
  });
});
