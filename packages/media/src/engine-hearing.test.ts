import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeG711, encodeG711 } from './g711.ts';
import { printRtcp } from './rtcp-packet.ts';
import type { SocketAddress } from './source-latch.ts';
import {
  audioOf,
  connectionTo,
  createRig,
  openLeg,
  phone,
  rtp,
  type EngineRig,
} from './testing/engine-rig.ts';

const stranger: SocketAddress = { address: '203.0.113.66', port: 4000 };
const voice = Int16Array.from({ length: 4000 }, (_, n) => Math.round(9000 * Math.sin(n / 3)) + 100);

/** A phone that sends `voice`, one packet before each tick. */
function speak(rig: EngineRig, leg: number, codec: 'PCMU' | 'PCMA', ticks: number, from = phone): void {
  const payload = encodeG711(codec, voice);
  for (let n = 0; n < ticks; n += 1) {
    const packet = rtp({
      payloadType: codec === 'PCMU' ? 0 : 8,
      sequence: n,
      timestamp: n * 160,
      payload: payload.subarray(n * 160, (n + 1) * 160),
    });
    rig.engine.receive(leg, packet, from, rig.now);
    rig.run(1);
  }
}

function heardBy(rig: EngineRig): Int16Array {
  return Int16Array.from(rig.events.flatMap((event) => (event.type === 'heard' ? [...event.samples] : [])));
}

/** Drops the silence at both ends. */
function trim(samples: Int16Array): Int16Array {
  const loud = (sample: number): boolean => Math.abs(sample) > 50;
  return samples.subarray(samples.findIndex(loud), samples.findLastIndex(loud) + 1);
}

describe('recording', () => {
  it('hands on what is heard, in both laws, whichever was agreed on', () => {
    for (const codec of ['PCMU', 'PCMA'] as const) {
      const rig = createRig();
      const leg = openLeg(rig);
      rig.engine.record(leg, 60_000);
      speak(rig, leg, codec, 25);
      rig.run(10);
      rig.engine.stopRecording(leg);
      const spoken = decodeG711(codec, encodeG711(codec, voice));
      assert.deepEqual(trim(heardBy(rig)), trim(spoken));
      assert.deepEqual(rig.events.at(-1), { leg, type: 'recorded', recordedMs: 700 });
      const chunks = rig.events.filter((event) => event.type === 'heard');
      assert.deepEqual(
        chunks.map(({ samples }) => samples.length),
        [1600, 1600, 1600, 800],
      );
    }
  });

  it('ends by itself at its limit, at the end of the leg, and when another begins', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    rig.engine.record(leg, 50);
    rig.run(5);
    rig.engine.record(leg, 1000);
    rig.run(2);
    rig.engine.record(leg, 1000);
    rig.run(1);
    rig.engine.close(leg, rig.now);
    assert.deepEqual(
      rig.events.map((event) => (event.type === 'recorded' ? event.recordedMs : event.type)),
      ['heard', 50, 'heard', 40, 'heard', 20],
    );
  });

  it('goes on beside whatever the leg says', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    rig.engine.record(leg, 60_000);
    rig.engine.play(leg, 'prompt', [{ samples: voice }]);
    speak(rig, leg, 'PCMU', 25);
    rig.run(10);
    rig.engine.stopRecording(leg);
    assert.deepEqual(trim(heardBy(rig)), trim(decodeG711('PCMU', encodeG711('PCMU', voice))));
    assert.deepEqual(trim(audioOf(rig.sent, 'PCMU')), trim(decodeG711('PCMU', encodeG711('PCMU', voice))));
  });
});

describe('echo', () => {
  it('sends back what it hears, 40 ms later and unchanged, for as long as asked', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    rig.engine.echo(leg, 'echo', 440);
    speak(rig, leg, 'PCMU', 25);
    const echoed = audioOf(rig.sent, 'PCMU');
    assert.deepEqual(
      echoed.subarray(320, 440 * 8),
      decodeG711('PCMU', encodeG711('PCMU', voice)).subarray(0, 440 * 8 - 320),
    );
    assert.ok(echoed.subarray(440 * 8).every((sample) => sample === 0));
    assert.deepEqual(rig.events, [{ leg, type: 'finished', play: 'echo', reason: 'end', playedMs: 440 }]);
  });

  it('sends each digit back once after it ended, and reports it', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    rig.engine.echo(leg, 'echo', 10_000);
    for (const [sequence, code] of [
      [1, 5],
      [2, 9],
    ] as const) {
      const payload = Uint8Array.of(code, 0x8a, 0x03, 0x20);
      for (let copy = 0; copy < 3; copy += 1) {
        const packet = { payloadType: 101, timestamp: sequence * 2000, payload };
        rig.engine.receive(leg, rtp({ ...packet, sequence: sequence * 3 + copy }), phone, rig.now);
      }
    }
    rig.run(30);
    const events = rig.sent.filter(({ payloadType }) => payloadType === 101);
    const begun = events.filter(({ marker }) => marker);
    assert.deepEqual(
      begun.map(({ payload }) => payload[0]),
      [5, 9],
    );
    const ends = events.filter(({ payload }) => ((payload[1] ?? 0) & 0x80) !== 0);
    assert.ok(ends.every(({ payload }) => payload[2] === 0x03 && payload[3] === 0x20));
    assert.deepEqual(
      rig.events.map((event) => (event.type === 'digit' ? event.digit : event.type)),
      ['5', '9'],
    );
  });

  it('is silent when nothing is heard', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    rig.engine.echo(leg, 'echo', 200);
    rig.run(10);
    assert.ok(audioOf(rig.sent, 'PCMU').every((sample) => sample === 0));
  });
});

