import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Call, Instant, Queue, Queuecall } from '@parley/contract';
import { closeOrphans, type Orphans } from '../call/recovery.ts';
import type { Moment, Monotonic } from '../ports/moment.ts';
import { countingChance, id, noOrphans } from '../scenario.node.ts';
import { agentRow, QueueRoom } from './queue-room.node.ts';

type Step = 'on the line' | 'pending' | 'agent rings' | 'caller rings' | 'talking';

/** A caller who was promised a call back, when its process dies. */
function died(step: Step): QueueRoom {
  const room = QueueRoom.waiting([], { callback: { key: '1' } });
  room.press('1');
  room.settle();
  if (step === 'on the line') return room;
  room.ends(room.callId);
  if (step === 'pending') return room;
  room.staff([agentRow(1)]);
  if (step !== 'agent rings') room.answers(0);
  if (step === 'talking') room.answers(1);
  return room;
}

/** The rows as they were stored. */
function orphansOf(room: QueueRoom): Orphans {
  const rows = <T extends { readonly id: string }>(kind: string): T[] => {
    const found = new Map<string, T>();
    for (const put of room.puts) if (put.kind === kind) found.set(put.row.id, put.row as unknown as T);
    return [...found.values()];
  };
  const agents = [...room.centre.agents.values()].map(({ row }) => row);
  const calls = rows<Call>('call');
  return {
    ...noOrphans,
    calls,
    queuecalls: rows<Queuecall>('queuecall'),
    queues: rows<Queue>('queue'),
    agents,
  };
}

/** The next process begins to count its milliseconds anew. */
function next(room: QueueRoom, afterMs = 60_000): { readonly at: Moment; readonly orphans: Orphans } {
  const wall = room.take(({ decision }) => ({ decision })).decision.at.wall + afterMs * 1000;
  return { at: { mono: 5 as Monotonic, wall: wall as Instant }, orphans: orphansOf(room) };
}

function restarted(room: QueueRoom) {
  const { at, orphans } = next(room);
  const { decision, promises } = closeOrphans(orphans, at, countingChance());
  const queue = decision.puts.findLast((put) => put.kind === 'queue')?.row ?? orphans.queues[0];
  assert.ok(queue !== undefined && 'wait_queue_call_ids' in queue);
  return { at, orphans, decision, promises, queue };
}

describe('a promise to call back', () => {
  it('outlives the process, whatever went on for it', () => {
    for (const step of ['on the line', 'pending', 'agent rings', 'caller rings'] as const) {
      const { decision, promises, queue } = restarted(died(step));
      const [promised] = promises;
      assert.ok(promised !== undefined, step);
      assert.partialDeepStrictEqual(promised.row, { status: 'wait', end_reason: '' }, step);
      assert.deepEqual([promised.row.callback.state, promised.row.callback.attempts], ['pending', 0], step);
      assert.deepEqual(queue.wait_queue_call_ids, [promised.row.id], step);
      assert.deepEqual([queue.total_incoming_count, queue.total_abandoned_count], [1, 0]);
      const told = decision.events.map(({ type }) => type).filter((type) => type.startsWith('queuecall_'));
      const isBack = step === 'agent rings' || step === 'caller rings';
      assert.deepEqual(told, isBack ? ['queuecall_waiting'] : [], step);
    }
  });

  it('was kept when the two talked: that ends like any other talk', () => {
    const { decision, promises, queue } = restarted(died('talking'));
    assert.deepEqual(promises, []);
    const [ended] = decision.puts.flatMap((put) => (put.kind === 'queuecall' ? [put.row] : []));
    assert.deepEqual(
      [ended?.status, ended?.end_reason, ended?.callback.state],
      ['done', 'served', 'connected'],
    );
    assert.deepEqual([queue.wait_queue_call_ids, queue.service_queue_call_ids], [[], []]);
  });

  it('ends with the process when its queue is gone', () => {
    const room = died('pending');
    const { at, orphans } = next(room);
    const { decision, promises } = closeOrphans({ ...orphans, queues: [] }, at, countingChance());
    assert.deepEqual(promises, []);
    const [ended] = decision.puts.flatMap((put) => (put.kind === 'queuecall' ? [put.row] : []));
    assert.deepEqual(
      [ended?.status, ended?.end_reason, ended?.callback.state],
      ['abandoned', 'failed', 'over'],
    );
  });

  it('is kept by the next process, which gives phones the time to come back', () => {
    const { promises, queue } = restarted(died('caller rings'));
    const room = new QueueRoom();
    room.staff([agentRow(1)], [queue]);
    room.take(({ centre, at, decision }) => {
      centre.waiting.takeUp(promises, at);
      return { decision };
    });
    assert.deepEqual(room.legs(), []);
    room.pass(10_100);
    room.settle();
    assert.equal(room.outgoing(0).owner_id, id(8001));
    room.answers(0);
    room.answers(1);
    room.ends(room.outgoing(1).id);
    const visits = room.visits();
    assert.deepEqual(visits, ['queuecall_entering', 'queuecall_serviced', 'queuecall_done']);
    const row = room.puts.findLast((put) => put.kind === 'queue')?.row as Queue;
    assert.deepEqual(
      [
        row.total_incoming_count,
        row.total_serviced_count,
        row.wait_queue_call_ids,
        row.service_queue_call_ids,
      ],
      [1, 1, [], []],
    );
    assert.equal(room.centre.size, 0);
    assert.equal(room.centre.visits.size, 0);
  });

  it('expires when it would have without the end of the process', () => {
    const { promises, queue } = restarted(died('pending'));
    const room = new QueueRoom();
    room.staff([], [queue]);
    const [{ row, ...more } = assert.fail('no promise')] = promises;
    room.take(({ centre, at, decision }) => {
      const tm_expire = row.callback.tm_request;
      centre.waiting.takeUp([{ row: { ...row, callback: { ...row.callback, tm_expire } }, ...more }], at);
      return { decision };
    });
    room.pass(0);
    assert.equal(room.last('queuecall_abandoned')['end_reason'], 'unreached');
  });
});
