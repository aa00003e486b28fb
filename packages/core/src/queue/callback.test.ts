import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Address, nilId, type Queue, type Queuecall } from '@parley/contract';
import { cause } from '../call/cause.ts';
import { flowOf, id } from '../scenario.node.ts';
import { address } from '../switchroom.node.ts';
import type { QueueDetails } from './queue.ts';
import { agentRow, QueueRoom, queueRow } from './queue-room.node.ts';

const callback = { key: '1', retry_seconds: 60, timeout_seconds: 20 } as const;

/** A caller who has pressed the key, has been told, and is hung up on. */
function promised(details: QueueDetails = {}): QueueRoom {
  const room = QueueRoom.waiting([], { ...details, callback: { ...callback, ...details.callback } });
  room.press('1');
  room.settle();
  told(room);
  return room;
}

/** What the caller is told comes to its end. */
function told(room: QueueRoom, callId = room.callId): void {
  const play = room.effects.findLast((effect) => effect.kind === 'play' && effect.callId === callId);
  room.hearOf(callId, { kind: 'playEnded', play: play?.kind === 'play' ? play.play : '' });
  room.settle();
}

function passes(room: QueueRoom, ms: number): void {
  room.pass(ms);
  room.settle();
}

function visit(room: QueueRoom): Queuecall {
  return room.puts.findLast((put) => put.kind === 'queuecall')?.row as Queuecall;
}

function figures(room: QueueRoom): readonly number[] {
  const row = room.puts.findLast((put) => put.kind === 'queue')?.row as Queue;
  return [
    row.total_incoming_count,
    row.wait_queue_call_ids.length,
    row.total_serviced_count,
    row.total_abandoned_count,
    row.service_queue_call_ids.length,
  ];
}

function ends(room: QueueRoom): readonly string[] {
  return room.visits().filter((type) => type === 'queuecall_done' || type === 'queuecall_abandoned');
}

