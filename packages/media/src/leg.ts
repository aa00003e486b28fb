import { silentSource, type Activity } from './activity.ts';
import { DigitRun, type DigitPlan } from './digit-run.ts';
import { Echo } from './echo.ts';
import type { EncodedClips, KeyedClip } from './encoded-clips.ts';
import { LegInput, mayHear, maySend } from './leg-input.ts';
import { Playback } from './playback.ts';
import type { Connection, FinishReason, LegEvent } from './protocol.ts';
import { Recorder } from './recorder.ts';
import { RtcpSession } from './rtcp-session.ts';
import type { RtpView } from './rtp-packet.ts';
import { RtpSender } from './rtp-sender.ts';
import type { SocketAddress } from './source-latch.ts';
import type { LegStatistics } from './statistics.ts';
import { dtmfTones } from './tone.ts';

/** Where legs put what they have to say. Bytes are borrowed: they are overwritten after the call returns. */
export interface MediaSink {
  sendRtp(leg: number, bytes: Uint8Array, length: number, address: string, port: number): void;
  sendRtcp(leg: number, bytes: Uint8Array, length: number, address: string, port: number): void;
  event(leg: number, event: LegEvent): void;
}

/** What all legs of an engine share. */
export interface LegContext {
  readonly sink: MediaSink;
  readonly random: () => number;
  readonly clips: EncodedClips;
  /** 0 = never report silence. */
  readonly rtpTimeoutMs: number;
  readonly continuousSilence: boolean;
  /** Scratch: the packet being read, and the 20 ms a leg hears in its tick. */
  readonly view: RtpView;
  readonly heard: Int16Array;
}

/** One RTP session with one peer. Ticked by the engine; says what happens through the sink. */
export class Leg {
  readonly #handle: number;
  readonly #context: LegContext;
  readonly #input: LegInput;
  readonly #sender: RtpSender;
  readonly #rtcp: RtcpSession;
  #connection: Connection | undefined;
  /** Where RTCP goes once some has come; before that it is derived from where RTP goes. */
  #controlTarget: SocketAddress | undefined;
  #activity: Activity | undefined;
  #recorder: Recorder | undefined;
  #aliveAt = 0;
  #silenceReported = false;

