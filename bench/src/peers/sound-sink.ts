import { createSocket, type Socket } from 'node:dgram';
import { droppedDatagrams } from '../machine/proc.ts';
import { servePeer } from '../programs/peer-channel.ts';
import { type Summary, summarize } from '../statistics.ts';
import { Spread } from './spread.ts';

/** The ears of many phones: counts the packets of every stream, the gaps in it, and how evenly it comes. */

export interface Heard {
  readonly streams: number;
  readonly packets: number;
  /** Missing by their sequence numbers; `dropped` ones are among them. */
  readonly lost: number;
  /** Thrown away by the kernel on our side: the ears were too slow, not the server. */
  readonly dropped: number;
  /** How far the time between two packets of a stream was from 20 ms, in ms. */
  readonly unevenness: Summary;
  /** Of these intervals so many were 40 ms or longer. */
  readonly late: number;
  /** RFC 3550 section 6.4.1, in ms, by stream at the end. */
  readonly jitter: Summary;
}

interface Stream {
  sequence: number;
  at: number;
  jitter: number;
}

const packetMs = 20;
const lateMs = 40;

class SoundSink {
  readonly #sockets: Socket[] = [];
  readonly #ports: number[] = [];
  readonly #unevenness = new Spread();
  #streams = new Map<number, Stream>();
  #packets = 0;
  #lost = 0;
  #late = 0;
  #droppedBefore = 0;

  async open(count: number): Promise<readonly number[]> {
    while (this.#sockets.length < count) await this.#openOne();
    return this.#ports;
  }

  reset(): void {
    this.#streams = new Map();
    this.#packets = 0;
    this.#lost = 0;
    this.#late = 0;
    this.#unevenness.reset();
    this.#droppedBefore = droppedDatagrams(this.#ports);
  }

  report(): Heard {
    return {
      streams: this.#streams.size,
      packets: this.#packets,
      lost: this.#lost,
      late: this.#late,
      dropped: droppedDatagrams(this.#ports) - this.#droppedBefore,
      unevenness: this.#unevenness.summary(),
      jitter: summarize([...this.#streams.values()].map(({ jitter }) => jitter)),
    };
  }

  async #openOne(): Promise<void> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, '127.0.0.1', resolve);
    });
    socket.setRecvBufferSize(4 * 1024 * 1024);
    socket.on('message', (packet) => this.#hear(packet));
    this.#sockets.push(socket);
    this.#ports.push(socket.address().port);
  }

  #hear(packet: Buffer): void {
    if (!isRtp(packet)) return;
    const now = performance.now();
    const sequence = packet.readUInt16BE(2);
    const ssrc = packet.readUInt32BE(8);
    this.#packets += 1;
    const stream = this.#streams.get(ssrc);
    if (stream === undefined) this.#streams.set(ssrc, { sequence, at: now, jitter: 0 });
    else this.#follow(stream, sequence, now);
  }

  #follow(stream: Stream, sequence: number, now: number): void {
    const advance = (sequence - stream.sequence) & 0xffff;
    // Out of order or twice: not possible on loopback, and then not counted as a gap.
    if (advance === 0 || advance > 0x8000) return;
    this.#lost += advance - 1;
    const interval = now - stream.at;
    const uneven = Math.abs(interval - advance * packetMs);
    if (interval >= lateMs) this.#late += 1;
    this.#unevenness.note(uneven);
    stream.jitter += (uneven - stream.jitter) / 16;
    stream.sequence = sequence;
    stream.at = now;
  }
}

/** RTCP of one phone may come to the port of another: its second byte is 200 to 207 (RFC 5761 section 4). */
function isRtp(packet: Buffer): boolean {
  if (packet.length < 12 || (packet.readUInt8(0) & 0xc0) !== 0x80) return false;
  const second = packet.readUInt8(1);
  return second < 200 || second > 207;
}

function operationsOf(sink: SoundSink) {
  return {
    /** Opens ears until there are so many; resolves with the ports of all. */
    open: ({ count }: { readonly count: number }) => sink.open(count),
    /** Forgets what was heard. */
    reset: () => sink.reset(),
    report: () => sink.report(),
  };
}

export type SoundSinkOperations = ReturnType<typeof operationsOf>;

servePeer(operationsOf(new SoundSink()));