describe('a caller who asks to be called back', () => {
  it('is told so, hung up on, and keeps its place in line', () => {
    const room = QueueRoom.waiting([], { callback });
    room.press('1');
    room.settle();
    assert.equal(room.path().at(-1), 'talk');
    assert.deepEqual(room.visits(), ['queuecall_created', 'queuecall_waiting']);
    const { callback: made, status, tm_place: place, tm_create: joined } = visit(room);
    assert.deepEqual([made.state, made.attempts, status, place], ['pending', 0, 'wait', joined]);
    assert.deepEqual(made.destination, visit(room).source);
    assert.deepEqual(made.source, room.call(room.callId).destination, 'it sees the number it has called');
    told(room);
    assert.equal(room.call(room.callId).status, 'hangup');
    assert.deepEqual(room.visits(), ['queuecall_created', 'queuecall_waiting']);
    assert.deepEqual(figures(room), [1, 1, 0, 0, 0]);
  });

  it('is told what the queue says, in its language', () => {
    const room = QueueRoom.waiting([], {
      callback: { ...callback, text: 'Wir rufen zurück.', language: 'de-DE' },
    });
    room.press('1');
    room.settle();
    assert.partialDeepStrictEqual(room.lastEffect('play')?.sources, [
      { kind: 'speech', text: 'Wir rufen zurück.', language: 'de-DE' },
    ]);
  });

  it('is called once an agent has answered, who hears it ring; both talk, and it counts once', () => {
    const room = promised();
    room.staff([agentRow(1)]);
    const [agentLeg] = room.legs();
    assert.deepEqual([agentLeg?.owner_id, agentLeg?.source], [id(8001), visit(room).source]);
    assert.equal(visit(room).status, 'entering');
    room.answers(0);
    assert.deepEqual(room.lastEffect('play')?.sources, [{ kind: 'ringback' }]);
    const callerLeg = room.outgoing(1);
    assert.deepEqual(callerLeg.destination, visit(room).source);
    assert.deepEqual(
      [visit(room).callback.state, visit(room).callback.attempts, visit(room).callback.call_id],
      ['calling', 1, callerLeg.id],
    );
    room.rings(1);
    room.answers(1);
    assert.equal(room.visits().at(-1), 'queuecall_serviced');
    assert.equal(visit(room).callback.state, 'connected');
    assert.deepEqual(figures(room), [1, 0, 1, 0, 1]);
    for (const leg of [agentLeg?.id ?? '', callerLeg.id])
      assert.equal(room.effectsOf(leg).at(-1), 'join', 'both hear each other');
    passes(room, 10_000);
    room.ends(callerLeg.id);
    assert.deepEqual(ends(room), ['queuecall_done']);
    assert.equal(visit(room).end_reason, 'served');
    assert.equal(Math.floor(visit(room).duration_service / 1000), 10);
    assert.equal(room.agent(1).status, 'available');
    assert.deepEqual(figures(room), [1, 0, 1, 0, 0]);
    assert.equal(room.centre.size, 0);
    assert.equal(room.centre.visits.size, 0);
    assert.equal(room.centre.rooms.size, 0);
  });

  it('is served when the agent hangs up first, or is put out of the talk', () => {
    for (const end of ['agent', 'kick', 'timeout'] as const) {
      const room = promised({ service_timeout: 60_000 });
      room.staff([agentRow(1)]);
      room.answers(0);
      room.answers(1);
      if (end === 'agent') room.ends(room.outgoing(0).id);
      if (end === 'kick') room.take(({ centre, at }) => centre.kick(visit(room).id, at));
      passes(room, end === 'timeout' ? 60_000 : 1);
      assert.deepEqual(ends(room), ['queuecall_done'], end);
      assert.equal(room.centre.size, 0, end);
      assert.equal(room.agent(1).status, 'available');
    }
  });

  it('comes before those who joined after it', () => {
    const room = QueueRoom.waiting([], { callback });
    room.take(({ centre, at }) => centre.waiting.callBack(visit(room).id, address('+4930777'), at));
    room.settle();
    told(room);
    room.anotherCaller(90);
    room.staff([agentRow(1)]);
    assert.equal(room.outgoing(0).master_call_id, room.callId);
    assert.equal(room.legs().length, 1);
  });

  it('is not called while it is still on the line', () => {
    const room = QueueRoom.waiting([], { callback });
    room.press('1');
    room.settle();
    room.staff([agentRow(1)]);
    assert.deepEqual(room.legs(), []);
    room.press('1');
    room.settle();
    assert.equal(room.visits().filter((type) => type === 'queuecall_waiting').length, 1, 'asked for once');
    room.ends(room.callId);
    assert.equal(room.legs().length, 1, 'it need not hear all of it');
  });

  it('is called again after a pause when it does not answer, and so often and no more', () => {
    const room = promised();
    room.staff([agentRow(1)]);
    room.answers(0);
    room.rings(1);
    passes(room, 20_000);
    assert.equal(room.outgoing(1).status, 'hangup');
    assert.equal(room.outgoing(0).status, 'hangup', 'the agent is let go');
    assert.equal(room.agent(1).status, 'available');
    assert.equal(room.visits().at(-1), 'queuecall_waiting');
    assert.deepEqual([visit(room).status, visit(room).callback.state], ['wait', 'pending']);
    assert.deepEqual(figures(room), [1, 1, 0, 0, 0]);
    passes(room, 59_000);
    assert.equal(room.legs().length, 2);
    passes(room, 1_100);
    assert.equal(room.legs().length, 3);
    room.answers(2);
    room.refuses(3, cause.userBusy);
    assert.deepEqual(ends(room), ['queuecall_abandoned']);
    assert.deepEqual(
      [visit(room).end_reason, visit(room).callback.state, visit(room).callback.attempts],
      ['unreached', 'over', 2],
    );
    assert.deepEqual(figures(room), [1, 0, 0, 1, 0]);
    assert.equal(room.agent(1).status, 'available');
    assert.equal(room.centre.size, 0);
    assert.equal(room.centre.rooms.size, 0);
  });

  it('is not called at all when the agent does not answer: the next agent is rung', () => {
    const room = promised();
    room.staff([agentRow(1), agentRow(2)]);
    room.refuses(0, cause.noAnswer);
    assert.equal(visit(room).callback.attempts, 0);
    assert.equal(room.outgoing(1).owner_id, id(8002));
    room.answers(1);
    room.answers(2);
    assert.equal(room.visits().at(-1), 'queuecall_serviced');
  });

  it('is rung no more when the agent, away and deleted meanwhile, hangs up', () => {
    const room = promised();
    room.staff([agentRow(1)]);
    room.answers(0);
    room.settle();
    const mira = room.agent(1);
    room.staff([{ ...mira, status: 'away' }]);
    room.staff([{ ...mira, status: 'away', tm_delete: mira.tm_create }]);
    assert.equal(visit(room).callback.state, 'calling');
    room.ends(room.outgoing(0).id);
    room.settle();
    assert.equal(visit(room).callback.state, 'pending');
    assert.equal(room.visits().at(-1), 'queuecall_waiting');
  });

  it('is rung no more when the agent hangs up, and waits for the next attempt', () => {
    const room = promised();
    room.staff([agentRow(1)]);
    room.answers(0);
    room.rings(1);
    room.ends(room.outgoing(0).id);
    assert.equal(room.outgoing(1).hangup_reason, 'cancel');
    assert.deepEqual([visit(room).status, visit(room).callback.state], ['wait', 'pending']);
    assert.equal(room.agent(1).status, 'available');
    passes(room, 61_000);
    room.answers(2);
    room.answers(3);
    assert.equal(room.visits().at(-1), 'queuecall_serviced');
  });

  it('has had an attempt when nobody can say where it is, or there is no way to it', () => {
    const room = QueueRoom.waiting([], { callback });
    room.take(({ centre, at }) => centre.waiting.callBack(visit(room).id, address('none'), at));
    room.settle();
    told(room);
    room.staff([agentRow(1)]);
    room.answers(0);
    assert.deepEqual([visit(room).callback.state, visit(room).callback.attempts], ['pending', 1]);
    assert.equal(room.outgoing(0).status, 'hangup');
  });

  it('is not called any more once the promise has expired', () => {
    const room = promised({ callback: { expire_seconds: 120 } });
    passes(room, 119_000);
    assert.deepEqual(ends(room), []);
    passes(room, 1_500);
    assert.deepEqual(ends(room), ['queuecall_abandoned']);
    assert.equal(visit(room).end_reason, 'unreached');
    room.staff([agentRow(1)]);
    assert.deepEqual(room.legs(), []);
    assert.equal(room.centre.wakeAt(), undefined);
  });

  it('is not bound by the longest wait of the queue', () => {
    const room = promised({ wait_timeout: 30_000 });
    passes(room, 60_000);
    assert.deepEqual(ends(room), []);
  });

  it('is not called when it is kicked, whatever goes on for it', () => {
    for (const step of ['pending', 'agent rings', 'caller rings'] as const) {
      const room = promised();
      if (step !== 'pending') room.staff([agentRow(1)]);
      if (step === 'caller rings') room.answers(0);
      room.take(({ centre, at }) => centre.kick(visit(room).id, at));
      room.settle();
      assert.deepEqual(ends(room), ['queuecall_abandoned'], step);
      assert.deepEqual([visit(room).end_reason, visit(room).callback.state], ['kicked', 'over']);
      assert.ok(room.legs().every(({ status }) => status === 'hangup'));
      if (step !== 'pending') assert.equal(room.agent(1).status, 'available');
      assert.equal(room.centre.size, 0);
      assert.equal(room.centre.rooms.size, 0);
      passes(room, 600_000);
      assert.equal(room.centre.visits.size, 0);
    }
  });

  it('has its place again when it calls in before that, and is not called', () => {
    const room = promised();
    room.pass(1000);
    room.anotherCaller(90);
    const first = visit(room);
    const promise = room.events.find(({ type }) => type === 'queuecall_created')
      ?.data as unknown as Queuecall;
    assert.equal(first.previous_id, promise.id);
    assert.equal(first.tm_place, promise.tm_create);
    const over = room.last('queuecall_abandoned');
    assert.deepEqual([over['id'], over['end_reason']], [promise.id, 'moved']);
    assert.deepEqual(figures(room), [2, 1, 0, 0, 0]);
    room.staff([agentRow(1)]);
    assert.equal(room.outgoing(0).master_call_id, id(90));
  });

  it('is asked for by an action among those it waits with, to another number too', () => {
    const destination = { type: 'tel', target: '+4930777' };
    const room = QueueRoom.waiting([], {
      wait_actions: [
        { type: 'sleep', option: { duration: 1000 } },
        { type: 'queue_callback', option: { destination } },
      ],
    });
    passes(room, 1000);
    assert.equal(room.path().at(-1), 'talk');
    assert.equal(visit(room).callback.destination.target, '+4930777');
    told(room);
    room.staff([agentRow(1)]);
    room.answers(0);
    assert.equal(room.outgoing(1).destination.target, '+4930777');
  });

  it('waits on when it cannot be called back', () => {
    const room = QueueRoom.waiting([], { callback });
    const { id: visitId } = visit(room);
    const ask = (destination?: Address) =>
      room.take(({ centre, at }) => centre.waiting.callBack(visitId, destination, at)).problem;
    assert.match(ask({ ...address(id(1)), type: 'conference' }) ?? '', /at conference/);
    room.staff([agentRow(1)]);
    room.answers(0);
    assert.match(ask() ?? '', /talks with an agent/);
    room.press('1');
    assert.equal(visit(room).callback.state, '');
    room.ends(room.callId);
    assert.match(ask() ?? '', /is over/);
  });

  it('cannot be called back while it hides its number, unless it names another', () => {
    const room = new QueueRoom();
    room.staff([], [queueRow({ callback })]);
    const join = { type: 'queue_join', option: { queue_id: id(7001) } };
    room.take(({ centre, at }) => ({
      decision: centre.handle(
        {
          kind: 'callOffered',
          callId: room.callId,
          customerId: id(9001),
          flowId: id(9002),
          flow: flowOf([{ type: 'answer' }, join]),
          source: { ...address('+4930'), target_name: 'Anonymous' },
          destination: address('1000'),
          mediaOpen: true,
        },
        at,
      ),
    }));
    room.press('1');
    assert.equal(visit(room).callback.state, '');
    assert.ok(room.reports().some((text) => text.includes('hides its number')));
    const named = room.take(({ centre, at }) =>
      centre.waiting.callBack(visit(room).id, address('+4930777'), at),
    );
    assert.equal(named.visit?.callback.destination.target, '+4930777');
  });

  it('does not get its place again while it is being called: the line is engaged, and that was an attempt', () => {
    const room = promised();
    room.staff([agentRow(1)]);
    room.answers(0);
    room.anotherCaller(90);
    const second = visit(room);
    assert.equal(second.previous_id, nilId);
    room.refuses(1, cause.userBusy);
    assert.deepEqual(figures(room).slice(0, 2), [2, 2]);
  });

  it('takes it back from agents who are rung, and is offered again when it has hung up', () => {
    const room = QueueRoom.waiting([agentRow(1)], { callback });
    room.rings(0);
    room.press('1');
    room.settle();
    assert.equal(room.outgoing(0).hangup_reason, 'cancel');
    assert.deepEqual([visit(room).status, visit(room).service_agent_id], ['wait', nilId]);
    assert.equal(room.agent(1).status, 'available');
    told(room);
    assert.equal(room.outgoing(1).owner_id, id(8001));
  });

  it('cannot be moved, but be given another priority', () => {
    const room = promised();
    const change = (wanted: { queueId?: string; priority?: number }) =>
      room.take(({ centre, at }) => centre.waiting.change(visit(room).id, wanted, at)).problem;
    assert.match(change({ queueId: id(7002) }) ?? '', /waits for a call back/);
    assert.equal(change({ priority: 4 }), undefined);
    assert.equal(visit(room).priority, 4);
  });

  it('does not stop others from joining because it has waited for long', () => {
    const room = promised({ max_wait: 30_000 });
    passes(room, 60_000);
    room.offer([{ type: 'answer' }, { type: 'queue_join', option: { queue_id: id(7001) } }], true, id(90));
    room.settle();
    assert.equal(figures(room)[0], 2);
  });

  it('is left to the next process by one that is about to end', () => {
    const room = promised();
    room.centre.waiting.callNobodyBack();
    room.staff([agentRow(1)]);
    assert.deepEqual(room.legs(), []);
    room.anotherCaller(90);
    assert.deepEqual(ends(room), ['queuecall_abandoned'], 'its place is taken over by its next call');
  });
});
