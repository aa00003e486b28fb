import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Agent, type Instant, nilId, type Queue } from '@parley/contract';
import { cause } from '../call/cause.ts';
import { closeOrphans } from '../call/recovery.ts';
import type { Monotonic } from '../ports/moment.ts';
import { countingChance, id, noOrphans } from '../scenario.node.ts';
import { address, Switchroom } from '../switchroom.node.ts';
import { agentRow, queueRow } from './queue-room.node.ts';

const later = { mono: 5 as Monotonic, wall: 1_700_000_000_000_000 as Instant };
const queueId = id(7001);

function queue(change: Partial<Queue> = {}): Queue {
  const made = queueRow({
    no_answer: {
      timeout_seconds: 15,
      delay_seconds: { noanswer: 5, busy: 5, rejected: 5, failed: 5 },
      max: 0,
    },
  });
  return { ...made, ...change };
}

const joinOnly = { type: 'queue_join', option: { queue_id: queueId } };
const join = [joinOnly, { type: 'block' }];

/** A queue with these agents, and a caller in it. */
function waiting(agents: readonly Agent[], change: Partial<Queue> = {}): Switchroom {
  const room = new Switchroom();
  staff(room, agents, [queue(change)]);
  room.offer([{ type: 'answer' }, ...join], true);
  room.settle();
  return room;
}

function staff(room: Switchroom, agents: readonly Agent[], queues: readonly Queue[] = []): void {
  const puts = [
    ...queues.map((row) => ({ kind: 'queue', row }) as const),
    ...agents.map((row) => ({ kind: 'agent', row }) as const),
  ];
  room.take(({ centre, at }) => {
    assert.ok(centre.staffChanges({ puts, preconditions: [] }, at));
    return { decision: centre.match([id(9001)], at) };
  });
  room.settle();
}

function figures(room: Switchroom): readonly number[] {
  const row = room.puts.findLast((put) => put.kind === 'queue')?.row as Queue;
  return [
    row.total_incoming_count,
    row.wait_queue_call_ids.length,
    row.total_serviced_count,
    row.total_abandoned_count,
    row.service_queue_call_ids.length,
  ];
}

function statusOf(room: Switchroom, number: number): string {
  const rows = room.puts.flatMap((put) =>
    put.kind === 'agent' && put.row.id === id(8000 + number) ? [put.row] : [],
  );
  return rows.at(-1)?.status ?? 'as it was';
}

/** Why the visit that ended last did. */
function endReason(room: Switchroom): unknown {
  return room.events.findLast(({ type }) => type === 'queuecall_done' || type === 'queuecall_abandoned')
    ?.data['end_reason'];
}

function visits(room: Switchroom): string[] {
  return room.types().filter((type) => type.startsWith('queuecall_'));
}