  constructor(handle: number, context: LegContext) {
    this.#handle = handle;
    this.#context = context;
    this.#input = new LegInput((digit, durationMs) => {
      this.#hearDigit(digit, durationMs);
    });
    this.#sender = new RtpSender(context.random, (bytes, length) => {
      const target = this.#input.latch.target;
      if (target !== undefined) context.sink.sendRtp(handle, bytes, length, target.address, target.port);
    });
    this.#rtcp = new RtcpSession(this.#sender, this.#input.reception, context.random);
  }

  connect(connection: Connection, now: number): void {
    const before = this.#connection?.remote;
    const moved = before?.address !== connection.remote.address || before.port !== connection.remote.port;
    if (moved) this.#controlTarget = undefined;
    this.#connection = connection;
    this.#input.connect(connection, now);
    this.#sender.configure(connection.payloadType, connection.ptimeMs, connection.telephoneEventPayloadType);
    this.#sender.setOpen(maySend(connection));
    this.#spellInTonesIfNeeded();
    this.#activity?.setCodec(connection.codec);
    this.#rtcp.start(now);
    this.#aliveAt = now;
    this.#silenceReported = false;
  }

  play(play: string, clips: readonly KeyedClip[]): void {
    this.#begin(new Playback(play, clips, this.#context.clips));
  }

  echo(play: string, durationMs: number): void {
    this.#begin(new Echo(play, durationMs, this.#context.heard));
  }

  digits(play: string, plan: DigitPlan): void {
    this.#begin(new DigitRun(play, plan));
    this.#spellInTonesIfNeeded();
  }

  stop(): void {
    this.#activity?.stop(this.#sender);
    this.#finish('stopped');
  }

  record(maxMs: number): void {
    this.stopRecording();
    const { sink } = this.#context;
    this.#recorder = new Recorder(maxMs, (samples) => {
      sink.event(this.#handle, { type: 'heard', samples });
    });
    this.#listenIfNeeded();
  }

  stopRecording(): void {
    const recorder = this.#recorder;
    if (recorder === undefined) return;
    this.#recorder = undefined;
    recorder.flush();
    this.#listenIfNeeded();
    this.#context.sink.event(this.#handle, { type: 'recorded', recordedMs: recorder.recordedMs });
  }

  receive(bytes: Uint8Array, from: SocketAddress, now: number): void {
    if (this.#input.receive(bytes, this.#context.view, from, now)) this.#noteLife(now);
  }

  receiveRtcp(bytes: Uint8Array, from: SocketAddress, now: number): void {
    if (!this.#input.latch.acceptsControl(from)) {
      this.#input.injected += 1;
    } else if (this.#rtcp.receive(bytes, now)) {
      this.#controlTarget ??= { address: from.address, port: from.port };
      this.#noteLife(now);
    } else {
      this.#input.malformed += 1;
    }
  }

  /** 20 ms of this leg. */
  tick(now: number): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    this.#listen();
    this.#speak(connection);
    this.#input.digits.tick(now);
    this.#watchForSilence(connection, now);
    if (now >= this.#rtcp.reportAt) this.#sendControl(this.#rtcp.report(now));
  }

  /** Ticks that were left out. */
  skip(ticks: number): void {
    if (this.#connection !== undefined) this.#sender.pause(ticks);
  }

  /** When this leg must be ticked at the latest; 0 means with every tick. */
  wakeAt(): number {
    const connection = this.#connection;
    if (connection === undefined) return Infinity;
    const busy = this.#activity !== undefined || this.#recorder !== undefined;
    if (busy || this.#context.continuousSilence) return 0;
    return Math.min(this.#rtcp.reportAt, this.#input.digits.wakeAt(), this.#silentAt(connection));
  }

  statistics(): LegStatistics {
    const { reception, injected, malformed, unexpected, late } = this.#input;
    return {
      packetsSent: this.#sender.packets,
      bytesSent: this.#sender.octets,
      packetsReceived: reception.packets,
      bytesReceived: reception.bytes,
      packetsLost: reception.lost,
      packetsDuplicate: reception.duplicates,
      packetsLate: late,
      packetsInjected: injected,
      packetsMalformed: malformed,
      packetsUnexpected: unexpected,
      jitterMs: reception.jitterMs,
      rttMs: this.#rtcp.rttMs,
      packetsLostAtPeer: this.#rtcp.lostAtPeer,
    };
  }

  /** Ends everything on the leg, says goodbye to the peer; the last statistics. */
  close(now: number): LegStatistics {
    this.stop();
    this.stopRecording();
    if (this.#rtcp.reportAt !== Infinity) this.#sendControl(this.#rtcp.goodbye(now));
    return this.statistics();
  }

  #begin(activity: Activity): void {
    this.stop();
    const codec = this.#connection?.codec;
    if (codec !== undefined) activity.setCodec(codec);
    this.#activity = activity;
    this.#listenIfNeeded();
  }

  /** Digits go out as tones when the peer takes no telephone-events; what began as events stays so. */
  #spellInTonesIfNeeded(): void {
    const activity = this.#activity;
    const connection = this.#connection;
    if (connection === undefined || connection.telephoneEventPayloadType !== undefined) return;
    if (!(activity instanceof DigitRun) || activity.playedMs > 0) return;
    const { digits, durationMs, gapMs } = activity.plan;
    const tones = { samples: dtmfTones(digits, durationMs, gapMs) };
    this.#activity = new Playback(activity.play, [tones], this.#context.clips);
    this.#activity.setCodec(connection.codec);
  }

  #finish(reason: FinishReason): void {
    const activity = this.#activity;
    if (activity === undefined) return;
    this.#activity = undefined;
    this.#listenIfNeeded();
    const { play, playedMs } = activity;
    this.#context.sink.event(this.#handle, { type: 'finished', play, reason, playedMs });
  }

  #listenIfNeeded(): void {
    this.#input.listen(this.#recorder !== undefined || this.#activity instanceof Echo);
  }

  #listen(): void {
    const recorder = this.#recorder;
    if (recorder === undefined && !(this.#activity instanceof Echo)) return;
    this.#input.read(this.#context.heard);
    recorder?.push(this.#context.heard);
    if (recorder?.done === true) this.stopRecording();
  }

  #speak(connection: Connection): void {
    const activity = this.#activity;
    if (activity !== undefined) {
      activity.tick(this.#sender);
      if (activity.done) this.#finish('end');
    } else if (this.#context.continuousSilence) {
      this.#sender.sendAudio(silentSource(connection.codec));
    } else {
      this.#sender.pause(1);
    }
  }

  #hearDigit(digit: string, durationMs: number): void {
    if (this.#activity instanceof Echo) this.#activity.repeatDigit(digit, durationMs);
    this.#context.sink.event(this.#handle, { type: 'digit', digit, durationMs });
  }

  #noteLife(now: number): void {
    this.#aliveAt = now;
    this.#silenceReported = false;
  }

  #silentAt(connection: Connection): number {
    const { rtpTimeoutMs } = this.#context;
    const watched = rtpTimeoutMs > 0 && mayHear(connection) && !this.#silenceReported;
    return watched ? this.#aliveAt + rtpTimeoutMs : Infinity;
  }

  #watchForSilence(connection: Connection, now: number): void {
    if (now < this.#silentAt(connection)) return;
    this.#silenceReported = true;
    this.#context.sink.event(this.#handle, { type: 'silent', forMs: now - this.#aliveAt });
  }

  #sendControl(bytes: Uint8Array): void {
    const target = this.#controlTarget ?? this.#derivedControlTarget();
    if (target === undefined) return;
    this.#context.sink.sendRtcp(this.#handle, bytes, bytes.length, target.address, target.port);
  }

  #derivedControlTarget(): SocketAddress | undefined {
    const target = this.#input.latch.target;
    if (target === undefined) return undefined;
    return { address: target.address, port: this.#connection?.remote.rtcpPort ?? target.port + 1 };
  }
}
