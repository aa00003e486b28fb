import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { id } from '../scenario.node.ts';
import { checkAgentAnnouncement } from './agent-announcement.ts';
import { agentRow, QueueRoom, talk } from './queue-room.node.ts';

const whisper = { agent_announcement: [talk('About an order.')] };

/** What was last asked to be played to a call has been played. */
function heard(room: QueueRoom, callId: string): void {
  const play = room.effects.findLast((effect) => effect.kind === 'play' && effect.callId === callId);
  room.hearOf(callId, { kind: 'playEnded', play: play?.kind === 'play' ? play.play : 'none' });
  room.settle();
}

function played(room: QueueRoom, callId: string): unknown[] {
  return room.effects.flatMap((effect) =>
    effect.kind === 'play' && effect.callId === callId
      ? effect.sources.map((source) => (source.kind === 'speech' ? source.text : source.kind))
      : [],
  );
}

function pressedBy(room: QueueRoom, callId: string, digit: string): void {
  room.hearOf(callId, { kind: 'digit', digit });
  room.settle();
}

/** A caller waits, and the agent has answered. */
function answered(details = {}, agents = [agentRow(1)]) {
  const room = QueueRoom.waiting(agents, { ...whisper, ...details });
  room.rings(0);
  room.answers(0);
  const leg = room.legs()[0]?.id ?? '';
  return { room, leg };
}

describe('an agent who has answered', () => {
  it('hears of the caller alone, and then both hear each other', () => {
    const { room, leg } = answered();
    assert.deepEqual(played(room, leg), ['About an order.']);
    assert.ok(!room.effectsOf(room.callId).includes('stopPlay'), 'the caller goes on hearing music');
    assert.equal(room.visits().at(-1), 'queuecall_entering');
    assert.equal(room.agent(1).status, 'ringing');
    const before = room.story().length;
    heard(room, leg);
    assert.deepEqual(
      room
        .story()
        .slice(before)
        .filter((event) => !event.startsWith('activeflow')),
      ['agent_status_updated', 'call_updated 1', 'call_updated 0', 'queuecall_serviced', 'queue_updated'],
    );
    assert.deepEqual(room.statuses(1), ['ringing', 'busy service']);
    assert.deepEqual([room.effectsOf(leg).at(-1), room.effectsOf(room.callId).at(-1)], ['join', 'join']);
    room.ends(leg);
    assert.equal(room.visits().at(-1), 'queuecall_done');
    assert.equal(room.agent(1).status, 'available');
  });

  it('and has waited for the announcement counts that as waiting, not as talk', () => {
    const { room, leg } = answered();
    room.pass(8_000);
    heard(room, leg);
    room.pass(5_000);
    room.ends(leg);
    const { duration_waiting: waited, duration_service: talked } = room.last('queuecall_done');
    assert.ok(Number(waited) >= 8_000 && Number(talked) >= 5_000 && Number(talked) < 5_100);
  });

  it('is let go of when the caller hangs up meanwhile, and is free without blame', () => {
    const { room, leg } = answered();
    room.ends(room.callId);
    assert.equal(room.call(leg).status, 'hangup');
    assert.equal(room.visits().at(-1), 'queuecall_abandoned');
    assert.deepEqual(room.statuses(1), ['ringing', 'available']);
    assert.equal(room.centre.agents.get(id(8001))?.missed, 0);
    assert.equal(room.centre.size, 0);
    assert.equal(room.centre.rooms.size, 0);
  });

  it('is let go of when the caller is kicked, or has waited for long enough', () => {
    for (const how of ['kick', 'time'] as const) {
      const { room, leg } = answered({ wait_timeout: 20_000 });
      const visit = String(room.last('queuecall_entering')['id']);
      if (how === 'kick') room.take(({ centre, at }) => centre.kick(visit, at));
      else room.pass(20_000);
      room.settle();
      assert.equal(room.call(leg).status, 'hangup');
      assert.equal(room.visits().at(-1), 'queuecall_abandoned');
      assert.deepEqual(room.statuses(1), ['ringing', 'available']);
      assert.equal(room.call(room.callId).action.type, 'block');
    }
  });

  it('and hangs up before it meets the caller has missed it; the caller keeps its place', () => {
    const { room, leg } = answered({ no_answer: { max: 1 } });
    const second = room.anotherCaller(90);
    room.ends(leg);
    assert.deepEqual(room.statuses(1), ['ringing', 'away missed_rejected']);
    assert.equal(room.visits().at(-1), 'queuecall_waiting');
    room.staff([agentRow(2)]);
    assert.deepEqual(
      room.legs().map(({ master_call_id: caller }) => caller),
      [room.callId, room.callId],
      `and not ${second}`,
    );
    assert.equal(room.centre.rooms.size, 1, 'the room of the first offer is gone');
  });

  it('is joined with the caller all the same when the announcement takes too long', () => {
    const { room, leg } = answered();
    room.pass(59_900);
    assert.equal(room.visits().at(-1), 'queuecall_entering');
    room.pass(200);
    room.settle();
    assert.equal(room.visits().at(-1), 'queuecall_serviced');
    assert.ok(room.effectsOf(leg).includes('stopPlay'));
  });

  it('of several who are rung ends the ringing of the others', () => {
    const { room } = answered({ routing_method: 'ring_all' }, [agentRow(1), agentRow(2)]);
    assert.equal(room.legs()[1]?.status, 'hangup');
    assert.deepEqual(room.statuses(2), ['ringing', 'available']);
    assert.equal(room.agent(1).status, 'ringing');
  });
});

