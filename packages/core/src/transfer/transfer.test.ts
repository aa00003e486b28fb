import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nilId } from '@parley/contract';
import { cause } from '../call/cause.ts';
import { address, plan, Switchroom } from '../switchroom.node.ts';
import type { TransferWanted } from './live-transfer.ts';

const block = { type: 'block' };

/** A caller (0) who talks with the first callee (1). */
function talking(): { room: Switchroom; caller: string; callee: string } {
  const room = Switchroom.withCaller([
    { type: 'connect', option: { destinations: [address('+4930')] } },
    block,
  ]);
  room.answers(0);
  return { room, caller: room.callId, callee: room.outgoing(0).id };
}

function transfer(
  room: Switchroom,
  who: string,
  wanted: Partial<TransferWanted> & Pick<TransferWanted, 'type'>,
) {
  const targets = [address('+4939')];
  const full = { addresses: targets, destinations: targets.map(plan), byRefer: false, ...wanted };
  const made = room.take(({ centre, at }) => centre.transfer(who, full, at));
  room.settle();
  return made;
}

function members(room: Switchroom): readonly string[] {
  const rows = room.puts.flatMap((put) => (put.kind === 'confbridge' ? [put.row] : []));
  return rows.at(-1)?.call_ids ?? [];
}

function progress(room: Switchroom): number[] {
  return room.effects.flatMap((effect) => (effect.kind === 'transferProgress' ? [effect.status] : []));
}

describe('a blind transfer', () => {
  it('lets the transferer go at once, rings, and joins who is left with the new party', () => {
    for (const leaves of ['caller', 'callee'] as const) {
      const { room, caller, callee } = talking();
      const [gone, stays] = leaves === 'caller' ? [caller, callee] : [callee, caller];
      const { problem, transfer: made } = transfer(room, gone, { type: 'blind' });
      assert.equal(problem, undefined);
      assert.equal(room.call(gone).status, 'hangup');
      assert.equal(room.call(stays).status, 'progressing', `${leaves} transfers`);
      assert.deepEqual(room.lastEffect('play')?.sources, [{ kind: 'ringback' }]);
      room.rings(1);
      room.answers(1);
      assert.deepEqual(members(room), [stays, room.outgoing(1).id]);
      assert.equal(room.effectsOf(stays).at(-1), 'join');
      assert.equal(made?.transferer_call_id, gone);
      room.ends(room.outgoing(1).id);
      assert.equal(room.last('conference_deleted')['status'], 'terminated');
      if (stays === caller) assert.equal(room.path().at(-1), 'block', 'its flow goes on');
      else assert.equal(room.call(callee).status, 'hangup');
    }
  });

  it('shows the new party who is handed on', () => {
    const { room, caller, callee } = talking();
    transfer(room, callee, { type: 'blind' });
    assert.deepEqual(room.outgoing(1).source, room.call(caller).source);
  });

  it('that nobody answers lets who is left go on in its own flow', () => {
    const { room, callee } = talking();
    transfer(room, callee, { type: 'blind' });
    room.refuses(1, cause.userBusy);
    assert.equal(room.path().at(-1), 'block');
    assert.equal(room.types().filter((type) => type === 'conference_deleted').length, 1);
  });

  it('is over when nobody is left to be handed on', () => {
    const { room, caller, callee } = talking();
    transfer(room, callee, { type: 'blind' });
    room.rings(1);
    room.ends(caller);
    assert.equal(room.outgoing(1).hangup_reason, 'cancel');
    assert.equal(room.centre.size, 0);
  });

  it('by REFER keeps the transferer until it has worked', () => {
    const { room, caller, callee } = talking();
    transfer(room, callee, { type: 'blind', byRefer: true });
    assert.equal(room.call(callee).status, 'progressing');
    assert.deepEqual(progress(room), [], 'accepting the REFER told that it is being tried');
    room.answers(1);
    assert.deepEqual(progress(room), [200]);
    assert.equal(room.call(callee).status, 'hangup');
    assert.deepEqual(members(room), [caller, room.outgoing(1).id]);
  });

  it('by REFER that fails leaves the two together', () => {
    const { room, caller, callee } = talking();
    transfer(room, callee, { type: 'blind', byRefer: true });
    room.refuses(1, cause.userBusy);
    assert.deepEqual(progress(room), [486]);
    assert.deepEqual(members(room), [caller, callee]);
    assert.equal(room.effectsOf(caller).at(-1), 'stopPlay', 'it hears no ringing any more');
    room.ends(caller);
    assert.equal(room.centre.size, 0);
  });
});

