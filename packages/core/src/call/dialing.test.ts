import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { notYet } from '@parley/contract';
import { Switchroom } from '../switchroom.node.ts';
import { cause, causeOfStatus } from './cause.ts';

const hello = [{ type: 'talk', option: { text: 'Hello.' } }];

function dialled(actions: readonly { type: string }[] = hello): Switchroom {
  const room = new Switchroom();
  room.dial(['+4930'], actions);
  return room;
}

describe('an outgoing call', () => {
  it('is made, rings, is answered, and only then runs its flow', () => {
    const room = dialled();
    assert.deepEqual(room.story(), ['activeflow_created 0', 'call_created 0']);
    assert.equal(room.outgoing(0).status, 'dialing');
    assert.deepEqual(room.kinds(), ['openMedia', 'dial']);
    room.rings(0);
    room.rings(0);
    room.answers(0);
    assert.deepEqual(room.story(), [
      'activeflow_created 0',
      'call_created 0',
      'call_ringing 0',
      'call_answered 0',
      'activeflow_updated 0',
    ]);
    const { status, tm_ringing, tm_progressing } = room.outgoing(0);
    assert.equal(status, 'progressing');
    assert.ok(tm_ringing < tm_progressing && tm_progressing !== notYet);
    assert.equal(room.kinds().at(-1), 'play');
  });

  it('that nobody gave a flow ends when it is answered', () => {
    const room = dialled([]);
    room.answers(0);
    const { status, hangup_by, hangup_reason } = room.outgoing(0);
    assert.deepEqual([status, hangup_by, hangup_reason], ['hangup', 'local', 'normal']);
    assert.deepEqual(room.story(), ['call_created 0', 'call_answered 0', 'call_hungup 0']);
  });

  const refusals = [
    ['busy', cause.userBusy, 'busy'],
    ['rejected', cause.rejected, 'noanswer'],
    ['away', cause.noAnswer, 'noanswer'],
    ['unreachable', cause.networkOutOfOrder, 'failed'],
    ['unknown there', cause.unallocatedNumber, 'failed'],
  ] as const;
  for (const [what, refusal, reason] of refusals) {
    it(`whose far end is ${what} is over by remote for ${reason}`, () => {
      const room = dialled();
      room.refuses(0, refusal);
      const { status, hangup_by, hangup_reason } = room.outgoing(0);
      assert.deepEqual([status, hangup_by, hangup_reason], ['hangup', 'remote', reason]);
      assert.deepEqual(room.story().slice(2), ['call_hungup 0', 'activeflow_deleted 0']);
    });
  }

  it('that nobody answers in time is given up: dialout', () => {
    const room = dialled();
    room.rings(0);
    room.pass(59_000);
    assert.equal(room.outgoing(0).status, 'ringing');
    room.pass(2_000);
    room.settle();
    const { hangup_by, hangup_reason } = room.outgoing(0);
    assert.deepEqual([hangup_by, hangup_reason], ['remote', 'dialout']);
  });

  it('that is withdrawn is canceling, and over by local for cancel', () => {
    const room = dialled();
    room.rings(0);
    room.hearOf(room.outgoing(0).id, { kind: 'hangupRequested' });
    assert.equal(room.outgoing(0).status, 'canceling');
    room.settle();
    const { hangup_by, hangup_reason } = room.outgoing(0);
    assert.deepEqual([hangup_by, hangup_reason], ['local', 'cancel']);
  });

  it('that is answered while it is withdrawn stays withdrawn', () => {
    const room = dialled();
    const { id } = room.outgoing(0);
    room.hearOf(id, { kind: 'hangupRequested' });
    room.hearOf(id, { kind: 'farEndAnswered' });
    assert.equal(room.outgoing(0).status, 'canceling');
    room.settle();
    assert.equal(room.story().includes('call_answered 0'), false);
  });

  it('to a place there is no way to has failed, by local, and says why to the operator', () => {
    const room = new Switchroom();
    room.dial(['none'], hello);
    const { status, hangup_by, hangup_reason } = room.outgoing(0);
    assert.deepEqual([status, hangup_by, hangup_reason], ['hangup', 'local', 'failed']);
    assert.deepEqual(room.story(), [
      'activeflow_created 0',
      'call_created 0',
      'call_hungup 0',
      'activeflow_deleted 0',
    ]);
    assert.deepEqual(room.reports(), ['there is no way to this destination']);
  });

  it('beyond the calls there may be has failed', () => {
    const room = new Switchroom({ maxCallsPerCustomer: 2 });
    room.dial(['+4930', '+4931', '+4932'], hello);
    assert.deepEqual(
      room.calls().map(({ status }) => status),
      ['dialing', 'dialing', 'hangup'],
    );
    assert.match(room.reports()[0] ?? '', /too many calls/);
  });

  it('takes the next way when one leads nowhere, and stays one call', () => {
    const room = new Switchroom();
    room.dial(['twice'], hello);
    room.refuses(0, cause.networkOutOfOrder);
    assert.equal(room.outgoing(0).status, 'dialing');
    const tried = room.effects.flatMap((effect) =>
      effect.kind === 'dial' ? [[effect.attempt.uri, effect.another]] : [],
    );
    assert.deepEqual(tried, [
      ['sip:a@127.0.0.1', true],
      ['sip:b@127.0.0.1', false],
    ]);
    room.refuses(0, cause.networkOutOfOrder);
    assert.equal(room.outgoing(0).hangup_reason, 'failed');
  });

  it('takes no other way when the party itself said no', () => {
    const room = new Switchroom();
    room.dial(['twice'], hello);
    room.refuses(0, cause.userBusy);
    assert.equal(room.outgoing(0).hangup_reason, 'busy');
  });

  const triesOn = (endedFor: number): boolean => {
    const room = new Switchroom();
    room.dial(['twice'], hello);
    room.refuses(0, endedFor);
    return room.outgoing(0).status === 'dialing';
  };

  for (const status of [401, 404, 407, 408, 484, 488, 500, 501, 502, 503, 504, 580, 604, 606]) {
    it(`takes the next way after a ${status}`, () => assert.ok(triesOn(causeOfStatus(status))));
  }

  for (const status of [403, 480, 486, 487, 600, 603, 607]) {
    it(`takes no other way after a ${status}`, () => assert.ok(!triesOn(causeOfStatus(status))));
  }

  it('takes the next way at once when its provider has no room for it, and none when answered elsewhere', () => {
    assert.ok(triesOn(cause.noCircuit) && triesOn(cause.congestion) && triesOn(cause.noUserResponding));
    assert.ok(!triesOn(cause.answeredElsewhere));
  });

  it('waits for the answer before an action that needs one, though its flow began before', () => {
    const room = new Switchroom();
    room.dial(['+4930'], hello, { early: true });
    room.rings(0, true);
    assert.deepEqual(room.path(), ['talk']);
    assert.equal(room.kinds().includes('play'), false);
    room.answers(0);
    assert.equal(room.kinds().includes('play'), true);
    assert.deepEqual(room.path(), ['talk']);
  });

  it('whose media cannot be opened is over', () => {
    const room = new Switchroom();
    room.dial(['none', '+4930'], hello);
    const { id } = room.outgoing(1);
    room.hearOf(id, { kind: 'mediaFailed', problem: 'no ports' });
    room.settle();
    assert.equal(room.outgoing(1).status, 'hangup');
  });
});

