import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cause } from '../../call/cause.ts';
import { address, Switchroom } from '../../switchroom.node.ts';

const block = { type: 'block' };

function connect(targets: readonly string[], option: Record<string, unknown> = {}) {
  return { type: 'connect', option: { destinations: targets.map(address), ...option } };
}

/** A caller whose flow connects it and then rests. */
function connecting(targets: readonly string[], option: Record<string, unknown> = {}): Switchroom {
  return Switchroom.withCaller([connect(targets, option), block]);
}

function joins(room: Switchroom): string[] {
  return room.effects.flatMap((effect) => (effect.kind === 'join' ? [effect.callId] : []));
}

describe('connect', () => {
  it('rings the other, joins both when it answers, and goes on when the other hangs up', () => {
    const room = connecting(['+4930']);
    assert.deepEqual(room.story(), [
      'activeflow_created 0',
      'call_created 0',
      'activeflow_updated 0',
      'call_answered 0',
      'activeflow_updated 0',
      'conference_created',
      'groupcall_created',
      'activeflow_created 1',
      'call_created 1',
      'call_updated 0',
      'call_updated 1',
      'activeflow_updated 0',
      'call_updated 0',
    ]);
    const [caller, callee] = [room.callId, room.outgoing(0).id];
    assert.equal(room.call(callee).master_call_id, caller);
    assert.deepEqual(room.call(caller).chained_call_ids, [callee]);
    assert.deepEqual(room.lastEffect('play')?.sources, [{ kind: 'ringback' }]);
    assert.deepEqual(joins(room), [caller]);

    const before = room.story().length;
    room.rings(0);
    room.answers(0);
    assert.deepEqual(room.story().slice(before), [
      'call_ringing 1',
      'call_answered 1',
      'groupcall_progressing',
      'activeflow_updated 1',
      'call_updated 1',
    ]);
    assert.ok(joins(room).includes(callee));
    assert.equal(room.effectsOf(caller).at(-1), 'join');
    assert.ok(room.effectsOf(caller).includes('stopPlay'), 'the ringing stops');

    const after = room.story().length;
    room.ends(callee);
    assert.deepEqual(room.story().slice(after), [
      'call_updated 1',
      'conference_updated',
      'call_hungup 1',
      'activeflow_deleted 1',
      'groupcall_hangup',
      'call_updated 0',
      'conference_deleted',
      'activeflow_updated 0',
      'call_updated 0',
    ]);
    assert.deepEqual(room.call(caller).chained_call_ids, []);
    assert.equal(room.path().at(-1), 'block');
  });

  it('ends the others when the caller hangs up, answered or not', () => {
    for (const answered of [true, false]) {
      const room = connecting(['+4930']);
      room.rings(0);
      if (answered) room.answers(0);
      room.ends(room.callId);
      const { status, hangup_by, hangup_reason } = room.outgoing(0);
      assert.deepEqual(
        [status, hangup_by, hangup_reason],
        ['hangup', 'local', answered ? 'normal' : 'cancel'],
      );
      assert.equal(room.last('conference_deleted')['status'], 'terminated');
      assert.equal(room.centre.size, 0);
    }
  });

  it('goes on when nobody answers', () => {
    const room = connecting(['+4930', '+4931']);
    room.refuses(0, cause.userBusy);
    assert.equal(room.path().at(-1), 'confbridge_join');
    room.refuses(1, cause.noAnswer);
    assert.equal(room.path().at(-1), 'block');
    assert.equal(room.last('conference_deleted')['status'], 'terminated');
  });

  it('goes on when there is no way to anybody', () => {
    const room = connecting(['none']);
    assert.equal(room.path().at(-1), 'block');
    assert.equal(room.outgoing(0).hangup_reason, 'failed');
  });

  it('of three of which two are busy and one sends sound before it answers, is one talk', () => {
    const room = connecting(['+4930', '+4931', '+4932'], { early_media: true });
    room.refuses(0, cause.userBusy);
    room.refuses(1, cause.userBusy);
    room.rings(2, true);
    assert.ok(joins(room).includes(room.outgoing(2).id), 'its early media is heard');
    room.answers(2);
    assert.equal(room.outgoing(2).status, 'progressing');
    assert.equal(room.types().filter((type) => type === 'call_answered').length, 2);
  });

  it('lets a caller who is not answered hear early media by 183, and answers it with the callee', () => {
    const room = new Switchroom();
    room.offer([connect(['+4930'], { early_media: true }), block], true);
    room.settle();
    assert.ok(room.effectsOf(room.callId).includes('ring'));
    room.rings(0, true);
    assert.ok(room.effectsOf(room.callId).includes('progress'));
    assert.equal(room.call(room.callId).status, 'ringing');
    room.answers(0);
    assert.equal(room.call(room.callId).status, 'progressing');
    assert.equal(room.effectsOf(room.callId).filter((kind) => kind === 'answer').length, 1);
  });

  it('answers a caller who has not been answered only when the callee answers', () => {
    const room = new Switchroom();
    room.offer([connect(['+4930']), block]);
    room.settle();
    room.rings(0);
    assert.equal(room.call(room.callId).status, 'ringing');
    room.answers(0);
    assert.equal(room.call(room.callId).status, 'progressing');
    assert.ok(joins(room).includes(room.callId));
  });

  it('tries one after the other when it is linear', () => {
    const room = connecting(['+4930', '+4931', '+4932'], { ring_method: 'linear' });
    assert.equal(room.calls().length, 2);
    room.refuses(0, cause.noAnswer);
    assert.equal(room.calls().length, 3);
    room.answers(1);
    room.ends(room.outgoing(1).id);
    assert.equal(room.calls().length, 3);
    assert.equal(room.path().at(-1), 'block');
  });

  it('ends the caller for the same reason when that is asked for', () => {
    const room = new Switchroom();
    room.offer([connect(['+4930'], { relay_reason: true }), block], true);
    room.settle();
    room.refuses(0, cause.userBusy);
    assert.equal(room.lastEffect('hangup')?.cause, cause.userBusy);
    assert.equal(room.call(room.callId).status, 'hangup');
  });

  it('gives up each call after the time that was asked for', () => {
    const room = connecting(['+4930'], { timeout: 5 });
    room.rings(0);
    room.pass(5_000);
    room.settle();
    assert.equal(room.outgoing(0).hangup_reason, 'dialout');
    assert.equal(room.path().at(-1), 'block');
  });

  it('lets calls live on that are not chained', () => {
    const room = connecting(['+4930'], { unchained: true });
    room.rings(0);
    assert.deepEqual(room.call(room.callId).chained_call_ids, []);
    room.ends(room.callId);
    assert.equal(room.outgoing(0).status, 'ringing');
    room.answers(0);
    assert.equal(room.outgoing(0).status, 'hangup', 'the room is gone: nothing is left to do');
  });

  it('to a conference goes there', () => {
    const room = new Switchroom();
    const { conference } = room.createConference({});
    const target = { type: 'conference', target: conference.id };
    room.offer([{ type: 'connect', option: { destinations: [target] } }, block], true);
    room.settle();
    assert.equal(room.path().at(-1), 'confbridge_join');
    assert.deepEqual(room.centre.liveConference(conference.id)?.row.call_ids, [room.callId]);
    room.take(({ centre, at }) => ({ decision: centre.closeConference(conference.id, at) }));
    room.settle();
    assert.equal(room.path().at(-1), 'block');
  });

  it('whose destinations cannot be looked up in time ends the flow, and says so', () => {
    const room = new Switchroom();
    room.offer([{ type: 'answer' }, connect(['+4930'])], true);
    room.pass(6_000);
    assert.match(room.reports()[0] ?? '', /could not be looked up/);
  });
});

describe('call', () => {
  const actions = [{ type: 'talk', option: { text: 'A message.' } }];

  it('makes calls of their own, and goes on at once', () => {
    const room = Switchroom.withCaller([
      { type: 'call', option: { destinations: [address('+4930'), address('devices')], actions } },
      block,
    ]);
    assert.equal(room.path().at(-1), 'block');
    assert.equal(room.calls().length, 4);
    assert.equal(room.outgoing(0).master_call_id, room.callId);
    room.ends(room.callId);
    assert.equal(room.outgoing(0).status, 'dialing');
    room.answers(0);
    assert.equal(room.current().type, 'talk');
  });

  it('makes calls that end with it when they are chained', () => {
    const room = Switchroom.withCaller([
      { type: 'call', option: { destinations: [address('+4930')], actions, chained: true } },
      block,
    ]);
    room.answers(0);
    room.ends(room.callId);
    assert.equal(room.outgoing(0).status, 'hangup');
  });
});
