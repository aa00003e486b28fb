import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Effect } from '../effects.ts';
import type { PartialAction } from '../scenario.node.ts';
import { Switchroom } from '../switchroom.node.ts';

const connect = { type: 'connect', option: { destinations: [{ type: 'tel', target: '+4930' }] } };

/** The caller and the first it has dialled talk. */
function talking(): { room: Switchroom; caller: string; callee: string } {
  const room = Switchroom.withCaller([connect, { type: 'block' }]);
  room.rings(0);
  room.answers(0);
  return { room, caller: room.callId, callee: room.outgoing(0).id };
}

/** Three in one conference. */
function conferring(): { room: Switchroom; members: readonly string[]; join: PartialAction } {
  const room = new Switchroom();
  const { conference } = room.createConference({});
  const join = { type: 'conference_join', option: { conference_id: conference.id } };
  return { room, join, members: [61, 62, 63].map((number) => room.secondCaller([join], number)) };
}

function holds(room: Switchroom, callId: string, held: boolean): void {
  room.hearOf(callId, { kind: 'farEndHolds', held });
}

/** What is played to a call at the end: `silence` once it was stopped. */
function hears(room: Switchroom, callId: string): string {
  const last = room.effects.findLast(
    (effect): effect is Extract<Effect, { kind: 'play' | 'stopPlay' }> =>
      effect.callId === callId && (effect.kind === 'play' || effect.kind === 'stopPlay'),
  );
  return last?.kind === 'play' ? last.sources.map(({ kind }) => kind).join() : 'silence';
}

function isHeard(room: Switchroom, callId: string): boolean | readonly string[] | undefined {
  return room.effects.findLast(
    (effect): effect is Extract<Effect, { kind: 'join' }> =>
      effect.kind === 'join' && effect.callId === callId,
  )?.heard;
}

describe('a far end that holds', () => {
  it('is not heard, and the other hears music until it is back, whichever of the two it is', () => {
    for (const who of ['caller', 'callee'] as const) {
      const talk = talking();
      const { room, [who]: holder } = talk;
      const other = who === 'caller' ? talk.callee : talk.caller;
      const before = room.story().length;
      holds(room, holder, true);
      assert.deepEqual([hears(room, other), hears(room, holder)], ['music', 'silence']);
      assert.equal(isHeard(room, holder), false);
      holds(room, holder, false);
      assert.equal(hears(room, other), 'silence');
      assert.equal(isHeard(room, holder), true);
      assert.equal(room.story().length, before, 'it is nothing that is told');
    }
  });

  it('that says so twice plays music once', () => {
    const { room, caller, callee } = talking();
    holds(room, callee, true);
    holds(room, callee, true);
    assert.equal(room.effectsOf(caller).filter((kind) => kind === 'play').length, 2, 'ringing, and music');
  });

  it('is held by the other too: both wait, and music ends for whom the other is back', () => {
    const { room, caller, callee } = talking();
    holds(room, callee, true);
    holds(room, caller, true);
    assert.deepEqual([hears(room, caller), hears(room, callee)], ['music', 'music']);
    holds(room, callee, false);
    assert.deepEqual([hears(room, caller), hears(room, callee)], ['silence', 'music']);
  });

  it('and hangs up leaves no music behind', () => {
    const { room, caller, callee } = talking();
    holds(room, callee, true);
    room.ends(callee);
    assert.equal(hears(room, caller), 'silence');
    assert.equal(room.path().at(-1), 'block');
  });

  it('does not play music to a conference, only to the last one who is left to talk', () => {
    const { room, members, join } = conferring();
    const [first = '', second = '', third = ''] = members;
    holds(room, first, true);
    assert.deepEqual(
      members.map((member) => hears(room, member)),
      ['silence', 'silence', 'silence'],
    );
    room.ends(second);
    assert.equal(hears(room, third), 'music');
    const fourth = room.secondCaller([join], 64);
    assert.deepEqual([hears(room, third), hears(room, fourth)], ['silence', 'silence']);
  });

  it('leaves what a client has played to the other, and plays music after it', () => {
    const { room, caller, callee } = talking();
    holds(room, callee, true);
    room.hear({ kind: 'soundRequested', sources: [{ kind: 'beep' }] });
    assert.equal(hears(room, caller), 'beep');
    room.playEnds();
    assert.equal(hears(room, caller), 'music');
  });

  it('while the other is held by a client: music goes on when that one is taken back', () => {
    const { room, caller, callee } = talking();
    room.hear({ kind: 'holdRequested', hold: true });
    holds(room, callee, true);
    room.hear({ kind: 'holdRequested', hold: false });
    assert.equal(hears(room, caller), 'music');
    holds(room, callee, false);
    assert.equal(hears(room, caller), 'silence');
  });

  it('in no room changes nothing but that it is known', () => {
    const room = Switchroom.withCaller([{ type: 'block' }]);
    const before = room.effects.length;
    holds(room, room.callId, true);
    assert.equal(room.effects.length, before);
  });
});
