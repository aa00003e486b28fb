import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventExamples, type Instant, nilId, type Queue } from '@parley/contract';
import { Draft } from '../draft.ts';
import type { Chance } from '../ports/chance.ts';
import type { Monotonic } from '../ports/moment.ts';
import { createQueue, deleteQueue, type QueueDetails, queueInUse, updateQueue } from './queue.ts';
import { isQueuecallOver, latestQueuecall } from './queuecall.ts';
import { checkWaitActions } from './wait-actions.ts';

const customerId = 'c0000000-0000-4000-8000-000000000000';
const ids = (): (() => string) => {
  let last = 0;
  return () => `e0000000-0000-4000-8000-${String((last += 1)).padStart(12, '0')}`;
};
const chance: Chance = { id: ids(), token: (bytes) => 'ab'.repeat(bytes), fraction: () => 0.5 };
const draftAt = (seconds: number): Draft =>
  new Draft({ mono: 0 as Monotonic, wall: (seconds * 1_000_000) as Instant }, chance);
const made = (details: QueueDetails = {}, draft = draftAt(0)): Queue => {
  const decision = createQueue(draft, chance, customerId, details);
  assert.ok(decision.kind === 'ok');
  return decision.queue;
};
const pathsOf = (details: QueueDetails): readonly string[] => {
  const decision = createQueue(draftAt(0), chance, customerId, details);
  return decision.kind === 'ok' ? [] : decision.problems.map(({ path }) => path);
};

describe('a queue', () => {
  it('is told when it is made, changed and deleted, with its keys in the order of the contract', () => {
    const draft = draftAt(0);
    const row = made({}, draft);
    assert.deepEqual(Object.keys(row), Object.keys(eventExamples.queue_created.data));
    updateQueue(draft, chance, { row, version: 1 }, { name: 'orders' });
    deleteQueue(draft, { row, version: 2 });
    assert.deepEqual(
      draft.events.map(({ type, lane }) => [type, lane]),
      ['queue_created', 'queue_updated', 'queue_deleted'].map((type) => [type, row.id]),
    );
    assert.deepEqual(
      draft.preconditions.map(({ version }) => version),
      [0, 1, 2],
    );
  });

  it('keeps its counts and who is inside when its settings change', () => {
    const row = { ...made(), total_incoming_count: 3, wait_queue_call_ids: ['x'], wait_timeout: 9 };
    const changed = updateQueue(draftAt(5), chance, { row, version: 1 }, { announce: { position: false } });
    assert.ok(changed.kind === 'ok');
    assert.deepEqual(changed.queue, {
      ...row,
      tm_update: '1970-01-01 00:00:05.000000',
      announce: { ...row.announce, position: false },
    });
    assert.ok(queueInUse(row)?.startsWith('1 caller is'));
    assert.ok(queueInUse({ ...row, service_queue_call_ids: ['y'] })?.startsWith('2 callers are'));
    assert.equal(queueInUse(made()), undefined);
  });

  it('refuses settings that do not go together, each by its place', () => {
    assert.deepEqual(pathsOf({ wait_timeout: 1, timeout_wait: 2, service_timeout: 1, timeout_service: 2 }), [
      'timeout_wait',
      'timeout_service',
    ]);
    assert.deepEqual(pathsOf({ wait_timeout: 2, timeout_wait: 2 }), []);
    assert.deepEqual(pathsOf({ announce: { interval_seconds: 9 } }), ['announce.interval_seconds']);
    assert.deepEqual(pathsOf({ overflow: { type: 'flow' } }), ['overflow.target_id']);
  });
});

describe('wait actions', () => {
  const check = (...actions: Parameters<typeof checkWaitActions>[0]) => checkWaitActions(actions, ids());
  const reasonsOf = (...actions: Parameters<typeof checkWaitActions>[0]) => {
    const checked = check(...actions);
    return checked.ok ? [] : checked.problems.map(({ path, reason }) => `${path} ${reason}`);
  };
  const sleep = { type: 'sleep', option: { duration: 1000 } };
  const set = { type: 'variable_set', option: { key: 'a', value: 'b' } };

  it('come out as they were sent, with ids, and without the link that makes them a round', () => {
    const checked = check(set, { ...sleep, next_id: nilId });
    assert.ok(checked.ok);
    assert.deepEqual(
      checked.actions.map(({ type, next_id: next }) => [type, next]),
      [
        ['variable_set', nilId],
        ['sleep', nilId],
      ],
    );
    assert.equal(new Set(checked.actions.map(({ id }) => id)).size, 2);
    assert.deepEqual(check(), { ok: true, actions: [] });
  });

  it('that take no time in a round are refused, at the place where they were sent', () => {
    assert.deepEqual(reasonsOf(set), ['wait_actions[0] endless_loop']);
    assert.deepEqual(reasonsOf(set, set), ['wait_actions[0] endless_loop']);
    assert.deepEqual(reasonsOf(set, sleep), []);
    assert.deepEqual(reasonsOf(sleep, set), []);
    assert.deepEqual(reasonsOf({ type: 'hangup' }), [], 'there is no second round');
  });

  it('keep links of their own', () => {
    const id = 'b0000000-0000-4000-8000-000000000001';
    const checked = check({ ...sleep, id }, { ...sleep, next_id: id });
    assert.ok(checked.ok);
    assert.equal(checked.actions[1]?.next_id, id);
  });
});

describe('the visits of a call', () => {
  const { data } = eventExamples.queuecall_created;

  it('are over when served or given up', () => {
    for (const status of ['done', 'abandoned'] as const) assert.ok(isQueuecallOver({ status }));
    for (const status of ['wait', 'entering', 'service', 'kicking'] as const) {
      assert.ok(!isQueuecallOver({ status }));
    }
  });

  it('of which the one under way counts, or else the last', () => {
    const [first, waiting, last] = [
      { ...data, id: '1', status: 'abandoned' as const },
      { ...data, id: '2' },
      { ...data, id: '3', status: 'done' as const },
    ];
    assert.equal(latestQueuecall([first, waiting, last]), waiting);
    assert.equal(latestQueuecall([first, last]), last);
    assert.equal(latestQueuecall([]), undefined);
  });
});
