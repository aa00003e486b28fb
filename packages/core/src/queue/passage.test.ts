import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nilId, type Queue, type Queuecall } from '@parley/contract';
import { limits } from '../limits.ts';
import { id } from '../scenario.node.ts';
import { address } from '../switchroom.node.ts';
import { agentRow, QueueRoom, queueRow } from './queue-room.node.ts';

const queueId = id(7001);
const otherId = id(7002);
const joinOnly = { type: 'queue_join', option: { queue_id: queueId } };
const join = [joinOnly, { type: 'block' }];

function queue(change: Partial<Queue> = {}): Queue {
  return { ...queueRow(), ...change };
}

/** Why the visit that ended last did. */
function endReason(room: QueueRoom): unknown {
  return room.events.findLast(({ type }) => type === 'queuecall_abandoned' || type === 'queuecall_done')
    ?.data['end_reason'];
}

type Overflow = Queue['overflow'];

function overflowTo(target: string): Overflow {
  return { type: 'queue', target_id: target, destinations: [], keep_place: true };
}

/** Callers who have waited too long in the first queue, or find it full, go where `overflow` says. */
function twoQueues(overflow: Partial<Overflow>, change: Partial<Queue> = {}): QueueRoom {
  const room = new QueueRoom();
  const to = { ...overflowTo(otherId), ...overflow };
  room.staff([], [queue({ wait_timeout: 30_000, overflow: to, ...change }), queue({ id: otherId })]);
  room.offer([{ type: 'answer' }, ...join], true);
  room.settle();
  return room;
}

function passes(room: QueueRoom, ms: number): void {
  room.pass(ms);
  room.settle();
}

function lastVisit(room: QueueRoom): Queuecall {
  return room.puts.findLast((put) => put.kind === 'queuecall')?.row as Queuecall;
}

/** Who waits in a queue, in line. */
function line(room: QueueRoom, ofQueue = otherId): readonly string[] {
  const row = room.puts.findLast((put) => put.kind === 'queue' && put.row.id === ofQueue)?.row as Queue;
  return row.wait_queue_call_ids;
}

function reports(room: QueueRoom): string[] {
  return room.effects.flatMap((effect) => (effect.kind === 'report' ? [effect.text] : []));
}

function moves(room: QueueRoom, visitId: string, to: string, keepPlace = true) {
  const answer = room.take(({ centre, at }) =>
    centre.waiting.change(visitId, { queueId: to, keepPlace }, at),
  );
  room.settle();
  return answer;
}

