import assert from 'node:assert/strict';
import { createMediaEngine, type MediaEngine, type MediaEngineOptions } from '../engine.ts';
import { decodeG711, type G711Codec } from '../g711.ts';
import type { Connection, LegEvent } from '../protocol.ts';
import { parseRtcp, type RtcpPacket } from '../rtcp-packet.ts';
import { parseRtp, printRtp, type RtpPacket } from '../rtp-packet.ts';
import type { SocketAddress } from '../source-latch.ts';
import { seededRandom } from './seeded-random.ts';

export interface SentPacket extends RtpPacket {
  readonly leg: number;
  readonly to: SocketAddress;
  /** Time of the tick in which it was sent. */
  readonly at: number;
}

export interface SentControl {
  readonly leg: number;
  readonly to: SocketAddress;
  readonly packets: RtcpPacket[];
}

/** An engine whose time the test turns, and all that comes out of it. */
export interface EngineRig {
  readonly engine: MediaEngine;
  readonly sent: SentPacket[];
  readonly control: SentControl[];
  readonly events: Array<LegEvent & { leg: number }>;
  readonly faults: unknown[];
  readonly now: number;
  /** Runs ticks, 20 ms each. */
  run(ticks: number): void;
  /** Takes the packets sent since the last call. */
  takeSent(): SentPacket[];
}

export function createRig(options: Partial<MediaEngineOptions> = {}): EngineRig {
  const sent: SentPacket[] = [];
  const control: SentControl[] = [];
  const events: Array<LegEvent & { leg: number }> = [];
  const faults: unknown[] = [];
  let now = 1000;
  const engine = createMediaEngine({
    random: seededRandom(1),
    sink: {
      sendRtp: (leg, bytes, length, address, port) => {
        const parsed = parseRtp(bytes.slice(0, length));
        assert.ok(parsed.ok);
        sent.push({ ...parsed.value, leg, to: { address, port }, at: now });
      },
      sendRtcp: (leg, bytes, length, address, port) => {
        const parsed = parseRtcp(bytes.slice(0, length));
        assert.ok(parsed.ok);
        control.push({ leg, to: { address, port }, packets: parsed.value });
      },
      event: (leg, event) => {
        events.push({ ...event, leg });
      },
      fault: (_leg, error) => {
        faults.push(error);
      },
    },
    ...options,
  });
  return {
    engine,
    sent,
    control,
    events,
    faults,
    get now() {
      return now;
    },
    run: (ticks) => {
      for (let n = 0; n < ticks; n += 1) {
        now += 20;
        engine.tick(now);
      }
    },
    takeSent: () => sent.splice(0),
  };
}

export const phone: SocketAddress = { address: '192.0.2.10', port: 4000 };

export function connectionTo(remote: SocketAddress, changes: Partial<Connection> = {}): Connection {
  return {
    remote,
    codec: 'PCMU',
    payloadType: 0,
    telephoneEventPayloadType: 101,
    direction: 'sendrecv',
    ptimeMs: 20,
    ...changes,
  };
}

/** Opens a leg and connects it. */
export function openLeg(
  rig: EngineRig,
  changes: Partial<Connection> = {},
  remote: SocketAddress = phone,
): number {
  const leg = rig.engine.open();
  assert.ok(leg !== undefined);
  rig.engine.connect(leg, connectionTo(remote, changes), rig.now);
  return leg;
}

/** Samples of consecutive packets; fails on a gap in sequence or timestamp. */
export function audioOf(packets: readonly RtpPacket[], codec: G711Codec): Int16Array {
  const samples: number[] = [];
  packets.forEach((packet, n) => {
    const before = packets[n - 1];
    if (before !== undefined) {
      assert.equal(packet.sequence, (before.sequence + 1) & 0xffff);
      assert.equal(packet.timestamp, (before.timestamp + before.payload.length) >>> 0);
    }
    samples.push(...decodeG711(codec, packet.payload));
  });
  return Int16Array.from(samples);
}

/** An RTP packet as a phone would send it. */
export function rtp(changes: Partial<RtpPacket>): Uint8Array {
  return printRtp({
    payloadType: 0,
    marker: false,
    sequence: 0,
    timestamp: 0,
    ssrc: 4711,
    csrcs: [],
    payload: new Uint8Array(160).fill(0xff),
    paddingBytes: 0,
    ...changes,
  });
}
