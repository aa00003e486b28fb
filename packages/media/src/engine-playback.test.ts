import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { decodeG711, encodeG711, type G711Codec } from './g711.ts';
import { connectionTo, audioOf, createRig, openLeg, phone } from './testing/engine-rig.ts';
import { tone } from './tone.ts';

/** What a clip sounds like after the codec. */
function throughCodec(samples: Int16Array, codec: G711Codec): Int16Array {
  return decodeG711(codec, encodeG711(codec, samples));
}

function noise(length: number, seed: number): Int16Array {
  return Int16Array.from({ length }, (_, n) => ((n * 7919 + seed * 104_729) % 20_000) - 10_000);
}

function concat(...parts: Int16Array[]): Int16Array {
  return Int16Array.from(parts.flatMap((part) => [...part]));
}

const codecs = [
  ['PCMU', 0],
  ['PCMA', 8],
] as const;

describe('playing clips', () => {
  for (const [codec, payloadType] of codecs) {
    for (const ptimeMs of [10, 20, 30, 40, 60]) {
      it(`sends them in ${codec}, ${ptimeMs} ms a packet, without a gap between or inside them`, () => {
        const rig = createRig();
        const leg = openLeg(rig, { codec, payloadType, ptimeMs });
        const clips = [noise(1000, 1), noise(7, 2), noise(0, 3), noise(800, 4)];
        rig.engine.play(
          leg,
          'prompt',
          clips.map((samples, key) => ({ key, samples })),
        );
        rig.run(30);
        const heard = audioOf(rig.sent, codec);
        const expected = throughCodec(concat(...clips), codec);
        assert.deepEqual(heard.subarray(0, expected.length), expected);
        assert.ok(heard.subarray(expected.length).every((sample) => Math.abs(sample) <= 8));
        assert.ok(rig.sent.every((packet) => packet.payload.length === ptimeMs * 8));
        assert.ok(rig.sent.every((packet) => packet.payloadType === payloadType));
        assert.deepEqual(rig.events, [
          { leg, type: 'finished', play: 'prompt', reason: 'end', playedMs: 1807 / 8 },
        ]);
      });
    }
  }

  it('never leaves more than the packet time between two packets', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    rig.engine.play(leg, 'prompt', [{ samples: tone([440], 2000) }]);
    rig.run(200);
    const times = rig.sent.map(({ at }) => at);
    assert.ok(times.every((at, n) => n === 0 || at - (times[n - 1] ?? 0) === 20));
    assert.equal(times.length, 200);
  });

  it('reports the end with the last packet, so that the next prompt follows without a gap', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    rig.engine.play(leg, 'one', [{ samples: noise(320, 1) }]);
    rig.run(2);
    assert.equal(rig.events.length, 1);
    rig.engine.play(leg, 'two', [{ samples: noise(160, 2) }]);
    rig.run(1);
    const expected = throughCodec(concat(noise(320, 1), noise(160, 2)), 'PCMU');
    assert.deepEqual(audioOf(rig.sent, 'PCMU'), expected);
  });

  it('sends silence before, between and after prompts, as one stream with a single marker', () => {
    const rig = createRig();
    const leg = openLeg(rig, { codec: 'PCMA', payloadType: 8 });
    rig.run(5);
    rig.engine.play(leg, 'prompt', [{ samples: noise(320, 1) }]);
    rig.run(10);
    const quiet = [...rig.sent.slice(0, 5), ...rig.sent.slice(7)];
    assert.equal(quiet.length, 13);
    assert.ok(quiet.every(({ payload }) => payload.every((character) => character === 0xd5)));
    assert.equal(audioOf(rig.sent, 'PCMA').length, 15 * 160);
    assert.deepEqual(
      rig.sent.map(({ marker }) => marker),
      [true, ...Array.from({ length: 14 }, () => false)],
    );
    assert.ok(rig.sent.every(({ to, ssrc }) => to.port === phone.port && ssrc === rig.sent[0]?.ssrc));
  });

  it('waits for the leg to be connected, so that no beginning is lost', () => {
    const rig = createRig();
    const leg = rig.engine.open();
    assert.ok(leg !== undefined);
    rig.engine.play(leg, 'prompt', [{ samples: noise(160, 1) }]);
    rig.run(50);
    assert.deepEqual(rig.sent, []);
    rig.engine.connect(leg, connectionTo(phone), rig.now);
    rig.run(1);
    assert.deepEqual(audioOf(rig.sent, 'PCMU'), throughCodec(noise(160, 1), 'PCMU'));
  });

  it('begins again after the last clip, until it is stopped, when it is to be repeated', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    const clips = [noise(300, 1), noise(200, 2)].map((samples) => ({ samples }));
    rig.engine.play(leg, 'music', clips, true);
    rig.run(50);
    rig.engine.stop(leg);
    const once = throughCodec(concat(noise(300, 1), noise(200, 2)), 'PCMU');
    const heard = audioOf(rig.sent, 'PCMU');
    assert.deepEqual(heard, concat(...Array.from({ length: 16 }, () => once)));
    rig.engine.play(leg, 'nothing', [], true);
    rig.run(1);
    assert.deepEqual(
      rig.events.map((event) => event.type === 'finished' && [event.play, event.reason, event.playedMs]),
      [
        ['music', 'stopped', 1000],
        ['nothing', 'end', 0],
      ],
    );
  });

  it('plays nothing at all to its end', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    rig.engine.play(leg, 'nothing', []);
    rig.run(1);
    assert.deepEqual(rig.events, [{ leg, type: 'finished', play: 'nothing', reason: 'end', playedMs: 0 }]);
  });

  it('says how far it came when it is stopped, replaced or cut off by the end of the leg', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    const long = [{ samples: noise(8000, 1) }];
    rig.engine.play(leg, 'one', long);
    rig.run(3);
    rig.engine.stop(leg);
    rig.engine.stop(leg);
    rig.engine.play(leg, 'two', long);
    rig.run(2);
    rig.engine.play(leg, 'three', long);
    rig.run(1);
    rig.engine.close(leg, rig.now);
    assert.deepEqual(
      rig.events.map((event) => event.type === 'finished' && [event.play, event.reason, event.playedMs]),
      [
        ['one', 'stopped', 60],
        ['two', 'stopped', 40],
        ['three', 'stopped', 20],
      ],
    );
  });

  it('goes on in the new codec and packet time after a re-INVITE, missing nothing', () => {
    const rig = createRig();
    const leg = openLeg(rig, { ptimeMs: 30 });
    rig.engine.play(leg, 'prompt', [{ key: 1, samples: noise(1600, 1) }]);
    rig.run(4);
    rig.engine.connect(leg, connectionTo(phone, { codec: 'PCMA', payloadType: 8 }), rig.now);
    rig.run(6);
    const [before, after] = [rig.sent.slice(0, 3), rig.sent.slice(3)];
    assert.ok(before.every(({ payloadType }) => payloadType === 0));
    assert.ok(after.every(({ payloadType }) => payloadType === 8));
    const heard = concat(audioOf(before, 'PCMU'), audioOf(after, 'PCMA'));
    const cut = before.reduce((total, { payload }) => total + payload.length, 0);
    const source = noise(1600, 1);
    const expected = concat(
      throughCodec(source.subarray(0, cut), 'PCMU'),
      throughCodec(source.subarray(cut), 'PCMA'),
    );
    assert.deepEqual(heard, expected);
    audioOf(rig.sent, 'PCMU');
  });

  it('takes an odd packet time to the nearest it can send', () => {
    for (const [asked, sent] of [
      [1, 10],
      [24, 20],
      [26, 30],
      [200, 60],
    ] as const) {
      const rig = createRig();
      openLeg(rig, { ptimeMs: asked });
      rig.run(12);
      assert.ok(rig.sent.every(({ payload }) => payload.length === sent * 8));
    }
  });

  it('loses nothing of a prompt when ticks are left out: a pause, then a marker', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    rig.engine.play(leg, 'prompt', [{ samples: noise(640, 1) }]);
    rig.run(2);
    rig.engine.tick(rig.now + 220, 10);
    rig.run(1);
    const [first, second, third, fourth] = rig.sent;
    assert.ok(first && second && third && fourth);
    assert.equal(third.timestamp, (second.timestamp + 11 * 160) >>> 0);
    assert.equal(third.sequence, (second.sequence + 1) & 0xffff);
    assert.deepEqual([second.marker, third.marker, fourth.marker], [false, true, false]);
    const heard = concat(audioOf([first, second], 'PCMU'), audioOf([third, fourth], 'PCMU'));
    assert.deepEqual(heard, throughCodec(noise(640, 1), 'PCMU'));
  });

  it('is heard whole, whatever the clips, the codec and the packet time', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 8 });
    const ptimes = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(lengths, ptimes, fc.constantFrom(...codecs), (sizes, tens, [codec, payloadType]) => {
        const rig = createRig();
        const leg = openLeg(rig, { codec, payloadType, ptimeMs: tens * 10 });
        const clips = sizes.map((size, seed) => noise(size, seed));
        rig.engine.play(
          leg,
          'p',
          clips.map((samples) => ({ samples })),
        );
        rig.run(40);
        const expected = throughCodec(concat(...clips), codec);
        assert.deepEqual(audioOf(rig.sent, codec).subarray(0, expected.length), expected);
        assert.equal(rig.events.length, 1);
      }),
      { numRuns: 60 },
    );
  });
});

