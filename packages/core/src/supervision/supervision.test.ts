import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Agent, type Call, nilId, type Supervision, type SupervisionMode } from '@parley/contract';
import { cause } from '../call/cause.ts';
import { limits } from '../limits.ts';
import { agentRow, QueueRoom } from '../queue/queue-room.node.ts';
import { id, type PartialAction } from '../scenario.node.ts';
import { address, agentAt, plan, Switchroom } from '../switchroom.node.ts';
import type { Supervisor, SupervisionOutcome, SupervisionWish } from './supervision.ts';

const boss = id(8009);

/** A caller who is served by agent 1, and a supervisor, agent 9. */
class Talk {
  readonly room: QueueRoom;
  readonly caller: string;

  constructor(supervisor: Partial<Agent> = {}) {
    this.room = QueueRoom.waiting([agentRow(1)], { wrap_up_seconds: 10 });
    this.caller = this.room.callId;
    this.room.answers(0);
    assert.equal(this.room.last('queuecall_serviced')['service_agent_id'], id(8001));
    this.room.staff([agentRow(9, supervisor)]);
  }

  get desk(): string {
    return this.room.outgoing(0).id;
  }

  /** The call to the supervisor. */
  get leg(): Call {
    return this.room.outgoing(1);
  }

  begin(mode: SupervisionMode, supervisor: Supervisor = called(), callId = this.caller): SupervisionOutcome {
    return this.wish({ kind: 'begin', mode, supervisor }, callId);
  }

  wish(wish: SupervisionWish, callId = this.caller): SupervisionOutcome {
    const { outcome } = this.room.take(({ centre, at }) => centre.supervise(callId, wish, at));
    this.room.settle();
    return outcome;
  }

  change(mode: SupervisionMode): Supervision {
    return done(this.wish({ kind: 'change', mode }));
  }

  /** The supervisor is called and has answered. */
  answered(mode: SupervisionMode): this {
    assert.equal(done(this.begin(mode)).status, 'ringing');
    this.room.answers(1);
    return this;
  }

  /** Who hears a call in the room, by the last word about it: all but itself, nobody, or those. */
  heardBy(callId: string): boolean | readonly string[] | 'nowhere' {
    const last = this.room.effects.findLast(
      (effect) => effect.callId === callId && (effect.kind === 'join' || effect.kind === 'leave'),
    );
    return last?.kind === 'join' ? last.heard : 'nowhere';
  }

  members(): readonly string[] {
    const { roomId } = this.room.centre.liveCall(this.caller) ?? {};
    return this.room.centre.rooms.get(roomId ?? '')?.row.call_ids ?? [];
  }

  agent(number: number): string {
    const { status, status_reason: reason } = this.room.agent(number);
    return `${status} ${reason}`.trim();
  }

  nobodyIsLeft(): void {
    const { centre } = this.room;
    const left = [centre.size, centre.rooms.size, centre.groups.size, centre.supervisions.size];
    assert.deepEqual(left, [0, 0, 0, 0]);
    for (const { directCalls, visitId } of centre.agents.values())
      assert.deepEqual([directCalls, visitId], [0, undefined]);
  }
}

/** The supervisor at these phones, rung at once. */
function called(targets: readonly string[] = ['+49309']): Supervisor {
  const destinations = [plan(agentAt(boss, 'ring_all', targets))];
  return { kind: 'called', agentId: boss, destinations, source: address('+821100000002') };
}

/** Somebody who is no agent. */
function stranger(): Supervisor {
  const destinations = [plan(address('+49309'))];
  return { kind: 'called', agentId: undefined, destinations, source: address('+821100000002') };
}

function done(outcome: SupervisionOutcome): Supervision {
  assert.equal(outcome.kind, 'ok', JSON.stringify(outcome));
  return outcome.kind === 'ok' ? outcome.supervision : assert.fail();
}

function why(outcome: SupervisionOutcome): string {
  return outcome.kind === 'refused' ? outcome.problem : outcome.kind;
}