describe('a caller who overflows', () => {
  it('waits in another queue, and has waited there since it joined the first', () => {
    const room = twoQueues({});
    const first = lastVisit(room);
    passes(room, 30_000);
    assert.deepEqual(room.visits().slice(-3), [
      'queuecall_kicking',
      'queuecall_abandoned',
      'queuecall_created',
    ]);
    assert.equal(endReason(room), 'overflowed');
    const second = lastVisit(room);
    assert.equal(second.queue_id, otherId);
    assert.equal(second.previous_id, first.id);
    assert.equal(second.tm_place, first.tm_create);
    assert.notEqual(second.tm_create, first.tm_create);
  });

  it('stands before those who came to the other queue while it waited in the first', () => {
    for (const keep_place of [true, false]) {
      const room = twoQueues({ keep_place });
      room.pass(10_000);
      room.secondCaller([{ type: 'answer' }, { ...joinOnly, option: { queue_id: otherId } }], 90);
      const second = lastVisit(room).id;
      passes(room, 20_000);
      const [first] = line(room).filter((each) => each !== second);
      assert.deepEqual(line(room), keep_place ? [first, second] : [second, first]);
      room.staff([agentRow(1)]);
      assert.equal(room.outgoing(0).master_call_id, keep_place ? room.callId : id(90));
    }
  });

  it('is counted by each queue for the time it waited there', () => {
    const room = twoQueues({});
    passes(room, 30_000);
    passes(room, 5_000);
    room.staff([agentRow(1)]);
    room.answers(0);
    room.ends(room.callId);
    assert.equal(Math.floor(lastVisit(room).duration_waiting / 1000), 5);
    assert.equal(endReason(room), 'served');
  });

  it('goes on in its flow after the talk, and is put out of the talk like anybody else', () => {
    const room = twoQueues({});
    passes(room, 30_000);
    room.staff([agentRow(1)]);
    room.answers(0);
    assert.equal(room.visits().at(-1), 'queuecall_serviced');
    room.ends(room.outgoing(0).id);
    assert.equal(room.call(room.callId).action.type, 'block');
  });

  it('is let into the other queue at once when the first is full', () => {
    const room = twoQueues({}, { max_length: 1 });
    room.secondCaller([{ type: 'answer' }, ...join], 90);
    assert.equal(lastVisit(room).queue_id, otherId);
    assert.equal(lastVisit(room).previous_id, nilId);
    assert.equal(line(room).length, 1);
  });

  it('goes on with what follows when the other queue has been deleted since, and that is noted', () => {
    const room = twoQueues({ target_id: id(7009) });
    passes(room, 30_000);
    assert.equal(endReason(room), 'timeout');
    assert.equal(room.call(room.callId).action.type, 'block');
    assert.ok(reports(room).some((text) => text.includes(`there is no queue ${id(7009)}`)));
  });

  it('goes on with what follows when the flow has been deleted since, and that is noted', () => {
    const room = twoQueues({ type: 'flow', target_id: id(7009) });
    passes(room, 30_000);
    assert.equal(room.call(room.callId).action.type, 'queue_forward');
    room.flowLoads(undefined);
    assert.equal(room.call(room.callId).action.type, 'block');
    assert.ok(reports(room).some((text) => text.includes(`there is no flow ${id(7009)}`)));
  });

  it('runs a flow, and then goes on with what follows', () => {
    const room = twoQueues({ type: 'flow', target_id: id(7009) });
    passes(room, 30_000);
    assert.equal(endReason(room), 'overflowed');
    room.flowLoads([{ type: 'sleep', option: { duration: 1000 } }]);
    assert.equal(room.call(room.callId).action.type, 'sleep');
    passes(room, 1000);
    assert.equal(room.call(room.callId).action.type, 'block');
  });

  it('is put through to whoever answers first at the addresses', () => {
    const toAgent = { ...address(id(8001)), type: 'agent' as const };
    const room = twoQueues({ type: 'address', target_id: nilId, destinations: [address('+49301'), toAgent] });
    passes(room, 30_000);
    assert.equal(endReason(room), 'overflowed');
    assert.deepEqual(
      room.effects.flatMap((effect) => (effect.kind === 'locate' ? effect.destinations : [])),
      [address('+49301'), toAgent],
    );
    room.answers(1);
    assert.equal(room.outgoing(0).status, 'hangup');
    assert.equal(room.effectsOf(room.callId).at(-1), 'join');
    room.ends(room.outgoing(1).id);
    assert.equal(room.call(room.callId).action.type, 'block');
  });

  it('goes on with what follows when nobody at those addresses answers, or nobody is there any more', () => {
    for (const [target, refusal] of [
      ['+49301', 17],
      ['none', undefined],
    ] as const) {
      const room = twoQueues({ type: 'address', target_id: nilId, destinations: [address(target)] });
      passes(room, 30_000);
      if (refusal !== undefined) room.refuses(0, refusal);
      assert.equal(room.call(room.callId).action.type, 'block');
    }
  });

  it('is sent on so often and no more when queues lead to each other in a ring', () => {
    const room = twoQueues({});
    const back = overflowTo(queueId);
    room.staff([], [queue({ id: otherId, wait_timeout: 30_000, overflow: back })]);
    for (let hop = 0; hop <= limits.overflowHops; hop += 1) passes(room, 30_000);
    assert.equal(
      room.visits().filter((type) => type === 'queuecall_created').length,
      limits.overflowHops + 1,
    );
    assert.equal(endReason(room), 'timeout');
    assert.equal(room.call(room.callId).action.type, 'block');
    assert.ok(reports(room).some((text) => text.includes('sent on')));
  });

  it('goes on at once when full queues lead to each other in a ring', () => {
    const room = twoQueues({}, { max_length: 1 });
    const back = overflowTo(queueId);
    room.staff([], [queue({ id: otherId, max_length: 1, overflow: back })]);
    room.secondCaller([{ type: 'answer' }, { ...joinOnly, option: { queue_id: otherId } }], 90);
    room.secondCaller([{ type: 'answer' }, ...join], 91);
    assert.equal(room.call(id(91)).action.type, 'block');
    assert.ok(reports(room).some((text) => text.includes('sent on')));
  });
});

