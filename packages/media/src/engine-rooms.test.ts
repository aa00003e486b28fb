import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { amplitudeAt, linearOf } from './testing/hearing.ts';
import { seededRandom } from './testing/seeded-random.ts';
import {
  AMPLITUDE,
  assertOneStream,
  createRoomRig,
  high,
  low,
  middle,
  tonesHeardBy,
  twoInARoom,
  type ToneCaller,
} from './testing/room-rig.ts';

describe('two in a room', () => {
  it('get each packet the moment it comes, unchanged but for its header', () => {
    const rig = createRoomRig();
    const [one, other] = twoInARoom(rig);
    rig.run(3);
    rig.takeSent();
    one.say(7);
    const [packet] = rig.sent;
    assert.ok(packet !== undefined && rig.sent.length === 1);
    assert.equal(packet.leg, other.leg);
    assert.notEqual(packet.ssrc, 1000);
    rig.talk(50, [one, other]);
    assert.deepEqual(tonesHeardBy(rig, one), [high]);
    assert.deepEqual(tonesHeardBy(rig, other), [low]);
    assert.equal(rig.engine.statistics(one.leg).packetsRelayed, 51);
  });

  it('of different laws hear each other by table', () => {
    const rig = createRoomRig();
    const [one, other] = [rig.call(low, { codec: 'PCMA' }), rig.call(high)];
    for (const caller of [one, other]) caller.join('room');
    rig.talk(50, [one, other]);
    assert.ok(rig.sentTo(one).every(({ payloadType }) => payloadType === 8));
    assert.ok(Math.abs(amplitudeAt(rig.heardBy(one).slice(-1600), high) - AMPLITUDE) < 200);
    assert.ok(Math.abs(amplitudeAt(rig.heardBy(other).slice(-1600), low) - AMPLITUDE) < 200);
    assert.equal(rig.engine.statistics(one.leg).packetsRelayed, 50);
  });

  it('hear silence or each other in every tick from the first on', () => {
    const rig = createRoomRig();
    const [one, other] = [rig.call(low), rig.call(high)];
    rig.run(3);
    one.join('room');
    rig.run(3);
    other.join('room');
    rig.run(3);
    rig.talk(10, [one]);
    for (const caller of [one, other]) {
      assert.ok(rig.sentTo(caller).length >= 18);
      assertOneStream(rig.sentTo(caller));
    }
  });

  it('have one stream each through relay, prompts, silence and the mix', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('talk' as const),
        ticks: fc.integer({ min: 1, max: 12 }),
        at: fc.integer({ min: 0, max: 19 }),
      }),
      fc.record({ kind: fc.constant('rest' as const), ticks: fc.integer({ min: 1, max: 12 }) }),
      fc.constantFrom({ kind: 'play' as const }, { kind: 'stop' as const }, { kind: 'third' as const }),
      fc.constantFrom({ kind: 'alone' as const }, { kind: 'leave' as const }, { kind: 'back' as const }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const rig = createRoomRig();
        const [one, other] = twoInARoom(rig);
        const third = rig.call(middle);
        for (const move of steps) {
          if (move.kind === 'play')
            rig.engine.play(other.leg, 'p', [{ samples: new Int16Array(1000).fill(99) }]);
          else if (move.kind === 'stop') rig.engine.stop(other.leg);
          else if (move.kind === 'third') third.join('room');
          else if (move.kind === 'alone') rig.engine.leave(third.leg);
          else if (move.kind === 'leave') rig.engine.leave(other.leg);
          else if (move.kind === 'back') other.join('room');
          else if (move.kind === 'rest') rig.run(move.ticks);
          else
            for (let n = 0; n < move.ticks; n += 1) {
              one.say(move.at);
              rig.run(1);
            }
        }
        assertOneStream(rig.sentTo(other));
        const [first] = rig.sentTo(other);
        const last = rig.sentTo(other).at(-1);
        if (first === undefined || last === undefined) return;
        // The stream's clock keeps to time: ahead by less than what two packets hold, behind by less than the pauses.
        const elapsed = (last.at - first.at) * 8;
        const sent = (last.timestamp - first.timestamp) | 0;
        assert.ok(Math.abs(sent - elapsed) <= 4 * 160, `${sent} samples in the time of ${elapsed}`);
      }),
      { numRuns: 200 },
    );
  });

  it('lose nothing to a stall of ours: all that came meanwhile is sent on, and no silence among it', () => {
    const rig = createRoomRig();
    const [one, other] = twoInARoom(rig);
    rig.talk(10, [one, other]);
    const before = rig.sentTo(other).length;
    for (let tick = 0; tick < 10; tick += 1) rig.engine.tick(rig.now + 500);
    for (let packet = 0; packet < 25; packet += 1) one.say(500);
    assert.equal(rig.sentTo(other).length, before + 25);
    assertOneStream(rig.sentTo(other));
    assert.equal(rig.engine.statistics(one.leg).packetsLate, 0);
  });

  it('get silence while the other sends nothing, and of a burst after it only what is not too late', () => {
    const rig = createRoomRig();
    const [one, other] = twoInARoom(rig);
    rig.talk(10, [one]);
    rig.run(15);
    for (let packet = 0; packet < 15; packet += 1) one.say(1);
    const late = rig.engine.statistics(one.leg).packetsLate;
    assert.ok(late >= 9 && late <= 13, `${late} late`);
    rig.talk(10, [one]);
    assertOneStream(rig.sentTo(other));
    assert.equal(rig.engine.statistics(one.leg).packetsLate, late);
    assert.ok(rig.sentTo(other).length >= 10 + 12 + 12);
  });

  it('hear a sender again soon whose clock was set back', () => {
    const rig = createRoomRig();
    const [one, other] = twoInARoom(rig);
    rig.talk(10, [one]);
    rig.run(10);
    rig.takeSent();
    for (let n = 0; n < 20; n += 1) {
      one.say(1, { timestamp: 1_000_000 });
      rig.run(1);
    }
    assert.ok(rig.sentTo(other).length >= 19);
    assert.ok(rig.engine.statistics(one.leg).packetsLate <= 6);
  });

  it('get loss as a gap, reordering as it was, and no packet twice', () => {
    const fate = fc.constantFrom('fine', 'fine', 'fine', 'lost', 'doubled', 'swapped');
    fc.assert(
      fc.property(fc.array(fate, { minLength: 5, maxLength: 60 }), (fates) => {
        const rig = createRoomRig();
        const [one, other] = twoInARoom(rig);
        rig.run(2);
        one.say(1);
        rig.run(1);
        rig.takeSent();
        const sources: number[] = [];
        const send = (index: number): void => {
          one.say(1, {
            sequence: 2000 + index,
            timestamp: 50_000 + 160 * index,
            payload: Uint8Array.of(index),
          });
          sources.push(index);
        };
        let lostInARow = 0;
        fates.forEach((what, n) => {
          const index = 2 * n;
          lostInARow = what === 'lost' ? lostInARow + 1 : 0;
          if (what === 'swapped') send(index + 1);
          if (what !== 'lost' || lostInARow > 1) send(index);
          if (what === 'doubled') one.say(1, { sequence: 2000 + index, timestamp: 50_000 + 160 * index });
          if (what !== 'swapped') send(index + 1);
          rig.run(1);
        });
        const relayed = rig.sentTo(other);
        const [first] = relayed;
        assert.ok(first !== undefined);
        const base = first.payload[0] ?? 0;
        for (const packet of relayed) {
          const ahead = (packet.payload[0] ?? 0) - base;
          assert.equal((packet.sequence - first.sequence) & 0xffff, ahead & 0xffff);
          assert.equal((packet.timestamp - first.timestamp) | 0, 160 * ahead);
        }
        assert.equal(new Set(relayed.map(({ sequence }) => sequence)).size, relayed.length);
        assert.equal(relayed.length, sources.length);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a mixed room', () => {
  it('lets each of three hear the others and not itself', () => {
    const rig = createRoomRig();
    const callers = [rig.call(low), rig.call(middle, { codec: 'PCMA' }), rig.call(high)];
    for (const caller of callers) caller.join('room');
    rig.talk(50, callers);
    const heard = callers.map((caller) => tonesHeardBy(rig, caller));
    assert.deepEqual(heard, [
      [middle, high],
      [low, high],
      [low, middle],
    ]);
    for (const caller of callers) assertOneStream(rig.sentTo(caller));
    const { delayP99Ms, packetsRelayed } = rig.engine.statistics(callers[0]?.leg ?? -1);
    assert.equal(packetsRelayed, 0);
    assert.ok(delayP99Ms !== null && delayP99Ms <= 60, `${delayP99Ms} ms`);
  });

  it('gives each the sum of the others, cut off at the loudest sample there is', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 3, max: 6 }), (seed, members) => {
        const random = seededRandom(seed);
        const frame = (): Uint8Array => Uint8Array.from({ length: 160 }, () => Math.floor(random() * 256));
        const saidByEach = Array.from({ length: members }, () => Array.from({ length: 4 }, frame));
        const rig = createRoomRig();
        const callers = saidByEach.map((_, n) => rig.call(low, { codec: n % 2 === 0 ? 'PCMU' : 'PCMA' }));
        for (const caller of callers) caller.join('room');
        for (let tick = 0; tick < 4; tick += 1) {
          callers.forEach((caller, n) => {
            caller.say(1, { payload: saidByEach[n]?.[tick] ?? assert.fail() });
          });
          rig.run(1);
        }
        // The buffer holds one packet back, so the fourth tick mixes what came third.
        const samples = callers.map((caller, n) =>
          linearOf(caller.codec, saidByEach[n]?.[2] ?? assert.fail()),
        );
        callers.forEach((caller, own) => {
          const heard = rig.heardBy(caller).slice(-160);
          heard.forEach((sample, at) => {
            const others = samples.reduce((sum, one, n) => sum + (n === own ? 0 : (one[at] ?? 0)), 0);
            // What G.711 can say at all ends a little below the loudest sample.
            const expected = Math.max(-32_124, Math.min(32_124, others));
            const step = Math.max(16, (Math.abs(expected) + 132) / 15);
            assert.ok(Math.abs(sample - expected) <= step / 2 + 4, `${sample} in place of ${expected}`);
          });
        });
      }),
      { numRuns: 50 },
    );
  });

  it('has the muted unheard, the deaf hear nothing, supervisors listen and whisper to one', () => {
    const rig = createRoomRig();
    const [caller, agent, boss] = [rig.call(low), rig.call(middle), rig.call(high)];
    const all = [caller, agent, boss];
    caller.join('room');
    agent.join('room');
    const heardWhen = (mode: Parameters<ToneCaller['join']>[1]): number[][] => {
      boss.join('room', mode);
      rig.talk(30, all);
      return all.map((one) => tonesHeardBy(rig, one));
    };
    assert.deepEqual(heardWhen({ heardBy: false }), [[middle], [low], [low, middle]]);
    assert.deepEqual(heardWhen({ heardBy: [agent.name] }), [[middle], [low, high], [low, middle]]);
    assert.deepEqual(heardWhen({ hears: [agent.name], heardBy: false }), [[middle], [low], [middle]]);
    assert.deepEqual(heardWhen({ hears: false }), [[middle, high], [low, high], []]);
    assert.deepEqual(heardWhen({ hears: false, heardBy: false }), [[middle], [low], []]);
    assert.deepEqual(heardWhen({}), [
      [middle, high],
      [low, high],
      [low, middle],
    ]);
  });

  it('goes back to relay when only two are left, and ends with the last', () => {
    const rig = createRoomRig();
    const [one, other] = twoInARoom(rig);
    const third = rig.call(middle);
    third.join('room');
    rig.talk(20, [one, other, third]);
    const before = rig.engine.statistics(one.leg).packetsRelayed;
    rig.engine.close(third.leg, rig.now);
    rig.talk(20, [one, other]);
    assert.equal(rig.engine.statistics(one.leg).packetsRelayed, before + 20);
    assert.deepEqual(tonesHeardBy(rig, other), [low]);
    other.join('elsewhere');
    rig.talk(20, [one, other]);
    assert.deepEqual([tonesHeardBy(rig, one), tonesHeardBy(rig, other)], [[], []]);
    rig.engine.leave(one.leg);
    assert.equal(
      rig.engine.playRoom('room', [], false, () => undefined),
      false,
    );
  });

  it('costs nothing while nobody speaks, when silence need not be sent', () => {
    const rig = createRoomRig({ continuousSilence: false });
    const callers = twoInARoom(rig);
    rig.run(2);
    assert.ok(rig.engine.wakeAt() > rig.now);
    const third = rig.call(middle);
    third.join('room');
    rig.run(2);
    assert.ok(rig.engine.wakeAt() > rig.now);
    third.say();
    assert.equal(rig.engine.wakeAt(), 0);
    rig.run(5);
    assert.ok(rig.engine.wakeAt() > rig.now);
    assert.ok(rig.sentTo(callers[0]).length > 0);
  });
});