describe('a supervisor who is called', () => {
  it('hears the talk after the answer, beside those who are in it, who are told nothing', () => {
    const talk = new Talk();
    const { room, caller, desk } = talk;
    const before = [room.events.length, room.effectsOf(caller).length, room.effectsOf(desk).length] as const;
    const made = done(talk.begin('listen'));
    assert.deepEqual(
      [made.call_id, made.mode, made.status, made.agent_id, made.supervisor_call_id],
      [caller, 'listen', 'ringing', boss, nilId],
    );
    assert.equal(made.groupcall_id, talk.leg.groupcall_id);
    assert.deepEqual(talk.leg.supervision, { call_id: caller, mode: 'listen', status: 'ringing' });
    room.answers(1);
    assert.deepEqual(talk.leg.supervision, { call_id: caller, mode: 'listen', status: 'progressing' });
    assert.equal(talk.heardBy(talk.leg.id), false);
    assert.deepEqual(talk.members(), [desk, caller], 'it is none of them');
    assert.equal(room.centre.supervisions.get(caller)?.supervisorCallId, talk.leg.id);
    const about = room.events.slice(before[0]).map(({ data }) => data['id']);
    assert.ok(!about.includes(caller) && !about.includes(desk));
    assert.deepEqual(
      [room.effectsOf(caller).length, room.effectsOf(desk).length],
      [before[1], before[2]],
      'nothing is done to the two',
    );
  });

  it('whispers to the agent, speaks to both, and listens again', () => {
    const talk = new Talk().answered('whisper');
    assert.deepEqual(talk.heardBy(talk.leg.id), [talk.desk]);
    assert.equal(talk.change('barge').status, 'progressing');
    assert.equal(talk.heardBy(talk.leg.id), true);
    assert.equal(talk.leg.supervision?.mode, 'barge');
    talk.change('listen');
    assert.equal(talk.heardBy(talk.leg.id), false);
    const keys = talk.room.effects.findLast(({ kind }) => kind === 'join');
    assert.ok(keys?.kind === 'join' && keys.passesKeys === false, 'its keys are its own');
  });

  it('has the mode that was last said when it answers', () => {
    const talk = new Talk();
    done(talk.begin('listen'));
    assert.equal(talk.change('barge').status, 'ringing');
    talk.room.answers(1);
    assert.deepEqual([talk.heardBy(talk.leg.id), talk.leg.supervision?.mode], [true, 'barge']);
  });

  it('who hangs up leaves the talk as it was', () => {
    const talk = new Talk().answered('listen');
    const { room, caller, desk } = talk;
    room.ends(talk.leg.id);
    assert.equal(talk.leg.supervision?.status, 'ended');
    assert.deepEqual(talk.members(), [desk, caller]);
    assert.deepEqual([room.call(caller).status, room.call(desk).status], ['progressing', 'progressing']);
    assert.equal(talk.agent(9), 'available');
    assert.equal(talk.wish({ kind: 'change', mode: 'barge' }).kind, 'none');
    room.ends(caller);
    room.pass(10_000);
    talk.nobodyIsLeft();
  });

  it('ends with the talk, whoever ends it', () => {
    for (const who of ['caller', 'desk'] as const) {
      const talk = new Talk().answered('barge');
      const { room } = talk;
      room.ends(talk[who]);
      assert.equal(talk.leg.status, 'hangup');
      assert.equal(talk.agent(9), 'available');
      if (who === 'desk') assert.ok(room.path().includes('block'), 'the caller goes on');
      room.ends(talk.caller);
      room.pass(10_000);
      talk.nobodyIsLeft();
    }
  });

  it('is called no more when the talk ends first, or it is taken back', () => {
    for (const end of ['talk', 'request'] as const) {
      const talk = new Talk();
      done(talk.begin('listen'));
      talk.room.rings(1);
      if (end === 'talk') talk.room.ends(talk.desk);
      else assert.equal(done(talk.wish({ kind: 'end' })).status, 'ended');
      assert.deepEqual([talk.leg.status, talk.leg.hangup_reason], ['hangup', 'cancel']);
      assert.equal(talk.agent(9), 'available');
      talk.room.ends(talk.caller);
      talk.room.pass(10_000);
      talk.nobodyIsLeft();
    }
  });

  it('who does not answer in time, or declines, leaves nothing behind', () => {
    for (const end of ['timeout', 'busy'] as const) {
      const talk = new Talk();
      done(talk.begin('take_over'));
      if (end === 'timeout') talk.room.pass(limits.unansweredMs);
      else talk.room.refuses(1, cause.userBusy);
      talk.room.settle();
      assert.equal(talk.leg.status, 'hangup');
      assert.equal(talk.leg.supervision?.status, 'ended');
      assert.equal(talk.agent(9), 'available');
      assert.equal(talk.room.centre.supervisions.size, 0);
      assert.equal(talk.room.call(talk.desk).status, 'progressing');
    }
  });

  it('at several phones is there with the first that answers', () => {
    const talk = new Talk();
    done(talk.begin('listen', called(['+1', '+2'])));
    talk.room.answers(2);
    assert.equal(talk.room.outgoing(1).status, 'hangup');
    assert.equal(talk.room.centre.supervisions.get(talk.caller)?.supervisorCallId, talk.room.outgoing(2).id);
    talk.room.ends(talk.room.outgoing(2).id);
    assert.equal(talk.room.centre.supervisions.size, 0);
  });

  it('that is let go of ends, and the two talk on', () => {
    const talk = new Talk().answered('whisper');
    done(talk.wish({ kind: 'end' }));
    assert.equal(talk.leg.status, 'hangup');
    assert.equal(talk.room.call(talk.caller).status, 'progressing');
    assert.deepEqual(talk.members(), [talk.desk, talk.caller]);
    done(talk.begin('listen'));
  });

  it('is offered no callers meanwhile, and keeps its status', () => {
    const talk = new Talk().answered('listen');
    talk.room.anotherCaller(50);
    const calls = talk.room.calls().length;
    assert.equal(talk.agent(9), 'available');
    talk.room.ends(talk.leg.id);
    assert.equal(talk.room.calls().length, calls + 1, 'now it is rung');
    assert.equal(talk.agent(9), 'ringing');
  });

  it('keeps a status of its own, before and after', () => {
    const talk = new Talk({ status: 'offline' }).answered('listen');
    assert.equal(talk.agent(9), 'offline');
    talk.change('take_over');
    assert.equal(talk.agent(9), 'offline');
    talk.room.ends(talk.leg.id);
    assert.equal(talk.agent(9), 'offline');
  });

  it('hears no music when those it listens to keep each other waiting', () => {
    const talk = new Talk().answered('listen');
    for (const callId of [talk.caller, talk.desk]) {
      talk.room.hearOf(callId, { kind: 'farEndHolds', held: true });
      talk.room.settle();
    }
    assert.ok(!talk.room.effectsOf(talk.leg.id).includes('play'));
    talk.room.hearOf(talk.leg.id, { kind: 'farEndHolds', held: true });
    assert.ok(!talk.room.effectsOf(talk.leg.id).includes('play'));
  });

  it('hands nobody on, and passes no keys', () => {
    const talk = new Talk().answered('listen');
    const wanted = { type: 'blind', addresses: [], destinations: [], byRefer: false } as const;
    const { problem } = talk.room.take(({ centre, at }) => centre.transfer(talk.leg.id, wanted, at));
    assert.equal(problem, 'it is in no room with somebody');
    const before = talk.room.effects.length;
    talk.room.hearOf(talk.leg.id, { kind: 'digit', digit: '5', signalledMs: 100 });
    assert.equal(talk.room.effects.length, before);
  });

  it('whispers to nobody once the agent has handed the caller on', () => {
    const talk = new Talk().answered('whisper');
    const addresses = [address('+4939')];
    const wanted = { type: 'blind', addresses, destinations: addresses.map(plan), byRefer: false } as const;
    talk.room.take(({ centre, at }) => centre.transfer(talk.desk, wanted, at));
    talk.room.settle();
    talk.room.answers(2);
    assert.equal(talk.heardBy(talk.leg.id), false);
    assert.match(why(talk.wish({ kind: 'change', mode: 'take_over' })), /no agent/);
  });
});