describe('a waiting caller who is moved', () => {
  it('waits in the other queue with its place, even when that is full, and the old queue says so', () => {
    const room = twoQueues({}, { wait_timeout: 0 });
    room.staff([], [queue({ id: otherId, max_length: 1 })]);
    room.pass(1000);
    room.secondCaller([{ type: 'answer' }, { ...joinOnly, option: { queue_id: otherId } }], 90);
    const first = room.events.find(({ type }) => type === 'queuecall_created')?.data['id'] as string;
    const { problem, visit } = moves(room, first, otherId);
    assert.equal(problem, undefined);
    assert.equal(visit?.previous_id, first);
    assert.equal(endReason(room), 'moved');
    assert.equal(line(room)[0], visit?.id);
    assert.deepEqual(line(room, queueId), []);
    const old = room.puts.findLast((put) => put.kind === 'queue' && put.row.id === queueId)?.row as Queue;
    assert.deepEqual([old.total_abandoned_count, old.total_overflowed_count], [0, 1]);
  });

  it('goes to the end of the line when it is not to keep its place', () => {
    const room = twoQueues({}, { wait_timeout: 0 });
    const first = lastVisit(room).id;
    room.pass(1000);
    room.secondCaller([{ type: 'answer' }, { ...joinOnly, option: { queue_id: otherId } }], 90);
    const { visit } = moves(room, first, otherId, false);
    assert.equal(line(room)[1], visit?.id);
    assert.equal(visit?.tm_place, visit?.tm_create);
  });

  it('can be moved to and fro without end, is told of where it stands, and goes on in its flow at last', () => {
    const room = twoQueues({}, { wait_timeout: 0 });
    for (let count = 0; count < 200; count += 1)
      assert.equal(moves(room, lastVisit(room).id, count % 2 === 0 ? otherId : queueId).problem, undefined);
    assert.equal(line(room, queueId).length, 1);
    room.take(({ centre, at }) => centre.kick(lastVisit(room).id, at));
    room.settle();
    assert.equal(room.call(room.callId).action.type, 'block');
  });

  it('is served before others once it has a higher priority, and says so', () => {
    const room = twoQueues({}, { wait_timeout: 0 });
    const second = room.secondCaller([{ type: 'answer' }, ...join], 90);
    const { id: visitId } = lastVisit(room);
    room.take(({ centre, at }) => centre.waiting.change(visitId, { priority: 5 }, at));
    assert.equal(room.last('queuecall_waiting')['priority'], 5);
    room.staff([agentRow(1)]);
    assert.equal(room.outgoing(0).master_call_id, second);
    const { visit } = moves(room, visitId, otherId);
    assert.equal(visit?.priority, 5);
  });

  it('is taken back from the agent who is rung for it', () => {
    const room = twoQueues({}, { wait_timeout: 0, tag_ids: [id(5)] });
    room.staff([agentRow(1, { tag_ids: [id(5)] })], [queue({ id: otherId, tag_ids: [id(6)] })]);
    const first = lastVisit(room);
    assert.equal(first.status, 'entering');
    moves(room, first.id, otherId);
    assert.equal(room.outgoing(0).hangup_reason, 'cancel');
    assert.equal(lastVisit(room).status, 'wait');
  });

  it('is not moved once an agent has answered, nor to where it is, nor to nowhere, nor when it is gone', () => {
    const room = twoQueues({}, { wait_timeout: 0 });
    const { id: visitId } = lastVisit(room);
    assert.match(moves(room, visitId, queueId).problem ?? '', /waits in that queue already/);
    assert.match(moves(room, visitId, id(7009)).problem ?? '', /there is no queue/);
    room.staff([agentRow(1)]);
    room.answers(0);
    assert.match(moves(room, visitId, otherId).problem ?? '', /talks with an agent/);
    room.ends(room.callId);
    assert.match(moves(room, visitId, otherId).problem ?? '', /is over/);
  });
});