describe('a destination with several devices', () => {
  it('is a group call: the first to answer wins, the others are withdrawn', () => {
    const room = new Switchroom();
    const { calls, groupcalls } = room.dial(['devices'], hello);
    assert.equal(calls.length, 0);
    assert.equal(groupcalls.length, 1);
    room.rings(0);
    room.rings(1);
    room.answers(1);
    assert.deepEqual(
      [room.outgoing(0), room.outgoing(1)].map((call) => [call.status, call.hangup_reason]),
      [
        ['hangup', 'cancel'],
        ['progressing', ''],
      ],
    );
    const group = room.last('groupcall_progressing');
    assert.equal(group['answer_call_id'], room.outgoing(1).id);
    room.ends(room.outgoing(1).id);
    assert.equal(room.last('groupcall_hangup')['call_count'], 0);
    assert.equal(room.types().filter((type) => type === 'groupcall_hangup').length, 1);
  });

  it('answered by two at once is answered by the first', () => {
    const room = new Switchroom();
    room.dial(['devices'], hello);
    const [first, second] = [room.outgoing(0).id, room.outgoing(1).id];
    room.hearOf(first, { kind: 'farEndAnswered' });
    room.hearOf(second, { kind: 'farEndAnswered' });
    room.settle();
    assert.equal(room.call(first).status, 'progressing');
    assert.equal(room.call(second).hangup_reason, 'cancel');
    assert.equal(room.types().filter((type) => type === 'call_answered').length, 1);
  });

  it('is over when all have refused', () => {
    const room = new Switchroom();
    room.dial(['devices'], hello);
    room.refuses(0, cause.userBusy);
    assert.equal(room.types().includes('groupcall_hangup'), false);
    room.refuses(1, cause.userBusy);
    assert.equal(room.last('groupcall_hangup')['status'], 'hangup');
  });
});
