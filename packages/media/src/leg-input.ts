import { g711DecodeTable, g711PayloadTypes } from './g711.ts';
import { JitterBuffer } from './jitter-buffer.ts';
import { MAX_AUDIO_PAYLOAD_BYTES } from './limits.ts';
import type { Connection } from './protocol.ts';
import { Reception } from './reception.ts';
import { readRtp, type RtpView } from './rtp-packet.ts';
import { SourceLatch, type SocketAddress } from './source-latch.ts';
import { TelephoneEventReceiver } from './telephone-event-receiver.ts';

/** Comfort noise (RFC 3389): a sign of life that we hear as silence. */
const COMFORT_NOISE = 13;

/** What a leg hears: whose packets it takes, in which order, and what they say. */
export class LegInput {
  readonly latch = new SourceLatch();
  readonly reception = new Reception();
  readonly digits: TelephoneEventReceiver;
  injected = 0;
  malformed = 0;
  unexpected = 0;
  /** Made when somebody first listens; most legs only play. */
  #jitter: JitterBuffer | undefined;
  #listening = false;
  #connection: Connection | undefined;

  constructor(onDigit: (digit: string, durationMs: number) => void) {
    this.digits = new TelephoneEventReceiver(onDigit);
  }

  get late(): number {
    return this.#jitter?.late ?? 0;
  }

  /** Follows offer and answer. A remote that says "send nothing" changes nothing about whom to hear. */
  connect(connection: Connection, now: number): void {
    this.#connection = connection;
    if (isReachable(connection.remote))
      this.latch.negotiate(connection.remote, connection.alsoFrom ?? [], now);
  }

  /** Is audio to be kept for reading? */
  listen(listening: boolean): void {
    if (listening && !this.#listening) {
      this.#jitter ??= new JitterBuffer();
      this.#jitter.reset();
    }
    this.#listening = listening;
  }

  /** The next 20 ms of what is heard, silence included. */
  read(frame: Int16Array): void {
    if (this.#jitter === undefined) frame.fill(0);
    else this.#jitter.read(frame);
  }

  /** Takes a datagram; true when it is a sign of life of the peer. `view` is the engine's, for reading into. */
  receive(bytes: Uint8Array, view: RtpView, from: SocketAddress, now: number): boolean {
    if (readRtp(bytes, view) !== undefined) {
      this.malformed += 1;
      return false;
    }
    const connection = this.#connection;
    if (connection === undefined) {
      this.unexpected += 1;
      return false;
    }
    const source = this.latch.accept(from, view.ssrc, view.sequence, now);
    if (source === 'drop') this.injected += 1;
    if (source !== 'accept') return false;
    this.#take(bytes, view, connection, now);
    return true;
  }

  #take(bytes: Uint8Array, view: RtpView, connection: Connection, now: number): void {
    const { payloadType, ssrc, sequence, timestamp } = view;
    const isEvent = payloadType === connection.telephoneEventPayloadType;
    const verdict = this.reception.receive(ssrc, sequence, timestamp, bytes.length, !isEvent, now);
    if (verdict === 'duplicate' || verdict === 'doubtful') return;
    if (verdict === 'restarted') {
      this.#jitter?.reset();
      this.digits.restart(now);
    }
    if (!mayHear(connection)) {
      this.unexpected += 1;
    } else if (isEvent) {
      this.digits.receive(bytes, view.payloadAt, view.payloadLength, timestamp, view.marker, now);
    } else {
      this.#takeAudio(bytes, view, connection);
    }
  }

  #takeAudio(bytes: Uint8Array, view: RtpView, connection: Connection): void {
    const table = tableOf(view.payloadType, connection);
    if (table === undefined) {
      if (view.payloadType !== COMFORT_NOISE) this.unexpected += 1;
    } else if (view.payloadLength > MAX_AUDIO_PAYLOAD_BYTES) {
      this.malformed += 1;
    } else if (this.#listening) {
      this.#jitter?.put(view.timestamp, bytes, view.payloadAt, view.payloadLength, table);
    }
  }
}

/** A peer may switch between the two laws when both were offered, so both static types are understood. */
function tableOf(payloadType: number, connection: Connection): Int16Array | undefined {
  if (payloadType === connection.payloadType) return g711DecodeTable(connection.codec);
  if (payloadType === g711PayloadTypes.PCMU) return g711DecodeTable('PCMU');
  if (payloadType === g711PayloadTypes.PCMA) return g711DecodeTable('PCMA');
  return undefined;
}

/** May the peer send to us? */
export function mayHear(connection: Connection): boolean {
  return connection.direction === 'sendrecv' || connection.direction === 'recvonly';
}

/** May we send to the peer? An address of zeros is how old phones say hold (RFC 3264 section 8.4). */
export function maySend(connection: Connection): boolean {
  const agreed = connection.direction === 'sendrecv' || connection.direction === 'sendonly';
  return agreed && isReachable(connection.remote);
}

function isReachable({ address, port }: SocketAddress): boolean {
  return port > 0 && address !== '0.0.0.0' && address !== '::';
}