describe('taking over', () => {
  for (const when of ['at once', 'later'] as const) {
    it(`${when} leaves the caller with the supervisor, and the agent to its rest`, () => {
      const talk = new Talk();
      const { room, caller } = talk;
      if (when === 'later') {
        talk.answered('listen');
        assert.equal(talk.change('take_over').status, 'ended');
      } else talk.answered('take_over');
      const { leg } = talk;
      assert.deepEqual(talk.members(), [caller, leg.id]);
      assert.deepEqual([talk.heardBy(leg.id), talk.heardBy(caller)], [true, true]);
      assert.equal(room.call(talk.desk).status, 'hangup');
      assert.equal(room.call(caller).status, 'progressing');
      assert.deepEqual([talk.agent(1), talk.agent(9)], ['busy wrap_up', 'busy service']);
      assert.equal(room.last('queuecall_updated')['service_agent_id'], boss);
      assert.deepEqual(leg.supervision, { call_id: caller, mode: 'take_over', status: 'ended' });
      const order = room.effects.map(({ kind, callId }) => `${kind} ${callId}`);
      assert.ok(
        order.lastIndexOf(`join ${leg.id}`) < order.indexOf(`leave ${talk.desk}`),
        'the supervisor is there before the agent goes',
      );
      assert.equal(talk.wish({ kind: 'end' }).kind, 'none', 'it supervises no more');
      room.ends(leg.id);
      assert.equal(room.path().at(-1), 'block');
      assert.equal(room.last('queuecall_done')['service_agent_id'], boss);
      assert.equal(talk.agent(9), 'busy wrap_up');
      room.pass(10_000);
      assert.deepEqual([talk.agent(1), talk.agent(9)], ['available', 'available']);
      room.ends(caller);
      room.pass(10_000);
      talk.nobodyIsLeft();
    });
  }

  it('by somebody who is no agent is told with the nil id', () => {
    const talk = new Talk();
    done(talk.begin('take_over', stranger()));
    talk.room.answers(1);
    assert.equal(talk.room.last('queuecall_updated')['service_agent_id'], nilId);
    talk.room.ends(talk.caller);
    assert.equal(talk.leg.status, 'hangup');
    assert.equal(talk.agent(1), 'busy wrap_up');
  });

  it('lets somebody else supervise the new talk', () => {
    const talk = new Talk().answered('take_over');
    assert.equal(done(talk.begin('listen', stranger())).status, 'ringing');
    talk.room.answers(2);
    assert.deepEqual(talk.members(), [talk.caller, talk.leg.id]);
    talk.change('whisper');
    assert.deepEqual(talk.heardBy(talk.room.outgoing(2).id), [talk.leg.id], 'to whom has taken over');
  });

  it('waits until nobody is being handed on, and takes a caller off hold', () => {
    const talk = new Talk().answered('listen');
    const addresses = [address('+4939')];
    const wanted = {
      type: 'attended',
      addresses,
      destinations: addresses.map(plan),
      byRefer: false,
    } as const;
    talk.room.take(({ centre, at }) => centre.transfer(talk.desk, wanted, at));
    talk.room.settle();
    assert.match(why(talk.wish({ kind: 'change', mode: 'take_over' })), /transferred/);
    talk.room.refuses(2, cause.userBusy);
    talk.room.hearOf(talk.caller, { kind: 'holdRequested', hold: true });
    talk.change('take_over');
    assert.equal(talk.room.call(talk.caller).on_hold, false);
  });
});