describe('whom a leg hears', () => {
  it('is not a stranger: his packets are counted, not heard, and nothing is sent to him', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    rig.engine.record(leg, 60_000);
    const digit = rtp({ payloadType: 101, payload: Uint8Array.of(1, 0x8a, 0, 160) });
    for (let n = 0; n < 10; n += 1) {
      rig.engine.receive(leg, rtp({ sequence: n, payload: new Uint8Array(160) }), stranger, rig.now);
      rig.engine.receive(leg, digit, stranger, rig.now);
      rig.run(1);
    }
    rig.engine.receiveRtcp(leg, printRtcp([{ kind: 'bye', ssrcs: [1] }]), stranger, rig.now);
    rig.engine.stopRecording(leg);
    assert.ok(heardBy(rig).every((sample) => sample === 0));
    assert.equal(rig.events.filter(({ type }) => type === 'digit').length, 0);
    assert.ok(rig.sent.every(({ to }) => to.address === phone.address));
    const statistics = rig.engine.statistics(leg);
    assert.equal(statistics.packetsInjected, 21);
    assert.equal(statistics.packetsReceived, 0);
  });

  it('is a phone behind a NAT, and what it is sent goes to where it sends from', () => {
    const rig = createRig();
    const inside = { address: '10.0.0.5', port: 4000 };
    const outside = { address: '198.51.100.7', port: 31_000 };
    const leg = openLeg(rig, { alsoFrom: [outside.address] }, inside);
    rig.run(1);
    speak(rig, leg, 'PCMU', 4, outside);
    assert.deepEqual(
      rig.sent.map(({ to }) => to.port),
      [4000, 4000, 31_000, 31_000, 31_000],
    );
    assert.equal(rig.engine.statistics(leg).packetsReceived, 3);
    assert.equal(rig.engine.statistics(leg).packetsInjected, 0);
  });

  it('is another source only after another remote was negotiated', () => {
    const rig = createRig();
    const leg = openLeg(rig);
    speak(rig, leg, 'PCMU', 3);
    const moved = { address: '192.0.2.99', port: 7000 };
    speak(rig, leg, 'PCMU', 3, moved);
    assert.equal(rig.engine.statistics(leg).packetsInjected, 3);
    rig.engine.connect(leg, connectionTo(moved), rig.now);
    speak(rig, leg, 'PCMU', 3, moved);
    assert.equal(rig.engine.statistics(leg).packetsInjected, 3);
    assert.deepEqual(rig.sent.at(-1)?.to, moved);
  });

  it('is nobody before the leg is connected or while the direction forbids it', () => {
    const rig = createRig();
    const leg = rig.engine.open() ?? -1;
    rig.engine.receive(leg, rtp({}), phone, rig.now);
    rig.engine.connect(leg, connectionTo(phone, { direction: 'sendonly' }), rig.now);
    rig.engine.record(leg, 1000);
    speak(rig, leg, 'PCMU', 10);
    const digit = rtp({ sequence: 10, payloadType: 101, payload: Uint8Array.of(1, 0x8a, 0, 160) });
    rig.engine.receive(leg, digit, phone, rig.now);
    rig.engine.stopRecording(leg);
    assert.ok(heardBy(rig).every((sample) => sample === 0));
    assert.equal(rig.events.filter(({ type }) => type === 'digit').length, 0);
    assert.equal(rig.engine.statistics(leg).packetsUnexpected, 12);
  });
});

describe('a leg that hears nothing', () => {
  it('says so once, and again after the peer was heard in between', () => {
    const rig = createRig({ rtpTimeoutMs: 1000 });
    const leg = openLeg(rig);
    rig.run(200);
    assert.deepEqual(rig.events, [{ leg, type: 'silent', forMs: 1000 }]);
    rig.engine.receive(leg, rtp({}), phone, rig.now);
    rig.run(49);
    assert.equal(rig.events.length, 1);
    rig.run(50);
    assert.equal(rig.events.length, 2);
  });

  it('takes RTCP for a sign of life, but nothing from strangers', () => {
    const rig = createRig({ rtpTimeoutMs: 1000 });
    const leg = openLeg(rig);
    const report = printRtcp([{ kind: 'rr', ssrc: 4711, reports: [] }]);
    for (let n = 0; n < 5; n += 1) {
      rig.run(40);
      rig.engine.receiveRtcp(leg, report, { ...phone, port: 4001 }, rig.now);
    }
    assert.deepEqual(rig.events, []);
    for (let n = 0; n < 5; n += 1) {
      rig.run(40);
      rig.engine.receiveRtcp(leg, report, stranger, rig.now);
      rig.engine.receive(leg, rtp({}), stranger, rig.now);
    }
    assert.equal(rig.events.length, 1);
  });

  it('does not mind while the peer need not send, and waits the whole time after hold', () => {
    const rig = createRig({ rtpTimeoutMs: 1000 });
    const leg = openLeg(rig, { direction: 'inactive' });
    rig.run(100);
    rig.engine.connect(leg, connectionTo(phone, { direction: 'sendonly' }), rig.now);
    rig.run(100);
    rig.engine.connect(leg, connectionTo(phone), rig.now);
    rig.run(49);
    assert.deepEqual(rig.events, []);
    rig.run(1);
    assert.deepEqual(rig.events, [{ leg, type: 'silent', forMs: 1000 }]);
  });

  it('never says so when no time is set', () => {
    const rig = createRig();
    openLeg(rig);
    rig.run(1000);
    assert.deepEqual(rig.events, []);
  });
});
