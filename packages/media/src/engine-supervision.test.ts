import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { amplitudeAt } from './testing/hearing.ts';
import {
  AMPLITUDE,
  assertOneStream,
  createRoomRig,
  high,
  low,
  middle,
  type RoomRig,
  type ToneCaller,
} from './testing/room-rig.ts';

interface Talk {
  readonly rig: RoomRig;
  readonly caller: ToneCaller;
  readonly agent: ToneCaller;
  readonly supervisor: ToneCaller;
  readonly all: readonly ToneCaller[];
}

/** A caller, low, and an agent, middle, who talk with each other; a supervisor, high, who is in no room yet. */
function startTalk(): Talk {
  const rig = createRoomRig();
  const [caller, agent, supervisor] = [rig.call(low), rig.call(middle), rig.call(high)];
  const all = [caller, agent, supervisor];
  caller.join('room');
  agent.join('room');
  rig.talk(30, all);
  return { rig, caller, agent, supervisor, all };
}

/** How each mode of a supervisor sits in the room. */
const seats = {
  listen: () => ({ heardBy: false, passDigits: false }),
  whisper: ({ agent }: Talk) => ({ heardBy: [agent.name], passDigits: false }),
  barge: () => ({ heardBy: true, passDigits: false }),
} as const;

/** The tones that each of the three hears, by the last 200 ms. */
function heard({ rig, caller, agent, supervisor }: Talk): number[][] {
  return [caller, agent, supervisor].map((one) => {
    const samples = rig.heardBy(one).slice(-1600);
    return [low, middle, high].filter((hz) => {
      const amplitude = amplitudeAt(samples, hz);
      assert.ok(amplitude > AMPLITUDE * 0.9 || amplitude < AMPLITUDE / 100, `${hz}: ${amplitude}`);
      return amplitude > AMPLITUDE / 2;
    });
  });
}

const expected = {
  listen: [[middle], [low], [low, middle]],
  whisper: [[middle], [low, high], [low, middle]],
  barge: [
    [middle, high],
    [low, high],
    [low, middle],
  ],
} as const;

const modes = ['listen', 'whisper', 'barge'] as const;

describe('a supervisor in a room', () => {
  for (const mode of modes) {
    it(`who is to ${mode} is heard by those alone, and hears both`, () => {
      const talk = startTalk();
      talk.supervisor.join('room', seats[mode](talk));
      talk.rig.talk(30, talk.all);
      assert.deepEqual(heard(talk), expected[mode]);
    });
  }

  it('is heard otherwise the moment its mode changes, in any order of modes', () => {
    const talk = startTalk();
    for (const before of modes) {
      for (const after of modes) {
        for (const mode of [before, after]) {
          talk.supervisor.join('room', seats[mode](talk));
          talk.rig.talk(15, talk.all);
          assert.deepEqual(heard(talk), expected[mode], `${before}, then ${after}`);
        }
      }
    }
  });

  it('comes and goes without the other two hearing a gap, and leaves them relayed as before', () => {
    const talk = startTalk();
    const { rig, caller, agent, supervisor, all } = talk;
    rig.takeSent();
    const relayed = (): number => rig.engine.statistics(caller.leg).packetsRelayed;
    for (const mode of modes) {
      supervisor.join('room', seats[mode](talk));
      const before = relayed();
      rig.talk(30, all);
      assert.equal(relayed(), before, 'three are mixed');
      rig.engine.leave(supervisor.leg);
      rig.talk(30, all);
      assert.equal(relayed(), before + 30, 'two are relayed');
    }
    for (const one of [caller, agent]) {
      const packets = rig.sentTo(one);
      assertOneStream(packets);
      const samples = packets.reduce((sum, { payload }) => sum + payload.length, 0);
      assert.ok(samples >= (180 - 2 * modes.length) * 160, `${samples} samples in ${180 * 160}`);
      const wanted = one === caller ? middle : low;
      const quiet = quietTicks(rig.heardBy(one), wanted);
      assert.ok(quiet <= 4, `${quiet * 20} ms in a row without the other`);
    }
  });

  it('who takes over is heard by the caller from the very tick in which the agent goes', () => {
    const talk = startTalk();
    const { rig, caller, agent, supervisor } = talk;
    supervisor.join('room', seats.listen());
    rig.talk(30, talk.all);
    rig.takeSent();
    supervisor.join('room');
    rig.engine.leave(agent.leg);
    rig.talk(30, [caller, supervisor]);
    const quiet = quietTicks(rig.heardBy(caller), high);
    assert.ok(quiet <= 4, `${quiet * 20} ms of silence`);
    assert.deepEqual(heard({ ...talk, agent: supervisor }).slice(0, 1), [[high]]);
    assert.ok(rig.engine.statistics(caller.leg).packetsRelayed > 50, 'the two are relayed');
  });
});

/** The most ticks in a row in which a tone was not what was heard. */
function quietTicks(samples: readonly number[], hz: number): number {
  let [most, now] = [0, 0];
  for (let at = 0; at + 160 <= samples.length; at += 160) {
    const isThere = amplitudeAt(samples.slice(at, at + 160), hz) > AMPLITUDE / 2;
    now = isThere ? 0 : now + 1;
    most = Math.max(most, now);
  }
  return most;
}
