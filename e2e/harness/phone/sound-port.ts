import type { Socket } from 'node:dgram';
import { Journal } from '../journal.ts';
import { eventPayloadType } from './sdp-text.ts';
import { bindUdp, closeUdp, type Endpoint } from './wire.ts';

/** A packet as it came. */
export interface RtpPacket {
  /** Monotonic milliseconds. */
  readonly at: number;
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Buffer;
}

/** Samples, and bytes of G.711, in a packet. */
export const frameLength = 160;
const frameMs = 20;

export interface PressOptions {
  readonly ms?: number;
  /** How often the network hands on each packet. */
  readonly copies?: number;
}

/** The phone's ear and mouth: RTP over one socket, written down as heard and sent in real time. */
export class SoundPort {
  readonly heard = new Journal<RtpPacket>('sound');
  readonly #socket: Socket;
  readonly #ssrc: number;
  #target: Endpoint | undefined;
  #payloadType = 0;
  #sequence: number;
  readonly #epoch = performance.now();
  #song = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#ssrc = Math.floor(Math.random() * 2 ** 32);
    this.#sequence = Math.floor(Math.random() * 2 ** 16);
    socket.on('message', (bytes) => {
      const packet = readRtp(bytes, performance.now());
      if (packet !== undefined) this.heard.add(packet);
    });
  }

  static async open(): Promise<SoundPort> {
    return new SoundPort(await bindUdp());
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Where sound goes, as the other side's description said. */
  aim(target: Endpoint, payloadType: number): void {
    this.#target = target;
    this.#payloadType = payloadType;
  }

  /** Sends G.711, 20 ms by 20 ms; resolves when the last packet is out. */
  async play(sound: Uint8Array): Promise<void> {
    const first = this.#now();
    const frames = Math.ceil(sound.length / frameLength);
    await paced(frames, (n) => {
      const frame = sound.subarray(n * frameLength, (n + 1) * frameLength);
      this.#send(this.#payloadType, n === 0, first + n * frameLength, frame);
    });
  }

  /** Says a sound over and over until it is hushed, says something else, or is closed. */
  sing(sound: Uint8Array): void {
    this.#song += 1;
    const song = this.#song;
    const frames = Math.floor(sound.length / frameLength);
    const first = this.#now();
    void paced(Number.POSITIVE_INFINITY, (n) => {
      if (this.#song !== song) return 'enough';
      const at = (n % frames) * frameLength;
      this.#send(this.#payloadType, n === 0, first + n * frameLength, sound.subarray(at, at + frameLength));
      return undefined;
    });
  }

  hush(): void {
    this.#song += 1;
  }

  /** Presses a key as RFC 4733 says: packets while it is down, and three times that it is up. */
  async press(digit: string, { ms = 100, copies = 1 }: PressOptions = {}): Promise<void> {
    const began = this.#now();
    const event = '0123456789*#ABCD'.indexOf(digit);
    const updates = Math.ceil(ms / frameMs);
    await paced(updates + 3, (n) => {
      const up = n >= updates;
      const duration = Math.min(n + 1, updates) * frameLength;
      const payload = Uint8Array.of(event, (up ? 0x80 : 0) | 10, duration >> 8, duration & 0xff);
      this.#send(eventPayloadType, n === 0, began, payload, copies);
    });
  }

  /** Something that is no sound of ours, straight to where sound goes. */
  sendRaw(bytes: Uint8Array): void {
    const target = this.#target;
    if (target === undefined) throw new Error('nobody to speak to yet');
    this.#socket.send(bytes, target.port, target.address, () => undefined);
  }

  close(): Promise<void> {
    this.hush();
    return closeUdp(this.#socket);
  }

  #now(): number {
    return Math.round((performance.now() - this.#epoch) / frameMs) * frameLength;
  }

  #send(payloadType: number, marker: boolean, timestamp: number, payload: Uint8Array, copies = 1): void {
    const packet = Buffer.alloc(12 + payload.length);
    packet[0] = 0x80;
    packet[1] = (marker ? 0x80 : 0) | payloadType;
    packet.writeUInt16BE(this.#sequence, 2);
    packet.writeUInt32BE(timestamp >>> 0, 4);
    packet.writeUInt32BE(this.#ssrc, 8);
    packet.set(payload, 12);
    this.#sequence = (this.#sequence + 1) & 0xffff;
    for (let copy = 0; copy < copies; copy += 1) this.sendRaw(packet);
  }
}

/** Calls `send` every 20 ms, by the clock and not by the timer: after a stall it catches up. */
async function paced(count: number, send: (n: number) => 'enough' | void): Promise<void> {
  const began = performance.now();
  for (let n = 0; n < count; n += 1) {
    const wait = began + n * frameMs - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    if (send(n) === 'enough') return;
  }
}

/** Undefined for what is no RTP; the RTCP that comes to the same port when there is no other is none. */
function readRtp(bytes: Buffer, at: number): RtpPacket | undefined {
  if (bytes.length < 12 || bytes.readUInt8(0) >> 6 !== 2) return undefined;
  const second = bytes.readUInt8(1);
  if (second >= 192 && second <= 223) return undefined;
  const contributors = bytes.readUInt8(0) & 0x0f;
  return {
    at,
    payloadType: second & 0x7f,
    marker: second >= 0x80,
    sequence: bytes.readUInt16BE(2),
    timestamp: bytes.readUInt32BE(4),
    ssrc: bytes.readUInt32BE(8),
    payload: bytes.subarray(12 + contributors * 4),
  };
}