describe('an agent who has to press a key', () => {
  const keyed = { confirm_key: '1', confirm_seconds: 5 };

  it('has the caller with it, when the announcement is over', () => {
    const { room, leg } = answered(keyed);
    heard(room, leg);
    pressedBy(room, leg, '2');
    assert.equal(room.visits().at(-1), 'queuecall_entering');
    pressedBy(room, leg, '1');
    assert.equal(room.visits().at(-1), 'queuecall_serviced');
  });

  it('need not hear the rest', () => {
    const { room, leg } = answered(keyed);
    pressedBy(room, leg, '1');
    assert.equal(room.visits().at(-1), 'queuecall_serviced');
    assert.ok(room.effectsOf(leg).includes('stopPlay'));
  });

  it('is asked for it when nothing else is said', () => {
    const { room, leg } = answered({ ...keyed, agent_announcement: [] });
    assert.deepEqual(played(room, leg), ['Press 1 to take the caller.']);
  });

  it('has missed the caller when it does not: perhaps that was no person', () => {
    const { room, leg } = answered({ ...keyed, no_answer: { max: 1 } });
    heard(room, leg);
    room.pass(4_900);
    assert.equal(room.call(leg).status, 'progressing');
    room.pass(200);
    room.settle();
    assert.equal(room.call(leg).status, 'hangup');
    assert.deepEqual(room.statuses(1), ['ringing', 'away missed_noanswer']);
    assert.equal(room.visits().at(-1), 'queuecall_waiting');
  });

  it('does not have it by a key of the caller', () => {
    const { room, leg } = answered(keyed);
    heard(room, leg);
    room.press('1');
    assert.equal(room.visits().at(-1), 'queuecall_entering');
  });

  it('waits for its full time even if the announcement has taken long', () => {
    const { room, leg } = answered({ ...keyed, confirm_seconds: 20 });
    room.pass(50_000);
    heard(room, leg);
    room.pass(19_000);
    room.settle();
    assert.equal(room.call(leg).status, 'progressing');
    pressedBy(room, leg, '1');
    assert.equal(room.visits().at(-1), 'queuecall_serviced');
  });
});

describe('an agent for whom a caller is called back', () => {
  const callback = { key: '1', retry_seconds: 60, timeout_seconds: 20 } as const;

  /** The caller has asked to be called back; the agent has answered. */
  function calledBack(): { readonly room: QueueRoom; readonly leg: string } {
    const room = QueueRoom.waiting([], { ...whisper, confirm_key: '2', callback });
    room.press('1');
    room.settle();
    heard(room, room.callId);
    room.staff([agentRow(1)]);
    room.answers(0);
    return { room, leg: room.legs()[0]?.id ?? '' };
  }

  it('hears of it first, and the caller is called when it has pressed the key', () => {
    const { room, leg } = calledBack();
    assert.deepEqual(played(room, leg), ['About an order.']);
    assert.equal(room.legs().length, 1, 'nobody is called yet');
    pressedBy(room, leg, '2');
    assert.equal(room.legs().length, 2);
    room.answers(1);
    assert.equal(room.visits().at(-1), 'queuecall_serviced');
  });

  it('keeps the promise for another when it hangs up first', () => {
    const { room, leg } = calledBack();
    room.ends(leg);
    assert.equal(room.visits().at(-1), 'queuecall_waiting');
    room.staff([agentRow(2)]);
    assert.equal(room.legs()[1]?.owner_id, id(8002));
  });
});

describe('the action agent_accept in any other flow', () => {
  it('means nothing', () => {
    const room = new QueueRoom();
    room.offer([{ type: 'answer' }, { type: 'agent_accept' }, { type: 'block' }], true);
    room.settle();
    assert.equal(room.path().at(-1), 'block');
  });
});

describe('an announcement for agents', () => {
  it('speaks, plays, beeps and pauses, and leads nowhere else', () => {
    const check = (actions: Parameters<typeof checkAgentAnnouncement>[0]) =>
      checkAgentAnnouncement(actions, () => id(1));
    const good = check([{ type: 'beep' }, { ...talk('x'), next_id: id(44) }]);
    assert.ok(good.ok && good.actions.every(({ next_id: link }) => !link.startsWith(id(44))));
    const wrong = check([{ type: 'beep' }, { type: 'hangup' }]);
    assert.ok(!wrong.ok);
    assert.deepEqual(
      wrong.problems.map(({ path, index, reason }) => [path, index, reason]),
      [['agent_announcement[1].type', 1, 'unknown_type']],
    );
    const malformed = check([{ type: 'talk', option: {} }]);
    assert.ok(!malformed.ok && malformed.problems[0]?.path.startsWith('agent_announcement[0]'));
  });
});