describe('a talk without agents', () => {
  const connect = [{ type: 'connect', option: { destinations: [address('+4930')] } }, { type: 'block' }];

  function connected(): { room: Switchroom; caller: string; callee: string } {
    const room = Switchroom.withCaller(connect);
    room.answers(0);
    return { room, caller: room.callId, callee: room.outgoing(0).id };
  }

  function supervised(room: Switchroom, callId: string, mode: SupervisionMode): SupervisionOutcome {
    const wish = { kind: 'begin', mode, supervisor: stranger() } as const;
    const { outcome } = room.take(({ centre, at }) => centre.supervise(callId, wish, at));
    room.settle();
    return outcome;
  }

  it('counts the call that is named as the one of the agent', () => {
    for (const named of ['caller', 'callee'] as const) {
      const talk = connected();
      const { room } = talk;
      done(supervised(room, talk[named], 'whisper'));
      room.answers(1);
      const join = room.lastEffect('join');
      assert.deepEqual(join?.heard, [talk[named]]);
      const wish = { kind: 'change', mode: 'take_over' } as const;
      room.take(({ centre, at }) => centre.supervise(talk[named], wish, at));
      room.settle();
      const other = named === 'caller' ? talk.callee : talk.caller;
      assert.equal(room.call(talk[named]).status, 'hangup');
      assert.equal(room.call(other).status, 'progressing', `without the ${named}`);
      room.ends(other);
      assert.equal(room.outgoing(1).status, 'hangup');
      room.pass(1000);
      assert.equal(room.centre.size, 0);
    }
  });

  it('in a conference has the supervisor out of the list of those inside, and goes on without it', () => {
    const room = new Switchroom();
    const { conference } = room.createConference({});
    const join: readonly PartialAction[] = [
      { type: 'conference_join', option: { conference_id: conference.id } },
    ];
    const [one, other, third] = [50, 51, 52].map((number) => room.secondCaller(join, number));
    assert.ok(one && other && third);
    done(supervised(room, one, 'listen'));
    room.answers(0);
    assert.deepEqual(room.centre.liveConference(conference.id)?.row.call_ids, [one, other, third]);
    room.ends(one);
    assert.equal(room.outgoing(0).status, 'hangup', 'it ends with the call that is supervised');
    assert.deepEqual(room.centre.liveConference(conference.id)?.row.call_ids, [other, third]);
  });
});

