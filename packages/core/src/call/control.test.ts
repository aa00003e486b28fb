import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { MuteDirection } from '@parley/contract';
import type { Effect, PlaySource } from '../effects.ts';
import { type PartialAction, Scenario } from '../scenario.node.ts';
import { Switchroom } from '../switchroom.node.ts';

const block: PartialAction = { type: 'block' };
const talk = (text: string): PartialAction => ({ type: 'talk', option: { text } });
const said: PlaySource = { kind: 'speech', text: 'Wait.', language: 'en-US', gender: 'neutral' };

function answered(actions: readonly PartialAction[]): Scenario {
  return Scenario.answered([{ type: 'answer' }, ...actions]);
}

/** What was played, in order. */
function played(scenario: Scenario): string[] {
  return scenario.effects.flatMap((effect) =>
    effect.kind === 'play' ? effect.sources.map((source) => textOf(source)) : [],
  );
}

function textOf(source: PlaySource): string {
  return source.kind === 'speech' ? source.text : source.kind;
}

function sound(scenario: Scenario): void {
  scenario.hear({ kind: 'soundRequested', sources: [said] });
}

function music(scenario: Scenario, play: boolean): void {
  scenario.hear({ kind: 'musicRequested', play });
}

function hold(scenario: Scenario, held: boolean): void {
  scenario.hear({ kind: 'holdRequested', hold: held });
}

describe('a sound that a client asks for', () => {
  it('takes the place of what the flow plays, and the flow goes on after it', () => {
    const scenario = answered([talk('a'), talk('b'), block]);
    sound(scenario);
    assert.deepEqual(played(scenario), ['a', 'Wait.']);
    scenario.playEnds();
    assert.deepEqual(played(scenario), ['a', 'Wait.', 'b']);
  });

  it('leaves a flow where it is that waits for something else', () => {
    const scenario = answered([block, talk('a')]);
    sound(scenario);
    scenario.playEnds();
    assert.deepEqual(scenario.path(), ['answer', 'block']);
    assert.deepEqual(played(scenario), ['Wait.']);
  });

  it('is heard by a call whose flow was stopped', () => {
    const scenario = answered([{ type: 'stop' }]);
    sound(scenario);
    assert.deepEqual(played(scenario), ['Wait.']);
  });

  it('is not played to a call that is ending', () => {
    const scenario = answered([block]);
    scenario.hear({ kind: 'hangupRequested' });
    sound(scenario);
    scenario.hear({ kind: 'digitsRequested', digits: '1', durationMs: 100, intervalMs: 100 });
    assert.deepEqual(played(scenario), []);
    assert.equal(scenario.lastEffect('sendDigits'), undefined);
  });
});

describe('music that a client asks for', () => {
  it('plays until it is taken back; then a flow goes on whose sound it replaced', () => {
    const scenario = answered([talk('a'), talk('b'), block]);
    music(scenario, true);
    music(scenario, true);
    assert.deepEqual(played(scenario), ['a', 'music']);
    music(scenario, false);
    assert.deepEqual(scenario.kinds().slice(-2), ['stopPlay', 'play']);
    assert.deepEqual(played(scenario), ['a', 'music', 'b']);
  });

  it('that there is none of can be taken back, and nothing happens', () => {
    const scenario = answered([talk('a'), block]);
    music(scenario, false);
    assert.deepEqual(scenario.kinds().slice(-1), ['play']);
  });

  it('goes on when the flow is stopped', () => {
    const scenario = answered([block, { type: 'stop' }]);
    music(scenario, true);
    const current = scenario.last('activeflow_updated')['current_action'] as { readonly id: string };
    scenario.hear({ kind: 'resumeRequested', actionId: current.id });
    assert.equal(scenario.last('activeflow_deleted')['id'], scenario.last('activeflow_created')['id']);
    assert.equal(scenario.kinds().includes('stopPlay'), false);
    music(scenario, false);
    assert.equal(scenario.kinds().at(-1), 'stopPlay');
  });
});

describe('keys that a client has pressed', () => {
  it('take the place of what the flow plays, and the flow goes on after them', () => {
    const scenario = answered([talk('a'), talk('b'), block]);
    scenario.hear({ kind: 'digitsRequested', digits: '12#', durationMs: 120, intervalMs: 80 });
    const effect = scenario.lastEffect('sendDigits');
    assert.deepEqual([effect?.digits, effect?.durationMs, effect?.intervalMs], ['12#', 120, 80]);
    scenario.hear({ kind: 'playEnded', play: effect?.play ?? '' });
    assert.deepEqual(played(scenario), ['a', 'b']);
  });
});

