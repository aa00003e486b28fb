import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readMark, writeMark } from './sound-mark.ts';
import { Ear, type Hearing, packetMs, Voice } from './voice.ts';

const loopback = '127.0.0.1';
const headerLength = 12;
const samples = 160;
/** The character of mu-law for no sound at all. */
const silence = 0xff;

export interface LineOptions {
  readonly stream: number;
  /** Otherwise it sends silence. */
  readonly speaks: boolean;
  readonly hearing: Hearing;
  /** Whose stream that is. */
  readonly voiceOf: (stream: number) => Voice | undefined;
}

/** The sound of one phone: an RTP socket that says a numbered packet every 20 ms and notes which numbers it hears. */
export class SoundLine {
  readonly voice: Voice;
  readonly ear: Ear;
  readonly speaks: boolean;
  readonly #socket: Socket;
  readonly #packet: Buffer;
  #sent = 0;
  /** Nothing is sent before it is known where to. */
  #dueAt = Infinity;
  #remotePort = 0;

  private constructor(socket: Socket, { stream, speaks, hearing, voiceOf }: LineOptions) {
    this.#socket = socket;
    this.voice = new Voice(stream);
    this.ear = new Ear(this.voice, hearing);
    this.speaks = speaks;
    this.#packet = blankPacket(stream, speaks);
    socket.on('message', (packet) => {
      const now = performance.now();
      const mark = readMark(packet, headerLength);
      const voice = mark === undefined ? undefined : voiceOf(mark.stream);
      if (mark !== undefined && voice !== undefined) this.ear.hear(voice, mark.number, now);
    });
  }

  static async open(options: LineOptions): Promise<SoundLine> {
    const socket = createSocket('udp4');
    const listening = once(socket, 'listening');
    socket.bind(0, loopback);
    await listening;
    return new SoundLine(socket, options);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Where it sends to; 0: it is not known yet. */
  get remotePort(): number {
    return this.#remotePort;
  }

  /** Sends to there from now on; each stream begins at its own moment of the 20 ms, so that all are spread evenly. */
  async aim(port: number): Promise<void> {
    const connected = once(this.#socket, 'connect');
    this.#socket.connect(port, loopback);
    await connected;
    this.#remotePort = port;
    this.#dueAt = performance.now() + ((this.voice.stream * goldenRatio) % 1) * packetMs;
  }

  /** Sends what is due; `late` is told of each packet how late it is, in ms. */
  sendDue(now: number, late: (ms: number) => void): void {
    for (; this.#dueAt <= now; this.#dueAt += packetMs) this.#send(this.#dueAt, late);
  }

  /** Says nothing more. */
  hush(): void {
    this.#dueAt = Infinity;
  }

  close(): void {
    this.hush();
    this.#socket.close();
  }

  #send(dueAt: number, late: (ms: number) => void): void {
    const packet = this.#packet;
    packet.writeUInt16BE(this.#sent & 0xffff, 2);
    packet.writeUInt32BE((this.#sent * samples) >>> 0, 4);
    this.#sent += 1;
    const now = performance.now();
    if (this.speaks) {
      const number = this.voice.say(now);
      writeMark(packet, headerLength, { stream: this.voice.stream, number });
    }
    late(now - dueAt);
    this.#socket.send(packet);
  }
}

const goldenRatio = 0.618_033_988_75;

/** RFC 3550 section 5.1: version 2, payload type 0, without its numbers. */
function blankPacket(stream: number, speaks: boolean): Buffer {
  const packet = Buffer.alloc(headerLength + samples, silence);
  packet.fill(0, 0, headerLength);
  packet[0] = 0x80;
  packet.writeUInt32BE(stream + 1, 8);
  if (speaks)
    for (let n = 0; n < samples; n += 1) packet[headerLength + n] = (n % 20 < 10 ? 0x20 : 0xa0) + (n % 10);
  return packet;
}
