import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { eventExamples, type Queue, QueuecallEndReason } from '@parley/contract';
import { assertAddsUp, countUnserved, endedWaits, visitOutcome } from './queue-figures.ts';

const queue: Queue = {
  ...eventExamples.queue_updated.data,
  wait_queue_call_ids: ['a', 'b'],
  service_queue_call_ids: [],
  total_incoming_count: 10,
  total_serviced_count: 1,
  total_abandoned_count: 2,
  total_overflowed_count: 4,
  total_kicked_count: 1,
  total_waittime: 1_000,
};

describe('the figures of a queue', () => {
  it('have a place for every way in which a visit ends', () => {
    const outcomes = QueuecallEndReason.enum.map((reason) => `${reason}: ${visitOutcome(reason)}`);
    assert.deepEqual(outcomes, [
      ': abandoned',
      'served: serviced',
      'abandoned: abandoned',
      'kicked: kicked',
      'timeout: overflowed',
      'overflowed: overflowed',
      'moved: overflowed',
      'exited: overflowed',
      'unreached: abandoned',
      'failed: abandoned',
    ]);
  });

  it('count each visit that nobody served once, with its wait', () => {
    assert.deepEqual(countUnserved(queue, 'moved', 250), {
      total_overflowed_count: 5,
      total_waittime: 1_250,
    });
    assert.deepEqual(countUnserved(queue, 'kicked', 0), { total_kicked_count: 2, total_waittime: 1_000 });
    assert.equal(endedWaits({ ...queue, ...countUnserved(queue, 'failed', 5) }), endedWaits(queue) + 1);
    assert.throws(() => countUnserved(queue, 'served', 0), /counted when the talk begins/);
  });

  it('add up, or it is a bug', () => {
    assertAddsUp(queue);
    assert.throws(
      () => assertAddsUp({ ...queue, total_incoming_count: 11 }),
      /11 came, 2 wait and 8 do no more/,
    );
    assert.throws(() => assertAddsUp({ ...queue, wait_queue_call_ids: ['a'] }), /10 came, 1 wait/);
    assert.throws(() => assertAddsUp({ ...queue, service_queue_call_ids: ['c', 'd'] }), /more are served/);
  });
});