describe('a supervisor on the line', () => {
  it('hears the talk, and goes on in its own flow when it is over', () => {
    const talk = new Talk();
    const line = talk.room.secondCaller(
      [{ type: 'answer' }, { type: 'block' }, { type: 'sleep', option: { duration: 1000 } }],
      60,
    );
    const made = done(talk.begin('listen', { kind: 'onTheLine', callId: line }));
    assert.deepEqual([made.status, made.supervisor_call_id, made.groupcall_id], ['progressing', line, nilId]);
    assert.equal(talk.heardBy(line), false);
    assert.deepEqual(talk.room.call(line).supervision, {
      call_id: talk.caller,
      mode: 'listen',
      status: 'progressing',
    });
    talk.room.ends(talk.desk);
    assert.equal(talk.heardBy(line), 'nowhere');
    assert.equal(talk.room.call(line).status, 'progressing');
    assert.ok(talk.room.path().includes('sleep'));
    assert.equal(talk.room.call(line).supervision?.status, 'ended');
  });

  it('can take over at once', () => {
    const talk = new Talk();
    const line = talk.room.secondCaller([{ type: 'answer' }, { type: 'block' }], 60);
    assert.equal(done(talk.begin('take_over', { kind: 'onTheLine', callId: line })).status, 'ended');
    assert.deepEqual(talk.members(), [talk.caller, line]);
    talk.room.ends(talk.caller);
    assert.equal(talk.room.call(line).status, 'hangup', 'nothing follows the block');
  });

  it('has to wait in its flow, and in no room', () => {
    const talk = new Talk();
    const onTheLine = (callId: string) => talk.begin('listen', { kind: 'onTheLine', callId });
    assert.match(why(onTheLine(id(77))), /no such call/);
    assert.match(why(onTheLine(talk.desk)), /in a room/);
    const waits = talk.room.anotherCaller(61);
    assert.match(why(onTheLine(waits)), /in a queue/);
  });
});

describe('a supervision is refused', () => {
  it('of a call that talks with nobody', () => {
    const talk = new Talk();
    const alone = talk.room.secondCaller([{ type: 'block' }], 60);
    assert.equal(why(talk.begin('listen', called(), alone)), 'it talks with nobody');
    assert.equal(why(talk.begin('listen', called(), id(77))), 'it is over');
  });

  it('when there is one, of whichever of the calls, or of the supervisor itself', () => {
    const talk = new Talk().answered('listen');
    assert.match(why(talk.begin('listen', called(), talk.desk)), /supervised already/);
    assert.match(why(talk.begin('listen')), /supervised already/);
    assert.match(why(talk.begin('listen', called(), talk.leg.id)), /supervises a talk itself/);
  });

  it('to an agent who has a caller, or a call, or is not there', () => {
    const talk = new Talk();
    assert.match(why(talk.begin('listen', { ...called(), agentId: id(8001) } as Supervisor)), /has a caller/);
    assert.match(
      why(talk.begin('listen', { ...called(), agentId: id(8007) } as Supervisor)),
      /no such agent/,
    );
    talk.room.dial([agentAt(boss, 'ring_all', ['+49309'])]);
    assert.match(why(talk.begin('listen')), /has a call/);
    assert.equal(talk.room.centre.supervisions.size, 0);
  });
});
