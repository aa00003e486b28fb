import { silentSource, type Activity } from './activity.ts';
import { AudioTaps, type AudioTap } from './audio-tap.ts';
import { DelayHistogram } from './delay-histogram.ts';
import { DigitRun, type DigitPlan } from './digit-run.ts';
import { Echo } from './echo.ts';
import type { EncodedClips, KeyedClip } from './encoded-clips.ts';
import { g711DecodeTable } from './g711.ts';
import { LegControl } from './leg-control.ts';
import { LegInput, mayHear, maySend } from './leg-input.ts';
import { LegRoom, type LegSeat } from './leg-room.ts';
import { SAMPLES_PER_MS, SAMPLES_PER_TICK } from './limits.ts';
import { Playback } from './playback.ts';
import type { Connection, FinishReason, LegEvent } from './protocol.ts';
import { Recorder } from './recorder.ts';
import { RtcpSession } from './rtcp-session.ts';
import type { RtpView } from './rtp-packet.ts';
import { RtpSender, type AudioSource, type TickMonitor } from './rtp-sender.ts';
import type { SocketAddress } from './source-latch.ts';
import type { LegStatistics } from './statistics.ts';
import { ToneRun } from './tone-run.ts';

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
  /** Scratch: the packet being read, the one being relayed, and the 20 ms a leg says in its tick. */
  readonly view: RtpView;
  readonly relayed: Uint8Array;
  readonly said: Int16Array;
}

/** Ticks left out that a recording is given as silence, so that its length stays true: five seconds of them. */
const MAX_SILENT_TICKS = 250;

const nothing = new Int16Array(SAMPLES_PER_TICK);

