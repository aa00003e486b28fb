import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { createClip } from './clip.ts';
import { decodeG711, encodeG711 } from './g711.ts';
import { createMediaService, type MediaService } from './media-service.ts';
import type { Connection, MediaEvent } from './protocol.ts';
import { parseRtp, type RtpPacket } from './rtp-packet.ts';
import { rtp } from './testing/engine-rig.ts';
import { createEventLog, type EventLog } from './testing/event-log.ts';
import { tone } from './tone.ts';

const LOOPBACK = '127.0.0.1';

/** Long enough for any of these on a busy machine; reached only when something is broken. */
const limit = { timeout: 20_000 };

async function withMedia(
  min: number,
  use: (service: MediaService, log: EventLog) => Promise<void>,
): Promise<void> {
  const log = createEventLog();
  const errors: Error[] = [];
  const service = createMediaService({
    ports: { min, max: min + 99 },
    address: LOOPBACK,
    rtpTimeoutMs: 0,
    loadIntervalMs: 100,
    onEvent: log.note,
    onError: (error) => errors.push(error),
  });
  try {
    await use(service, log);
  } finally {
    await service.shutdown();
  }
  assert.deepEqual(errors, []);
}

async function openLeg(service: MediaService, log: EventLog, leg: string): Promise<number> {
  service.open(leg);
  const find = (): MediaEvent | undefined => log.events.find((event) => 'leg' in event && event.leg === leg);
  await log.until(() => find() !== undefined);
  const opened = find();
  assert.ok(opened?.type === 'opened', JSON.stringify(opened));
  return opened.port;
}

function toPort(port: number): Connection {
  return {
    remote: { address: LOOPBACK, port },
    codec: 'PCMU',
    payloadType: 0,
    telephoneEventPayloadType: 101,
    direction: 'sendrecv',
    ptimeMs: 20,
  };
}

function has(log: EventLog, wanted: Partial<Record<string, unknown>>): boolean {
  return log.events.some((event) =>
    Object.entries(wanted).every(([key, value]) => key in event && Reflect.get(event, key) === value),
  );
}

function heardBy(log: EventLog, leg: string): number[] {
  return log.events.flatMap((event) =>
    event.type === 'heard' && event.leg === leg ? [...event.samples] : [],
  );
}

/** A phone of a few lines: a socket and what came in. */
async function createPeer(): Promise<{ socket: Socket; port: number; packets: RtpPacket[] }> {
  const socket = createSocket('udp4');
  const packets: RtpPacket[] = [];
  socket.on('message', (bytes) => {
    const parsed = parseRtp(bytes);
    if (parsed.ok) packets.push(parsed.value);
  });
  socket.bind(0, LOOPBACK);
  await once(socket, 'listening');
  return { socket, port: socket.address().port, packets };
}