describe('a call on hold', () => {
  it('hears music, is told so, and all is as before when it is taken back', () => {
    const scenario = answered([block]);
    hold(scenario, true);
    assert.equal(scenario.last('call_updated')['on_hold'], true);
    assert.deepEqual(played(scenario), ['music']);
    assert.equal(scenario.lastEffect('hold')?.held, true);
    hold(scenario, true);
    assert.equal(scenario.types().filter((type) => type === 'call_updated').length, 1);
    hold(scenario, false);
    assert.equal(scenario.last('call_updated')['on_hold'], false);
    assert.equal(scenario.lastEffect('hold')?.held, false);
    assert.equal(scenario.kinds().at(-1), 'stopPlay');
  });

  it('hears music again after keys were pressed', () => {
    const scenario = answered([block]);
    hold(scenario, true);
    scenario.hear({ kind: 'digitsRequested', digits: '1', durationMs: 100, intervalMs: 100 });
    scenario.hear({ kind: 'playEnded', play: scenario.lastEffect('sendDigits')?.play ?? '' });
    assert.deepEqual(played(scenario), ['music', 'music']);
  });

  it('neither hears its room nor is heard there', () => {
    const room = Switchroom.withCaller([
      { type: 'connect', option: { destinations: [{ type: 'tel', target: '+4930' }] } },
    ]);
    room.rings(0);
    room.answers(0);
    hold(room, true);
    assert.deepEqual(wires(room), [false, false]);
    hold(room, false);
    assert.deepEqual(wires(room), [true, true]);
  });
});

/** Whether the caller hears its room, and is heard there. */
function wires(room: Scenario): [boolean, boolean | readonly string[]] | undefined {
  const join = room.effects.findLast(
    (effect): effect is Extract<Effect, { kind: 'join' }> =>
      effect.kind === 'join' && effect.callId === room.callId,
  );
  return join === undefined ? undefined : [join.hears, join.heard];
}

describe('a call that is muted', () => {
  const table: readonly [MuteDirection, boolean, boolean][] = [
    ['in', true, false],
    ['out', false, true],
    ['both', false, false],
    ['', true, true],
  ];

  it('does not hear, or is not heard, as asked', () => {
    const room = Switchroom.withCaller([
      { type: 'connect', option: { destinations: [{ type: 'tel', target: '+4930' }] } },
    ]);
    room.rings(0);
    room.answers(0);
    for (const [direction, hears, heard] of table) {
      room.hear({ kind: 'muteRequested', direction });
      assert.deepEqual(wires(room), [hears, heard], direction);
      assert.equal(room.last('call_updated')['mute_direction'], direction);
    }
  });
});

describe('a call that is put out of its room', () => {
  it('goes on with what follows; one in no room stays where it is', () => {
    const room = Switchroom.withCaller([
      { type: 'connect', option: { destinations: [{ type: 'tel', target: '+4930' }] } },
      block,
    ]);
    room.rings(0);
    room.answers(0);
    room.hear({ kind: 'ejectRequested' });
    room.settle();
    assert.equal(room.call(room.callId).action.type, 'block');
    assert.equal(room.outgoing(0).status, 'hangup');
    const events = room.events.length;
    room.hear({ kind: 'ejectRequested' });
    assert.equal(room.events.length, events);
  });
});

describe('a key that a far end tells in signalling', () => {
  const connect: PartialAction = {
    type: 'connect',
    option: { destinations: [{ type: 'tel', target: '+4930' }] },
  };

  function talking(): { room: Switchroom; callee: string } {
    const room = Switchroom.withCaller([connect]);
    room.rings(0);
    room.answers(0);
    return { room, callee: room.outgoing(0).id };
  }

  it('is pressed towards the other in its room, and not for long', () => {
    const { room, callee } = talking();
    room.hear({ kind: 'digit', digit: '5', signalledMs: 4000 });
    const { callId, digits, durationMs } = room.lastEffect('sendDigits') ?? {};
    assert.deepEqual([callId, digits, durationMs], [callee, '5', 100]);
    room.hearOf(callee, { kind: 'digit', digit: '#', signalledMs: 60 });
    const back = room.lastEffect('sendDigits');
    assert.deepEqual([back?.callId, back?.digits, back?.durationMs], [room.callId, '#', 60]);
  });

  it('is not passed on by who is muted, or to who hears nothing, or when the media has done so', () => {
    const { room, callee } = talking();
    room.hear({ kind: 'digit', digit: '5' });
    room.hear({ kind: 'muteRequested', direction: 'in' });
    room.hear({ kind: 'digit', digit: '5', signalledMs: 100 });
    room.hear({ kind: 'muteRequested', direction: 'out' });
    room.hearOf(callee, { kind: 'digit', digit: '5', signalledMs: 100 });
    room.hear({ kind: 'muteRequested', direction: '' });
    room.hearOf(callee, { kind: 'farEndHolds', held: true });
    room.hearOf(callee, { kind: 'digit', digit: '5', signalledMs: 100 });
    assert.equal(room.lastEffect('sendDigits'), undefined);
  });
});