describe('a caller in a queue', () => {
  it('hears music, is offered to the agent who is free, talks, and goes on when they part', () => {
    const room = waiting([]);
    assert.deepEqual(visits(room), ['queuecall_created']);
    assert.deepEqual(room.lastEffect('play')?.sources, [{ kind: 'music' }]);
    assert.deepEqual(figures(room), [1, 1, 0, 0, 0]);

    staff(room, [agentRow(1)]);
    assert.equal(statusOf(room, 1), 'ringing');
    assert.deepEqual(visits(room), ['queuecall_created', 'queuecall_entering']);
    const leg = room.outgoing(0);
    assert.deepEqual([leg.owner_type, leg.owner_id, leg.master_call_id], ['agent', id(8001), room.callId]);

    const before = room.story().length;
    room.rings(0);
    room.answers(0);
    assert.deepEqual(room.story().slice(before), [
      'call_ringing 1',
      'call_answered 1',
      'groupcall_progressing',
      'agent_status_updated',
      'activeflow_updated 1',
      'call_updated 1',
      'activeflow_updated 0',
      'call_updated 0',
      'queuecall_serviced',
      'queue_updated',
    ]);
    assert.equal(room.last('queuecall_serviced')['service_agent_id'], id(8001));
    assert.deepEqual(figures(room), [1, 0, 1, 0, 1]);
    assert.equal(statusOf(room, 1), 'busy');
    assert.equal(room.effectsOf(room.callId).at(-1), 'join');

    room.ends(leg.id);
    assert.deepEqual(visits(room).at(-1), 'queuecall_done');
    assert.equal(endReason(room), 'served');
    assert.equal(statusOf(room, 1), 'available');
    assert.equal(room.path().at(-1), 'block', 'the flow goes on after the queue');
    assert.deepEqual(figures(room), [1, 0, 1, 0, 0]);
    room.ends(room.callId);
    assert.equal(room.centre.size, 0);
  });

  it('who hangs up while waiting, or while the agent is rung, has abandoned it, and the agent is free again', () => {
    for (const agents of [[], [agentRow(1)]]) {
      const room = waiting(agents);
      if (agents.length > 0) room.rings(0);
      room.ends(room.callId);
      assert.equal(visits(room).at(-1), 'queuecall_abandoned');
      assert.equal(visits(room).filter((type) => type === 'queuecall_abandoned').length, 1);
      assert.equal(endReason(room), 'abandoned');
      assert.deepEqual(figures(room), [1, 0, 0, 1, 0]);
      if (agents.length > 0) assert.equal(statusOf(room, 1), 'available');
      assert.equal(room.centre.size, 0);
      const story = room.story();
      assert.ok(story.indexOf('queuecall_abandoned') > story.indexOf('call_hungup 0'));
      assert.ok(story.indexOf('queuecall_abandoned') < story.indexOf('activeflow_deleted 0'));
    }
  });

  it('who hangs up in the talk was served, and its visit is done', () => {
    const room = waiting([agentRow(1)]);
    room.answers(0);
    room.ends(room.callId);
    assert.equal(visits(room).at(-1), 'queuecall_done');
    assert.equal(endReason(room), 'served');
    assert.equal(statusOf(room, 1), 'available');
    assert.equal(room.centre.size, 0);
  });

  it('keeps its place when the agent does not answer, and the next agent is rung', () => {
    const room = waiting([agentRow(1), agentRow(2)]);
    const second = room.secondCaller([{ type: 'answer' }, ...join], 90);
    assert.equal(room.calls().filter(({ direction }) => direction === 'outgoing').length, 2);
    room.refuses(0, cause.userBusy);
    assert.equal(visits(room).filter((type) => type === 'queuecall_waiting').length, 1);
    assert.equal(room.last('queuecall_waiting')['service_agent_id'], nilId);
    room.answers(1);
    room.ends(second);
    const offered = room.outgoing(2);
    assert.equal(offered.master_call_id, room.callId, 'the first caller is first again');
    assert.equal(offered.owner_id, id(8002));
  });

  it('is offered an agent again only after the rest that a miss asks for', () => {
    const room = waiting([agentRow(1)]);
    room.refuses(0, cause.noAnswer);
    assert.equal(statusOf(room, 1), 'available');
    room.pass(4_900);
    assert.equal(room.calls().length, 2);
    room.pass(200);
    room.settle();
    assert.equal(room.calls().length, 3);
  });

  it('loses an agent who misses too often: away, with the reason', () => {
    const room = waiting([agentRow(1, { max_no_answers: 1 })]);
    room.rings(0);
    room.pass(15_000);
    room.settle();
    assert.equal(statusOf(room, 1), 'away');
    assert.equal(room.last('agent_status_updated')['status_reason'], 'missed_noanswer');
    assert.equal(visits(room).at(-1), 'queuecall_waiting');
  });

  it('loses an agent who declines, with that reason', () => {
    const room = waiting([agentRow(1, { max_no_answers: 1 })]);
    room.rings(0);
    room.refuses(0, cause.rejected, 603);
    assert.equal(room.outgoing(0).hangup_reason, 'noanswer');
    assert.equal(room.last('agent_status_updated')['status_reason'], 'missed_rejected');
  });

  it('is served by those who have one of its tags, and by nobody else', () => {
    const tag = id(5);
    const room = waiting([agentRow(1), agentRow(2, { tag_ids: [tag] })], { tag_ids: [tag] });
    assert.equal(room.outgoing(0).owner_id, id(8002));
  });

  it('waits behind whoever came before, and is told its place', () => {
    const room = waiting([], {
      wait_actions: [{ id: id(601), next_id: nilId, type: 'sleep', option: { duration: 1000 } }],
    });
    room.secondCaller([{ type: 'answer' }, { type: 'queue_join', option: { queue_id: queueId } }], 90);
    staff(room, [agentRow(1)]);
    assert.equal(room.outgoing(0).master_call_id, room.callId);
  });

  it('is told its place between the music, and again after a while', () => {
    const room = waiting([], { announce: { interval_seconds: 30, position: true, estimated_wait: true } });
    room.secondCaller([{ type: 'answer' }, { type: 'queue_join', option: { queue_id: queueId } }], 90);
    room.pass(30_000);
    const texts = (): unknown[] =>
      room.effects.flatMap((effect) =>
        effect.kind === 'play'
          ? effect.sources.flatMap((source) => (source.kind === 'speech' ? [source.text] : []))
          : [],
      );
    assert.deepEqual(texts(), ['You are next in line.', 'You are number 2 in line.']);
    for (const callId of [room.callId, id(90)]) {
      const play = room.effects.findLast((effect) => effect.kind === 'play' && effect.callId === callId);
      room.hearOf(callId, { kind: 'playEnded', play: play?.kind === 'play' ? play.play : '' });
    }
    room.pass(31_000);
    assert.equal(texts().length, 4);
  });

  it('is put out after the longest wait, and was not served', () => {
    const room = waiting([], { wait_timeout: 30_000 });
    room.pass(30_000);
    room.settle();
    assert.deepEqual(visits(room).slice(-2), ['queuecall_kicking', 'queuecall_abandoned']);
    assert.equal(endReason(room), 'timeout');
    assert.equal(room.path().at(-1), 'block');
    assert.deepEqual(figures(room), [1, 0, 0, 0, 0]);
  });

  it('who is hanging up when the agent answers was never served, and waits no more', () => {
    const room = waiting([agentRow(1)]);
    const leg = room.outgoing(0).id;
    room.hearOf(room.callId, { kind: 'hangupRequested' });
    room.hearOf(leg, { kind: 'farEndAnswered' });
    room.settle();
    assert.equal(visits(room).at(-1), 'queuecall_abandoned');
    assert.deepEqual(figures(room), [1, 0, 0, 1, 0]);
    assert.equal(statusOf(room, 1), 'available');
    assert.equal(room.centre.size, 0);
    assert.equal(room.centre.rooms.size, 0, 'nor is a room left in which nobody met');
  });

  it('is put out of the talk after the longest service, and was served', () => {
    const room = waiting([agentRow(1)], { service_timeout: 60_000 });
    room.answers(0);
    room.pass(60_000);
    room.settle();
    assert.deepEqual(visits(room).slice(-2), ['queuecall_kicking', 'queuecall_done']);
    assert.equal(endReason(room), 'served');
    assert.equal(room.call(room.callId).action.type, 'block');
    assert.equal(room.outgoing(0).status, 'hangup');
  });

  it('leaves by the key for it', () => {
    const room = waiting([], { exit_key: '0' });
    room.press('10');
    room.settle();
    assert.equal(visits(room).at(-1), 'queuecall_abandoned');
    assert.equal(endReason(room), 'exited');
    assert.equal(room.path().at(-1), 'block');
  });

  it('leaves by one of the wait actions that leads elsewhere', () => {
    const option = { target_id: id(602), loop_count: 1 };
    const wait_actions = [
      { id: id(600), next_id: nilId, type: 'sleep', option: { duration: 1000 } },
      { id: id(601), next_id: nilId, type: 'goto', option },
    ];
    const room = new Switchroom();
    staff(room, [], [queue({ wait_actions })]);
    room.offer([{ type: 'answer' }, joinOnly, { type: 'hangup' }, { id: id(602), type: 'block' }], true);
    room.pass(1000);
    room.settle();
    assert.deepEqual(visits(room), ['queuecall_created', 'queuecall_abandoned']);
    assert.equal(endReason(room), 'exited');
    assert.equal(room.path().at(-1), 'block');
  });

  it('can be kicked while the agent is rung', () => {
    const room = waiting([agentRow(1)]);
    const visit = room.last('queuecall_entering')['id'] as string;
    room.take(({ centre, at }) => centre.kick(visit, at));
    room.settle();
    assert.deepEqual(visits(room).slice(-2), ['queuecall_kicking', 'queuecall_abandoned']);
    assert.equal(endReason(room), 'kicked');
    assert.equal(room.outgoing(0).hangup_reason, 'cancel');
    assert.equal(statusOf(room, 1), 'available');
  });

  it('who does not find room goes on', () => {
    const room = waiting([], { max_length: 1 });
    room.secondCaller([{ type: 'answer' }, ...join], 90);
    assert.equal(room.path().at(-1), 'block');
    assert.deepEqual(figures(room), [1, 1, 0, 0, 0]);
  });
});

