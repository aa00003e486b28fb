import assert from 'node:assert/strict';
import type { MediaEngineOptions } from '../engine.ts';
import { encodeG711, type G711Codec } from '../g711.ts';
import type { Connection } from '../protocol.ts';
import type { RtpPacket } from '../rtp-packet.ts';
import type { RoomMode } from '../room-member.ts';
import { createRig, openLeg, rtp, type EngineRig, type SentPacket } from './engine-rig.ts';
import { amplitudeAt, linearOf } from './hearing.ts';

/** A phone that says one tone, and the leg that talks to it. */
export interface ToneCaller {
  readonly leg: number;
  readonly name: string;
  readonly codec: G711Codec;
  /** Says the next 20 ms, `lateMs` after the last tick. */
  say(lateMs?: number, changes?: Partial<RtpPacket>): void;
  /** Its next packet does not get there. */
  lose(): void;
  join(room: string, mode?: Partial<RoomMode>): void;
}

export interface RoomRig extends EngineRig {
  call(hz: number, changes?: Partial<Connection>): ToneCaller;
  /** Ticks in which each of the callers says 20 ms at its own moment. */
  talk(ticks: number, callers: readonly ToneCaller[]): void;
  /** What was sent to a caller since the last `takeSent`, as samples. */
  heardBy(caller: ToneCaller): number[];
  sentTo(caller: ToneCaller): SentPacket[];
}

export const AMPLITUDE = 6000;

export function createRoomRig(options: Partial<MediaEngineOptions> = {}): RoomRig {
  const rig = createRig(options);
  let callers = 0;
  const call = (hz: number, changes: Partial<Connection> = {}): ToneCaller => {
    callers += 1;
    const from = { address: `192.0.2.${callers}`, port: 4000 };
    const codec = changes.codec ?? 'PCMU';
    const payloadType = codec === 'PCMU' ? 0 : 8;
    const leg = openLeg(rig, { payloadType, ...changes, codec }, from);
    const name = `caller ${callers}`;
    const ssrc = 1000 * callers;
    let sequence = (65_530 + callers) & 0xffff;
    let timestamp = (0xffff_f000 + callers * 7777) >>> 0;
    let sample = 0;
    const pass = (): void => {
      sequence = (sequence + 1) & 0xffff;
      timestamp = (timestamp + 160) >>> 0;
      sample += 160;
    };
    return {
      leg,
      name,
      codec,
      say: (lateMs = 0, packet = {}) => {
        const voice = Int16Array.from({ length: 160 }, (_, n) =>
          Math.round(AMPLITUDE * Math.sin((2 * Math.PI * hz * (sample + n)) / 8000)),
        );
        const payload = encodeG711(codec, voice);
        const bytes = rtp({ payloadType, sequence, timestamp, ssrc, payload, ...packet });
        rig.engine.receive(leg, bytes, from, rig.now + lateMs);
        pass();
      },
      lose: pass,
      join: (room, mode = {}) => {
        assert.ok(rig.engine.join(leg, { room, name, hears: true, heardBy: true, ...mode }));
      },
    };
  };
  const sentTo = (caller: ToneCaller): SentPacket[] => rig.sent.filter(({ leg }) => leg === caller.leg);
  return Object.assign(Object.create(rig) as EngineRig, {
    call,
    sentTo,
    talk: (ticks: number, speakers: readonly ToneCaller[]) => {
      for (let n = 0; n < ticks; n += 1) {
        speakers.forEach((caller, index) => {
          caller.say(2 + 3 * index);
        });
        rig.run(1);
      }
    },
    heardBy: (caller: ToneCaller) =>
      sentTo(caller)
        .filter(({ payloadType }) => payloadType === 0 || payloadType === 8)
        .flatMap(({ payload }) => linearOf(caller.codec, payload)),
  });
}

/** Fails unless the packets are one stream: each sequence number follows, no sample is sent twice. */
export function assertOneStream(packets: readonly SentPacket[], eventPayloadType = 101): void {
  packets.forEach((packet, n) => {
    const before = packets[n - 1];
    if (before === undefined) return;
    assert.equal(packet.ssrc, before.ssrc);
    assert.equal(packet.sequence, (before.sequence + 1) & 0xffff, `packet ${n}`);
    if (packet.payloadType === eventPayloadType || before.payloadType === eventPayloadType) return;
    const gap = (packet.timestamp - before.timestamp - before.payload.length) | 0;
    assert.ok(gap >= 0, `packet ${n} goes back by ${-gap} samples`);
    assert.equal(gap > 0, gap > 0 && packet.marker, `packet ${n} jumps by ${gap} without a marker`);
  });
}

/** Frequencies that a tick holds whole periods of, so that Goertzel tells them apart sharply. */
export const low = 400;
export const middle = 1000;
export const high = 1700;

/** Which of the three tones a caller hears, by the last 200 ms sent to it. */
export function tonesHeardBy(rig: RoomRig, caller: ToneCaller): number[] {
  const samples = rig.heardBy(caller).slice(-1600);
  return [low, middle, high].filter((hz) => amplitudeAt(samples, hz) > AMPLITUDE / 2);
}

export function twoInARoom(rig: RoomRig): [ToneCaller, ToneCaller] {
  const pair: [ToneCaller, ToneCaller] = [rig.call(low), rig.call(high)];
  for (const caller of pair) caller.join('room');
  return pair;
}