describe('an attended transfer', () => {
  it('shows the new party who transfers, whom it talks with first', () => {
    const { room, callee } = talking();
    transfer(room, callee, { type: 'attended' });
    assert.deepEqual(room.outgoing(1).source, room.call(callee).destination);
  });

  it('keeps the other on hold while the transferer talks with the new party, then joins the two', () => {
    const { room, caller, callee } = talking();
    transfer(room, callee, { type: 'attended' });
    assert.equal(room.call(caller).on_hold, true);
    assert.deepEqual(room.lastEffect('play')?.sources, [{ kind: 'music' }]);
    room.answers(1);
    const newParty = room.outgoing(1).id;
    assert.deepEqual(members(room), [caller, callee, newParty]);
    room.ends(callee);
    assert.equal(room.call(caller).on_hold, false);
    assert.deepEqual(members(room), [caller, newParty]);
    assert.equal(room.puts.findLast((put) => put.kind === 'transfer')?.row.transferee_call_id, newParty);
    room.ends(newParty);
    assert.equal(room.path().at(-1), 'block');
  });

  it('goes back to the transferer when the new party leaves, or never came', () => {
    for (const answered of [true, false]) {
      const { room, caller, callee } = talking();
      transfer(room, callee, { type: 'attended' });
      if (answered) room.answers(1);
      room.ends(room.outgoing(1).id, cause.userBusy);
      assert.equal(room.call(caller).on_hold, false);
      assert.deepEqual(members(room), [caller, callee]);
    }
  });

  it('becomes a blind one when the transferer leaves before the answer', () => {
    const { room, caller, callee } = talking();
    transfer(room, callee, { type: 'attended' });
    room.rings(1);
    room.ends(callee);
    assert.equal(room.call(caller).on_hold, false);
    assert.deepEqual(room.lastEffect('play')?.sources, [{ kind: 'ringback' }]);
    room.answers(1);
    assert.deepEqual(members(room), [caller, room.outgoing(1).id]);
  });

  it('of a phone that talks with both brings those together and ends both its calls', () => {
    const { room, caller, callee } = talking();
    const second = room.secondCaller([{ type: 'connect', option: { destinations: [address('+4931')] } }], 50);
    room.answers(1);
    const other = room.outgoing(1).id;
    room.hearOf(callee, { kind: 'mergeRequested', otherCallId: second });
    room.settle();
    assert.equal(room.call(callee).status, 'hangup');
    assert.equal(room.call(second).status, 'hangup');
    assert.equal(room.call(caller).status, 'progressing');
    assert.equal(room.call(other).status, 'progressing');
    assert.deepEqual(progress(room), [200]);
    assert.equal(room.centre.liveCall(caller)?.roomId, room.centre.liveCall(other)?.roomId);
    room.ends(other);
    assert.equal(room.path().at(-1), 'block');
    assert.equal(room.types().filter((type) => type === 'conference_deleted').length, 2);
  });
});

describe('a call that takes the place of another', () => {
  it('talks with whom that one talked with, and ends only that one', () => {
    for (const replaced of ['caller', 'callee'] as const) {
      const { room, caller, callee } = talking();
      const roomId = room.centre.liveCall(caller)?.roomId;
      const newcomer = room.secondCaller(
        [{ type: 'confbridge_join', option: { confbridge_id: roomId } }, { type: 'hangup' }],
        60,
      );
      const [gone, stays] = replaced === 'caller' ? [caller, callee] : [callee, caller];
      room.hearOf(gone, { kind: 'replaced' });
      room.settle();
      assert.equal(room.call(gone).status, 'hangup');
      assert.deepEqual(members(room), [stays, newcomer]);
      room.ends(newcomer);
      assert.equal(room.last('conference_deleted')['status'], 'terminated');
    }
  });
});

describe('a transfer that cannot be', () => {
  it('is one of a call that talks with nobody', () => {
    const room = Switchroom.withCaller([block]);
    assert.equal(transfer(room, room.callId, { type: 'blind' }).problem, 'it is in no room with somebody');
    room.hear({ kind: 'mergeRequested', otherCallId: nilId });
    assert.deepEqual(progress(room), [603]);
  });

  it('is a second one at the same time', () => {
    const { room, callee } = talking();
    transfer(room, callee, { type: 'attended' });
    assert.match(transfer(room, callee, { type: 'blind' }).problem ?? '', /already/);
  });
});
