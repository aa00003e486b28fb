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
  tonesHeardBy,
  twoInARoom,
  type ToneCaller,
} from './testing/room-rig.ts';

describe('keys in a relayed room', () => {
  const press = (caller: ToneCaller, duration: number, end: boolean, timestamp = 9000): void => {
    const payload = Uint8Array.of(7, end ? 0x8a : 0x0a, duration >> 8, duration & 0xff);
    caller.say(5, { payloadType: 101, timestamp, payload, marker: duration === 160 });
  };

  it('are passed on under the other leg payload type, and reported', () => {
    const rig = createRoomRig();
    const one = rig.call(low);
    const other = rig.call(high, { telephoneEventPayloadType: 96 });
    for (const caller of [one, other]) caller.join('room');
    one.say(5, { timestamp: 8840 });
    rig.run(1);
    for (let n = 1; n <= 5; n += 1) {
      press(one, 160 * n, n === 5);
      rig.run(1);
    }
    const events = rig.sentTo(other).filter(({ payloadType }) => payloadType === 96);
    assert.deepEqual(
      events.map(({ payload, marker }) => [payload[0], payload[3], marker]),
      [1, 2, 3, 4, 5].map((n) => [7, (160 * n) & 0xff, n === 1]),
    );
    assert.equal(new Set(events.map(({ timestamp }) => timestamp)).size, 1);
    assertOneStream(rig.sentTo(other), 96);
    assert.deepEqual(rig.events, [{ leg: one.leg, type: 'digit', digit: '7', durationMs: 100 }]);
  });

  it('are kept back without looking like loss when the leg passes none', () => {
    const rig = createRoomRig();
    const [one, other] = [rig.call(low), rig.call(high)];
    one.join('room', { passDigits: false });
    other.join('room');
    rig.talk(3, [one]);
    for (let n = 1; n <= 5; n += 1) {
      press(one, 160 * n, n === 5);
      rig.run(1);
    }
    rig.talk(5, [one]);
    assert.ok(rig.sentTo(other).every(({ payloadType }) => payloadType === 0));
    assertOneStream(rig.sentTo(other));
    assert.deepEqual(rig.events, [{ leg: one.leg, type: 'digit', digit: '7', durationMs: 100 }]);
  });

  it('are passed on by the mix too, once they have ended', () => {
    const rig = createRoomRig();
    const [one, other] = twoInARoom(rig);
    const third = rig.call(middle);
    third.join('room', { passDigits: false });
    rig.talk(5, [one, other, third]);
    press(one, 800, true);
    press(third, 800, true);
    rig.talk(20, [one, other, third]);
    const codes = (caller: ToneCaller): Array<number | undefined> =>
      rig.sentTo(caller).flatMap(({ payloadType, payload }) => (payloadType === 101 ? [payload[0]] : []));
    assert.ok(codes(other).length >= 5 && codes(other).every((code) => code === 7));
    assert.deepEqual([codes(one), codes(third).length], [[], codes(other).length]);
  });
});

describe('playing to who is in a room', () => {
  const prompt = {
    samples: Int16Array.from({ length: 8000 }, (_, n) =>
      Math.round(AMPLITUDE * Math.sin((2 * Math.PI * middle * n) / 8000)),
    ),
  };

  it('is heard by one in place of the room, while the room goes on hearing that one', () => {
    const rig = createRoomRig();
    const [one, other] = twoInARoom(rig);
    rig.talk(10, [one, other]);
    rig.engine.play(one.leg, 'prompt', [prompt]);
    rig.talk(40, [one, other]);
    assert.deepEqual([tonesHeardBy(rig, one), tonesHeardBy(rig, other)], [[middle], [low]]);
    rig.talk(30, [one, other]);
    assert.deepEqual(tonesHeardBy(rig, one), [high]);
    assertOneStream(rig.sentTo(one));
  });

  it('or by all of them over what they say, until it ends or is stopped', () => {
    const rig = createRoomRig();
    const [one, other] = twoInARoom(rig);
    const finished: string[] = [];
    const note = (reason: string, playedMs: number): void => void finished.push(`${reason} ${playedMs}`);
    assert.ok(rig.engine.playRoom('room', [prompt], false, note));
    rig.talk(40, [one, other]);
    assert.deepEqual(
      [tonesHeardBy(rig, one), tonesHeardBy(rig, other)],
      [
        [middle, high],
        [low, middle],
      ],
    );
    rig.talk(30, [one, other]);
    assert.deepEqual([tonesHeardBy(rig, one), tonesHeardBy(rig, other)], [[high], [low]]);
    rig.engine.playRoom('room', [prompt], true, note);
    rig.talk(100, [one, other]);
    rig.engine.stopRoom('room');
    assert.deepEqual(finished, ['end 1000', 'stopped 2000']);
  });

  it('keys are sent in place of the room, which is heard in the pauses between them', () => {
    for (const telephoneEventPayloadType of [101, undefined]) {
      const rig = createRoomRig();
      const one = rig.call(low, { telephoneEventPayloadType });
      const other = rig.call(high);
      for (const caller of [one, other]) caller.join('room');
      rig.talk(10, [one, other]);
      rig.takeSent();
      rig.engine.digits(one.leg, 'keys', { digits: '1*', durationMs: 200, gapMs: 600 });
      rig.talk(10, [one, other]);
      const pressed = rig.heardBy(one);
      assert.ok(amplitudeAt(pressed.slice(320), high) < AMPLITUDE / 10);
      if (telephoneEventPayloadType === undefined)
        assert.ok(amplitudeAt(pressed.slice(320, 1500), 697) > 5000);
      rig.talk(28, [one, other]);
      assert.ok(amplitudeAt(rig.heardBy(one).slice(-1600), high) > AMPLITUDE / 2);
      rig.talk(22, [one, other]);
      assert.deepEqual(rig.events, [
        { leg: one.leg, type: 'finished', play: 'keys', reason: 'end', playedMs: 1000 },
      ]);
      assertOneStream(rig.sentTo(one));
      assert.deepEqual(tonesHeardBy(rig, other), [low]);
    }
  });
});