describe('the media worker with real sockets', () => {
  it('carries voice and keys between two legs, and counts them', limit, () =>
    withMedia(31_000, async (service, log) => {
      const [a, b] = [await openLeg(service, log, 'a'), await openLeg(service, log, 'b')];
      assert.notEqual(a, b);
      assert.ok(a % 2 === 0 && b % 2 === 0);
      service.connect('a', toPort(b));
      service.connect('b', toPort(a));
      service.record('b', 60_000);
      const voice = tone([700], 400);
      service.play('a', 'prompt', [createClip(voice)]);
      await log.until(() => has(log, { type: 'finished', play: 'prompt', reason: 'end', playedMs: 400 }));
      service.digits('a', 'pin', { digits: '40#', durationMs: 80, gapMs: 60 });
      await log.until(() => has(log, { type: 'digit', leg: 'b', digit: '#' }));
      service.stopRecord('b');
      await log.until(() => has(log, { type: 'recorded', leg: 'b' }));
      const digits = log.events.flatMap((event) => (event.type === 'digit' ? [event.digit] : []));
      assert.deepEqual(digits, ['4', '0', '#']);
      const heard = heardBy(log, 'b');
      assert.ok(heard.filter((sample) => Math.abs(sample) > 1000).length > 2000);
      service.close('a');
      service.close('b');
      await log.until(() => has(log, { type: 'closed', leg: 'b' }));
      const closed = log.events.findLast((event) => event.type === 'closed');
      assert.ok(closed?.type === 'closed' && closed.reason === 'requested');
      assert.ok(closed.statistics.packetsReceived > 30);
      assert.equal(closed.statistics.packetsLost, 0);
      assert.equal(closed.statistics.packetsInjected, 0);
    }),
  );

  it('sends a plain UDP phone each packet of a clip once, intact and at the pace of speech', limit, () =>
    withMedia(31_200, async (service, log) => {
      const peer = await createPeer();
      try {
        await openLeg(service, log, 'a');
        const samples = Int16Array.from({ length: 50 * 160 }, (_, n) => ((n * 7919) % 20_000) - 10_000);
        service.play('a', 'prompt', [createClip(samples)]);
        const begun = performance.now();
        service.connect('a', toPort(peer.port));
        await log.until(() => has(log, { type: 'finished', play: 'prompt' }));
        const elapsed = performance.now() - begun;
        assert.ok(elapsed > 850, `a second was played in ${elapsed} ms`);
        service.close('a');
        await log.until(() => has(log, { type: 'closed', leg: 'a' }));
        const played = peer.packets.slice(0, 50);
        assert.equal(played.length, 50);
        const heard = played.flatMap(({ payload }) => [...payload]);
        assert.deepEqual(Uint8Array.from(heard), encodeG711('PCMU', samples));
        played.forEach(({ sequence, timestamp, marker }, n) => {
          assert.equal(sequence, ((played[0]?.sequence ?? 0) + n) & 0xffff);
          assert.equal(timestamp, ((played[0]?.timestamp ?? 0) + n * 160) >>> 0);
          assert.equal(marker, n === 0);
        });
      } finally {
        peer.socket.close();
      }
    }),
  );

  it('hears its phone and nobody else', limit, () =>
    withMedia(31_400, async (service, log) => {
      const [peer, stranger] = [await createPeer(), await createPeer()];
      try {
        const port = await openLeg(service, log, 'a');
        service.connect('a', toPort(peer.port));
        service.record('a', 60_000);
        const payload = encodeG711('PCMU', new Int16Array(160).fill(5000));
        peer.socket.send(rtp({ sequence: 1, payload }), port, LOOPBACK);
        await log.until(() => heardBy(log, 'a').some((sample) => sample > 1000));
        const noise = encodeG711('PCMU', new Int16Array(160).fill(-5000));
        for (let n = 2; n < 8; n += 1) {
          const packet = rtp({ sequence: n, timestamp: n * 160, payload: noise });
          stranger.socket.send(packet, port, LOOPBACK);
        }
        const digit = rtp({ sequence: 2, payloadType: 101, payload: Uint8Array.of(5, 0x8a, 0, 160) });
        stranger.socket.send(digit, port, LOOPBACK);
        const statistics = async (): Promise<number> => {
          const before = log.events.length;
          service.stats('a');
          const answer = (): MediaEvent | undefined =>
            log.events.slice(before).find(({ type }) => type === 'statistics');
          await log.until(() => answer() !== undefined);
          const event = answer();
          return event?.type === 'statistics' ? event.statistics.packetsInjected : -1;
        };
        while ((await statistics()) < 7);
        peer.socket.send(
          rtp({ sequence: 2, timestamp: 160, payloadType: 101, payload: Uint8Array.of(9, 0x8a, 0, 160) }),
          port,
          LOOPBACK,
        );
        await log.until(() => log.events.some(({ type }) => type === 'digit'));
        assert.deepEqual(
          log.events.flatMap((event) => (event.type === 'digit' ? [event.digit] : [])),
          ['9'],
        );
        assert.ok(heardBy(log, 'a').every((sample) => sample >= 0));
        assert.equal(
          decodeG711('PCMU', noise).every((sample) => sample < 0),
          true,
        );
        assert.deepEqual(stranger.packets, []);
      } finally {
        peer.socket.close();
        stranger.socket.close();
      }
    }),
  );

  it('passes over a port that somebody else has', limit, async () => {
    const occupied = createSocket('udp4');
    occupied.bind(31_601, LOOPBACK);
    await once(occupied, 'listening');
    try {
      await withMedia(31_600, async (service, log) => {
        assert.equal(await openLeg(service, log, 'a'), 31_602);
        const opening = openLeg(service, log, 'b');
        service.close('a');
        assert.equal(await opening, 31_604);
      });
    } finally {
      occupied.close();
    }
  });

  it('closes every leg when it shuts down, before the promise resolves', limit, async () => {
    const log = createEventLog();
    const service = createMediaService({
      ports: { min: 31_800, max: 31_899 },
      address: LOOPBACK,
      rtpTimeoutMs: 0,
      onEvent: log.note,
      onError: assert.fail,
    });
    await openLeg(service, log, 'a');
    service.connect('a', toPort(31_898));
    service.play('a', 'p', [createClip(new Int16Array(80_000))]);
    service.open('b');
    await service.shutdown();
    const typesOf = (leg: string): string[] =>
      log.events.flatMap((event) => ('leg' in event && event.leg === leg ? [event.type] : []));
    assert.deepEqual(typesOf('a'), ['opened', 'finished', 'closed']);
    assert.equal(typesOf('b').at(-1), 'closed');
    assert.equal(has(log, { type: 'closed', leg: 'a', reason: 'requested' }), true);
  });

  it('reports its load while legs are open', limit, () =>
    withMedia(31_900, async (service, log) => {
      await openLeg(service, log, 'a');
      service.connect('a', toPort(31_998));
      service.stop('nobody');
      await log.until(() => has(log, { type: 'load', commandsIgnored: 1 }));
      const load = log.events.findLast((event) => event.type === 'load');
      assert.ok(load?.type === 'load');
      assert.equal(load.legs, 1);
      assert.equal(load.commandsIgnored, 1);
      assert.equal(load.legsFailed, 0);
      assert.ok(load.tickLatenessMs.max >= load.tickLatenessMs.mean && load.tickLatenessMs.mean >= 0);
    }),
  );
});