describe('an agent', () => {
  it('rests after a caller before the next is offered', () => {
    const room = waiting([agentRow(1)], { wrap_up_seconds: 10 });
    room.answers(0);
    room.secondCaller([{ type: 'answer' }, ...join], 90);
    room.ends(room.outgoing(0).id);
    assert.equal(statusOf(room, 1), 'busy');
    assert.equal(room.last('agent_status_updated')['status_reason'], 'wrap_up');
    room.pass(9_900);
    assert.equal(room.calls().filter(({ direction }) => direction === 'outgoing').length, 1);
    room.pass(200);
    room.settle();
    assert.equal(room.calls().filter(({ direction }) => direction === 'outgoing').length, 2);
  });

  it('is after a caller what it has said meanwhile to be', () => {
    const room = waiting([agentRow(1)], { wrap_up_seconds: 10 });
    room.answers(0);
    staff(room, [agentRow(1, { status: 'busy', status_reason: 'paperwork' })]);
    room.ends(room.outgoing(0).id);
    room.pass(60_000);
    assert.equal(statusOf(room, 1), 'busy');
  });

  it('is available after the death of the process that had it rung or talk, and else as it was', () => {
    const before = [
      agentRow(1, { status: 'ringing' }),
      agentRow(2, { status: 'busy', status_reason: 'service' }),
      agentRow(3, { status: 'busy', status_reason: 'wrap_up' }),
      agentRow(4, { status: 'busy', status_reason: 'paperwork' }),
      agentRow(5, { status: 'away' }),
    ];
    const { decision } = closeOrphans({ ...noOrphans, agents: before }, later, countingChance());
    const freed = decision.puts.map(({ row }) => [
      row.id,
      (row as Agent).status,
      (row as Agent).status_reason,
    ]);
    assert.deepEqual(
      freed,
      [1, 2].map((number) => [id(8000 + number), 'available', '']),
    );
    assert.deepEqual(
      decision.events.map(({ type }) => type),
      freed.map(() => 'agent_status_updated'),
    );
  });

  it('is never offered two callers, and no caller two agents', () => {
    const room = waiting([agentRow(1), agentRow(2), agentRow(3)]);
    room.secondCaller([{ type: 'answer' }, ...join], 90);
    const legs = room.calls().filter(({ direction }) => direction === 'outgoing');
    assert.deepEqual(
      legs.map(({ master_call_id: caller }) => caller),
      [room.callId, id(90)],
    );
    assert.equal(new Set(legs.map(({ owner_id: owner }) => owner)).size, 2);
  });

  it('who is nowhere to be rung misses the caller', () => {
    const room = waiting([agentRow(1, { addresses: [address('none')] })]);
    assert.equal(room.last('queuecall_waiting')['status'], 'wait');
    assert.equal(statusOf(room, 1), 'available');
  });
});