/** One RTP session with one peer. Ticked by the engine; says what happens through the sink. */
export class Leg {
  /** What the peer says in this tick, if anything; read while somebody listens. */
  readonly heard = new Int16Array(SAMPLES_PER_TICK);
  spoke = false;
  /** Its place in a room, and what comes of that. */
  readonly inRoom: LegRoom;
  readonly #handle: number;
  readonly #context: LegContext;
  readonly #input: LegInput;
  readonly #sender: RtpSender;
  readonly #control: LegControl;
  readonly #rtcp: RtcpSession;
  readonly #taps = new AudioTaps();
  #monitor: TickMonitor | undefined;
  #delays: DelayHistogram | undefined;
  #connection: Connection | undefined;
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
    this.#control = new LegControl(this.#rtcp, this.#input.latch, (bytes, { address, port }) => {
      context.sink.sendRtcp(handle, bytes, bytes.length, address, port);
    });
    this.inRoom = new LegRoom(this.#sender, this.#input, context.relayed, () => {
      this.#listenIfNeeded();
    });
  }

  get seat(): LegSeat | undefined {
    return this.inRoom.seat;
  }

  /** Does it say something of its own, in place of the room? */
  get speaking(): boolean {
    return this.#activity !== undefined;
  }

  /** May packets of another be sent to its peer, and the peer's to another, without anybody looking at them? */
  get relayable(): boolean {
    const connection = this.#connection;
    if (connection === undefined || !maySend(connection) || !mayHear(connection)) return false;
    if (this.#recorder !== undefined || this.#taps.any) return false;
    // What these say in their pauses is what the room says, and that comes at ticks.
    const activity = this.#activity;
    return !(activity instanceof Echo || activity instanceof DigitRun || activity instanceof ToneRun);
  }

  get ptimeMs(): number | undefined {
    return this.#connection?.ptimeMs;
  }

  connect(connection: Connection, now: number): void {
    this.#connection = connection;
    this.#input.connect(connection, now);
    this.#sender.configure(connection.payloadType, connection.ptimeMs, connection.telephoneEventPayloadType);
    this.#sender.setOpen(maySend(connection));
    this.#spellInTonesIfNeeded();
    this.#activity?.setCodec(connection.codec);
    this.#control.connect(connection, now);
    this.#aliveAt = now;
    this.#silenceReported = false;
    this.inRoom.connect(connection, now);
  }

  play(play: string, clips: readonly KeyedClip[], repeat = false): void {
    this.#begin(new Playback(play, clips, this.#context.clips, repeat));
  }

  echo(play: string, durationMs: number): void {
    this.#begin(new Echo(play, durationMs, this.heard));
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
    this.#changed();
  }

  stopRecording(): void {
    const recorder = this.#recorder;
    if (recorder === undefined) return;
    this.#recorder = undefined;
    recorder.flush();
    this.#changed();
    this.#context.sink.event(this.#handle, { type: 'recorded', recordedMs: recorder.recordedMs });
  }

  listenIn(tap: AudioTap): void {
    this.#taps.add(tap);
    this.#monitor ??= { characters: new Uint8Array(SAMPLES_PER_TICK), length: 0 };
    this.#sender.monitor = this.#monitor;
    this.#changed();
  }

  stopListening(tap: AudioTap): void {
    this.#taps.remove(tap);
    if (!this.#taps.any) this.#sender.monitor = undefined;
    this.#changed();
  }

  /** Takes a datagram; true when it was sent on at once. */
  receive(bytes: Uint8Array, from: SocketAddress, now: number): boolean {
    const before = this.#input.relayed;
    if (this.#input.receive(bytes, this.#context.view, from, now)) this.#noteLife(now);
    return this.#input.relayed !== before;
  }

  /** What the peer said was sent on after so long. */
  noteDelay(ms: number): void {
    this.#delays ??= new DelayHistogram();
    this.#delays.note(ms);
  }

  receiveRtcp(bytes: Uint8Array, from: SocketAddress, now: number): void {
    const verdict = this.#control.receive(bytes, from, now);
    if (verdict === 'taken') this.#noteLife(now);
    if (verdict === 'injected') this.#input.injected += 1;
    if (verdict === 'malformed') this.#input.malformed += 1;
  }

  /** The first half of a tick: fetches what the peer says in it, for whoever listens. */
  listen(): void {
    this.spoke = false;
    if (!this.#listening) return;
    const { waiting } = this.#input;
    this.spoke = this.#input.read(this.heard);
    if (this.spoke && this.inRoom.mixing) this.noteDelay(waiting / SAMPLES_PER_MS);
    const recorder = this.#recorder;
    recorder?.push(this.heard);
    if (recorder?.done === true) this.stopRecording();
  }

  /** The second half: says 20 ms to the peer. */
  speak(now: number): void {
    const connection = this.#connection;
    if (connection === undefined) return;
    if (this.#monitor !== undefined) this.#monitor.length = 0;
    this.#say(connection, now);
    if (this.#taps.any) this.#tell(connection);
    this.#input.digits.tick(now);
    this.#watchForSilence(connection, now);
    this.#control.tick(now);
  }

  /** Ticks that were left out. */
  skip(ticks: number): void {
    if (this.#connection === undefined) return;
    this.inRoom.skip(ticks);
    if (!this.#taps.any) return;
    for (let n = 0; n < Math.min(ticks, MAX_SILENT_TICKS); n += 1) this.#taps.push(nothing, nothing);
  }

  /** When this leg must be ticked at the latest; 0 means with every tick. */
  wakeAt(): number {
    const connection = this.#connection;
    if (connection === undefined) return Infinity;
    const busy = this.#activity !== undefined || this.#recorder !== undefined || this.#taps.any;
    if (busy || this.inRoom.busy || this.#context.continuousSilence) return 0;
    return Math.min(this.#rtcp.reportAt, this.#input.digits.wakeAt(), this.#silentAt(connection));
  }

  statistics(): LegStatistics {
    const { reception, injected, malformed, unexpected, late, relayed } = this.#input;
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
      packetsRelayed: relayed,
      delayP50Ms: this.#delays?.percentile(0.5) ?? null,
      delayP99Ms: this.#delays?.percentile(0.99) ?? null,
      jitterMs: reception.jitterMs,
      rttMs: this.#rtcp.rttMs,
      packetsLostAtPeer: this.#rtcp.lostAtPeer,
    };
  }

  /** Ends everything on the leg, says goodbye to the peer; the last statistics. Its room is the engine's affair. */
  close(now: number): LegStatistics {
    // The peer may have gone: not even a digit that is broken off is told to have ended.
    this.#sender.setOpen(false);
    this.stop();
    this.stopRecording();
    this.endListening();
    this.#control.close(now);
    return this.statistics();
  }

  /** Whoever listens in is told that there is nothing more to hear. */
  endListening(): void {
    this.#taps.end();
  }

  get #listening(): boolean {
    const byOneself = this.#recorder !== undefined || this.#activity instanceof Echo;
    return byOneself || this.#taps.any || this.inRoom.mixing;
  }

  #begin(activity: Activity): void {
    this.stop();
    const codec = this.#connection?.codec;
    if (codec !== undefined) activity.setCodec(codec);
    this.#activity = activity;
    this.#changed();
  }

  /** Digits go out as tones when the peer takes no telephone-events; what began as events stays so. */
  #spellInTonesIfNeeded(): void {
    const activity = this.#activity;
    const connection = this.#connection;
    if (connection === undefined || connection.telephoneEventPayloadType !== undefined) return;
    if (!(activity instanceof DigitRun) || activity.playedMs > 0) return;
    this.#activity = new ToneRun(activity.play, activity.plan);
    this.#activity.setCodec(connection.codec);
  }

  #finish(reason: FinishReason): void {
    const activity = this.#activity;
    if (activity === undefined) return;
    this.#activity = undefined;
    this.#changed();
    const { play, playedMs } = activity;
    this.#context.sink.event(this.#handle, { type: 'finished', play, reason, playedMs });
  }

  /** What the leg does has changed: so may whom it listens to, and how its room goes on. */
  #changed(): void {
    this.#listenIfNeeded();
    this.seat?.room.reconsider();
  }

  #listenIfNeeded(): void {
    this.#input.listen(this.#listening, this.inRoom.mixing);
  }

  #say(connection: Connection, now: number): void {
    const silence = silentSource(connection.codec);
    const { continuousSilence } = this.#context;
    if (this.inRoom.tick(now, continuousSilence ? silence : undefined)) return;
    const background: AudioSource = this.inRoom.mixing ? (this.seat?.member ?? silence) : silence;
    const activity = this.#activity;
    if (activity !== undefined) {
      activity.tick(this.#sender, background);
      if (activity.done) this.#finish('end');
    } else if (this.inRoom.sayPassedDigits()) {
      this.#sender.advance();
    } else if (continuousSilence || this.seat?.room.sounding === true) {
      this.#sender.sendAudio(background);
    } else {
      this.#sender.pause(1);
    }
  }

  /** Tells who listens in what was said in this tick: not before, since the leg may be on hold. */
  #tell(connection: Connection): void {
    const { said } = this.#context;
    const monitor = this.#monitor;
    said.fill(0);
    if (monitor !== undefined) {
      const table = g711DecodeTable(connection.codec);
      for (let n = 0; n < monitor.length; n += 1) said[n] = table[monitor.characters[n] ?? 0] ?? 0;
    }
    if (this.inRoom.mixing && monitor !== undefined && monitor.length > 0)
      this.seat?.member.leaveOutWhispers(said);
    this.#taps.push(this.spoke ? this.heard : nothing, said);
    if (this.#taps.any) return;
    this.#sender.monitor = undefined;
    this.#changed();
  }

  #hearDigit(digit: string, durationMs: number): void {
    if (this.#activity instanceof Echo) this.#activity.repeatDigit(digit, durationMs);
    const { seat } = this;
    seat?.room.passDigit(seat.member, digit, durationMs);
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
}
