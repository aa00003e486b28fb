import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Address, nilId } from '@parley/contract';
import { cause } from '../call/cause.ts';
import { id } from '../scenario.node.ts';
import { address, Switchroom } from '../switchroom.node.ts';
import type { TransferWanted } from './live-transfer.ts';

/** A caller who talks with a callee, and a conference. */
function talking(): { room: Switchroom; conferenceId: string; caller: string; callee: string } {
  const room = Switchroom.withCaller([
    { type: 'connect', option: { destinations: [address('+4930')] } },
    { type: 'block' },
  ]);
  room.answers(0);
  const { conference } = room.createConference({
    postActions: [{ id: id(77), next_id: nilId, type: 'beep' }],
  });
  return { room, conferenceId: conference.id, caller: room.callId, callee: room.outgoing(0).id };
}

function into(conferenceId: string): Address {
  return { ...address(conferenceId), type: 'conference' };
}

function transfer(room: Switchroom, who: string, wanted: Partial<TransferWanted>) {
  const full = { type: 'blind', addresses: [], destinations: [], byRefer: false, ...wanted } as const;
  const made = room.take(({ centre, at }) => centre.transfer(who, full, at));
  room.settle();
  return made;
}

/** Who is in the conference, as its row says. */
function inside(room: Switchroom, conferenceId: string): readonly string[] {
  return room.centre.liveConference(conferenceId)?.row.call_ids ?? [];
}

describe('a blind transfer to a conference', () => {
  it('takes a caller there, who goes on in its own flow afterwards', () => {
    const { room, conferenceId, caller, callee } = talking();
    const made = transfer(room, callee, { addresses: [into(conferenceId)] });
    assert.equal(made.problem, undefined);
    assert.deepEqual(made.transfer?.transferee_addresses[0]?.target, conferenceId);
    assert.equal(room.call(callee).status, 'hangup');
    assert.deepEqual(inside(room, conferenceId), [caller]);
    assert.equal(room.lastEffect('join')?.callId, caller);
    room.hearOf(caller, { kind: 'ejectRequested' });
    room.settle();
    assert.deepEqual(room.path().slice(-1), ['beep'], 'the actions after the room');
    room.playEnds();
    assert.equal(room.path().at(-1), 'block');
  });

  it('takes a callee there, whose call ends after it', () => {
    const { room, conferenceId, caller, callee } = talking();
    transfer(room, caller, { addresses: [into(conferenceId)] });
    assert.equal(room.call(caller).status, 'hangup');
    assert.equal(room.call(callee).status, 'progressing');
    assert.deepEqual(inside(room, conferenceId), [callee]);
    room.ends(callee, cause.normalClearing);
    assert.equal(room.centre.size, 0);
    assert.equal(room.centre.rooms.size, 1, 'the conference stays open');
  });

  it('is told to the phone that asked for it', () => {
    const { room, conferenceId, callee } = talking();
    transfer(room, callee, { addresses: [into(conferenceId)], byRefer: true });
    assert.equal(room.lastEffect('transferProgress')?.status, 200);
  });

  it('is refused, and changes nothing, when it is attended, one of several, or there is no such conference', () => {
    const { room, conferenceId, callee, caller } = talking();
    const addresses = [into(conferenceId)];
    for (const wanted of [
      { type: 'attended' as const, addresses },
      { addresses: [...addresses, address('+4939')] },
      { addresses: [into(id(4711))] },
    ]) {
      const { problem, transfer: made } = transfer(room, callee, wanted);
      assert.match(problem ?? '', /conference/);
      assert.equal(made, undefined);
    }
    assert.deepEqual(
      [room.call(caller).status, room.call(callee).status, inside(room, conferenceId)],
      ['progressing', 'progressing', []],
    );
  });
});
