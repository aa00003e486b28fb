import { g711DecodeTable, g711PayloadTypes, g711TranscodeTable, type G711Codec } from './g711.ts';
import { JitterBuffer, type BufferDelays } from './jitter-buffer.ts';
import { MAX_AUDIO_PAYLOAD_BYTES } from './limits.ts';
import type { Connection } from './protocol.ts';
import type { Relay } from './relay.ts';
import { Reception } from './reception.ts';
import { readRtp, type RtpView } from './rtp-packet.ts';
import { SourceLatch, type SocketAddress } from './source-latch.ts';
import { TelephoneEventReceiver } from './telephone-event-receiver.ts';

/** Comfort noise (RFC 3389): a sign of life that we hear as silence. */
const COMFORT_NOISE = 13;

/** For recording and echo: what is heard is whole rather than soon. */
const steadyDelays: BufferDelays = { leastMs: 40, mostMs: 40 };
const liveDelays: BufferDelays = { leastMs: 20, mostMs: 60 };

/** Another leg that gets the packets of this one as they come. */
export interface RelayTarget {
  readonly relay: Relay;
  readonly codec: G711Codec;
  readonly payloadType: number;
  /** Undefined when it is not to get telephone-events, or takes none. */
  readonly eventPayloadType: number | undefined;
}

/** What a leg hears: whose packets it takes, in which order, and what they say. */
export class LegInput {
  readonly latch = new SourceLatch();
  readonly reception = new Reception();
  readonly digits: TelephoneEventReceiver;
  injected = 0;
  malformed = 0;
  unexpected = 0;
  /** Packets sent on at once. */
  relayed = 0;
  /** Made when somebody first listens; most legs only play. */
  #jitter: JitterBuffer | undefined;
  #listening = false;
  #connection: Connection | undefined;
  #target: RelayTarget | undefined;
  #lateForRelay = 0;

  constructor(onDigit: (digit: string, durationMs: number) => void) {
    this.digits = new TelephoneEventReceiver(onDigit);
  }

  /** Packets that came too late to be read or sent on. */
  get late(): number {
    return this.#lateForRelay + (this.#jitter?.late ?? 0);
  }

  /** Samples waiting to be read. */
  get waiting(): number {
    return this.#listening ? Math.max(0, this.#jitter?.level ?? 0) : 0;
  }

  /** Who gets the packets as they come; undefined = nobody. */
  forwardTo(target: RelayTarget | undefined): void {
    this.#target = target;
  }

  /** Follows offer and answer. A remote that says "send nothing" changes nothing about whom to hear. */
  connect(connection: Connection, now: number): void {
    this.#connection = connection;
    if (isReachable(connection.remote))
      this.latch.negotiate(connection.remote, connection.alsoFrom ?? [], now);
  }

  /** Is audio to be kept for reading? `live`: for people who talk to each other, so with as little delay as can be. */
  listen(listening: boolean, live = false): void {
    if (listening && !this.#listening) {
      this.#jitter ??= new JitterBuffer();
      this.#jitter.reset();
    }
    this.#jitter?.setDelays(live ? liveDelays : steadyDelays);
    this.#listening = listening;
  }

  /** The next 20 ms of what is heard; false (and silence) when there is nothing. */
  read(frame: Int16Array): boolean {
    if (this.#jitter !== undefined) return this.#jitter.read(frame);
    frame.fill(0);
    return false;
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
      this.#target?.relay.restart();
    }
    if (!mayHear(connection)) {
      this.unexpected += 1;
    } else if (isEvent) {
      this.#forwardEvent(bytes, view, now);
      this.digits.receive(bytes, view.payloadAt, view.payloadLength, timestamp, view.marker, now);
    } else {
      this.#takeAudio(bytes, view, connection, now);
    }
  }

  #takeAudio(bytes: Uint8Array, view: RtpView, connection: Connection, now: number): void {
    const codec = codecOf(view.payloadType, connection);
    if (codec === undefined) {
      if (view.payloadType !== COMFORT_NOISE) this.unexpected += 1;
      this.#target?.relay.swallow(view.sequence);
    } else if (view.payloadLength > MAX_AUDIO_PAYLOAD_BYTES) {
      this.malformed += 1;
    } else {
      if (this.#listening) this.#put(bytes, view, codec);
      this.#forwardAudio(bytes, view, codec, now);
    }
  }

  #put(bytes: Uint8Array, view: RtpView, codec: G711Codec): void {
    const { timestamp, payloadAt, payloadLength } = view;
    this.#jitter?.put(timestamp, bytes, payloadAt, payloadLength, g711DecodeTable(codec));
  }

  #forwardAudio(bytes: Uint8Array, view: RtpView, codec: G711Codec, now: number): void {
    const target = this.#target;
    if (target === undefined) return;
    const table = g711TranscodeTable(codec, target.codec);
    if (target.relay.audio(bytes, view, target.payloadType, table, now)) this.relayed += 1;
    else this.#lateForRelay += 1;
  }

  #forwardEvent(bytes: Uint8Array, view: RtpView, now: number): void {
    const target = this.#target;
    if (target === undefined) return;
    if (target.eventPayloadType === undefined) target.relay.swallow(view.sequence);
    else if (target.relay.event(bytes, view, target.eventPayloadType, now)) this.relayed += 1;
  }
}

/** A peer may switch between the two laws when both were offered, so both static types are understood. */
function codecOf(payloadType: number, connection: Connection): G711Codec | undefined {
  if (payloadType === connection.payloadType) return connection.codec;
  if (payloadType === g711PayloadTypes.PCMU) return 'PCMU';
  return payloadType === g711PayloadTypes.PCMA ? 'PCMA' : undefined;
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