describe('hold', () => {
  it('stops sending while the direction forbids it; time runs on and the stream resumes with a marker', () => {
    for (const direction of ['inactive', 'recvonly'] as const) {
      const rig = createRig();
      const leg = openLeg(rig);
      rig.run(3);
      rig.engine.connect(leg, connectionTo(phone, { direction }), rig.now);
      rig.run(10);
      assert.equal(rig.sent.length, 3);
      rig.engine.connect(leg, connectionTo(phone), rig.now);
      rig.run(2);
      const [last, resumed, next] = rig.sent.slice(2);
      assert.ok(last && resumed && next);
      assert.equal(resumed.timestamp, (last.timestamp + 11 * 160) >>> 0);
      assert.equal(resumed.sequence, (last.sequence + 1) & 0xffff);
      assert.deepEqual([resumed.marker, next.marker], [true, false]);
    }
  });

  it('is also an address of zeros or port 0', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    rig.run(1);
    for (const remote of [
      { address: '0.0.0.0', port: 4000 },
      { address: phone.address, port: 0 },
      { address: '::', port: 4000 },
    ]) {
      rig.engine.connect(leg, connectionTo(remote), rig.now);
      rig.run(5);
      assert.equal(rig.sent.length, 1);
    }
    rig.engine.connect(leg, connectionTo(phone), rig.now);
    rig.run(1);
    assert.equal(rig.sent.length, 2);
  });

  it('does not hold up a prompt: it ends in its time, heard or not', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    rig.engine.play(leg, 'prompt', [{ samples: noise(1600, 1) }]);
    rig.run(2);
    rig.engine.connect(leg, connectionTo(phone, { direction: 'inactive' }), rig.now);
    rig.run(8);
    assert.deepEqual(rig.events, [{ leg, type: 'finished', play: 'prompt', reason: 'end', playedMs: 200 }]);
  });
});
