import { notYet } from '@parley/contract';
import {
  type CallCentre,
  type Chance,
  closeOrphans,
  type Decision,
  type Effect,
  type Input,
  type Moment,
  type Reply,
  statusOfCause,
  type Store,
} from '@parley/core';
import { type MediaCommands, type MediaEvent, parseDtmfInfo } from '@parley/media';
import {
  decodeText,
  type Negotiated,
  type OutgoingRequest,
  type Path,
  type RequestId,
  type SipEngine,
  type SipOutput,
} from '@parley/sip';
import type { Logger } from 'pino';
import { Alarm, type Clock } from '../clock.ts';
import type { RegistrarDeps } from '../registrar/registrar-deps.ts';
import { CallsIn, type CallsInDeps, type CallsInSettings } from './calls-in.ts';
import { CallsOut, type CallsOutDeps, type Reach } from './calls-out.ts';
import type { CommitPipeline } from './commit-pipeline.ts';
import type { DialPlan } from './dial-plan.ts';
import type { Directory } from './directory.ts';
import { FlowRequests, type RequestEffect, type SendRequest } from './flow-requests.ts';
import { causeOfEnd, connectionOf, figuresOf, type Line, Lines } from './line.ts';
import type { Locate } from './locator.ts';
import { findOrphans } from './orphans.ts';
import { Playback, type PlaybackDeps } from './playback.ts';
import { ReadyMedia } from './ready-media.ts';
import { Refers, type RefersDeps } from './refer.ts';
import { SipDriver } from './sip-driver.ts';
import type { Tally } from './tally.ts';

export interface SwitchboardSettings extends CallsInSettings {
  /** Legs whose media is opened ahead of the calls that will need it. */
  readonly readyLegs: number;
  /** The address our SDP names. */
  readonly mediaAddress: string;
}

export interface SwitchboardDeps {
  readonly centre: CallCentre;
  readonly pipeline: CommitPipeline;
  readonly store: Pick<Store, 'live' | 'get'>;
  /** Mends the file of a recording that a process left behind; answers its milliseconds of sound. */
  readonly recorded: (recordingId: string) => Promise<number>;
  readonly recordingPath: (recordingId: string) => string;
  readonly directory: Directory;
  readonly dialPlan: DialPlan;
  readonly whoIs: CallsInDeps['whoIs'];
  readonly admitAt: CallsOutDeps['admitAt'];
  readonly locate: Locate;
  readonly isOurs: RefersDeps['isOurs'];
  readonly reach: Reach;
  readonly ownHost: () => string;
  readonly sip: SipEngine;
  readonly sendSip: (path: Path, bytes: Uint8Array) => void;
  readonly media: MediaCommands;
  /** A request outside of calls that is not ours to answer. */
  readonly inquired: (output: Extract<SipOutput, { kind: 'outOfDialog' }>) => void;
  /** An answer to what `request` sent. */
  readonly responded: (output: Extract<SipOutput, { kind: 'response' }>) => void;
  readonly clip: PlaybackDeps['clip'];
  readonly request: SendRequest;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Logger;
  readonly tally: Tally;
  readonly settings: SwitchboardSettings;
}

/**
 * Where SIP, media and the call centre meet: turns what the outside reports into inputs, hands decisions to the
 * commit pipeline, and carries out the effects that come back once they are durable. It decides nothing itself.
 */
export class Switchboard {
  readonly #deps: SwitchboardDeps;
  readonly #lines = new Lines();
  /** Where the media of each call listens, while it is open. */
  readonly #mediaPorts = new Map<string, number>();
  readonly #driver: SipDriver;
  readonly #callsIn: CallsIn;
  readonly #callsOut: CallsOut;
  readonly #refers: Refers;
  readonly #playback: Playback;
  readonly #requests: FlowRequests;
  readonly #readyMedia: ReadyMedia;
  readonly #callAlarm: Alarm;
  readonly #closed = new Set<string>(['the server is starting']);

  constructor(deps: SwitchboardDeps) {
    this.#deps = deps;
    const hear = (input: Input): void => this.hear(input);
    const lines = this.#lines;
    const driver = new SipDriver({ ...deps, says: (output) => this.#sipSays(output) });
    const readyMedia = new ReadyMedia({
      newId: () => deps.chance.id(),
      open: (callId) => deps.media.open(callId),
      legs: deps.settings.readyLegs,
    });
    this.#driver = driver;
    this.#readyMedia = readyMedia;
    this.#callsIn = new CallsIn({
      ...deps,
      hear,
      lines,
      readyMedia,
      driver,
      closedBecause: () => this.closedBecause,
      mediaOpen: (callId, port) => this.#mediaPorts.set(callId, port),
    });
    this.#callsOut = new CallsOut({
      ...deps,
      hear,
      lines,
      driver,
      mediaPort: (callId) => this.#mediaPorts.get(callId),
      mediaAddress: deps.settings.mediaAddress,
    });
    this.#refers = new Refers({ ...deps, hear, lines, driver });
    this.#playback = new Playback({
      clip: deps.clip,
      play: (leg, play, clips, repeat) => deps.media.play(leg, play, clips, { repeat }),
      ended: (callId, play, problem) => this.hear({ kind: 'playEnded', callId, play, problem }),
    });
    this.#requests = new FlowRequests({
      send: deps.request,
      replied: (effect, reply) => this.#replied(effect, reply),
    });
    this.#callAlarm = new Alarm(deps.clock, () => this.#wakeCalls());
  }

  /** Ends what was live when the last process died, with its final events; then calls are taken. */
  async start(): Promise<{ readonly calls: number; readonly activeflows: number }> {
    const { store, pipeline, centre, clock, chance, recorded } = this.#deps;
    const orphans = await findOrphans(store, recorded);
    const { decision, conferences } = closeOrphans(orphans, clock.now(), chance);
    if (decision.puts.length > 0) await pipeline.submit(decision);
    centre.load(conferences);
    this.centreDecided();
    this.open('the server is starting');
    this.#readyMedia.fill();
    return { calls: orphans.calls.length, activeflows: orphans.activeflows.length };
  }

  /** From now on every new call is refused with 503, until the same reason is lifted by `open`. */
  close(why: string): void {
    this.#closed.add(why);
  }

  open(why: string): void {
    this.#closed.delete(why);
  }

  /** Why new calls are refused, if they are. */
  get closedBecause(): string | undefined {
    const [why] = this.#closed;
    return why;
  }

  /** The legs there are, to be looked at. */
  lines(): ReadonlySet<Readonly<Line>> {
    return this.#lines.all();
  }

  receive(bytes: Uint8Array, path: Path): void {
    this.#driver.run((sip, now) => sip.receive(bytes, path, now));
  }

  transportFailed(path: Path): void {
    this.#driver.run((sip, now) => sip.transportFailed(path, now));
  }

  /** Answers what `inquired` was told of. */
  respond(...[inquiry, status, reason, headers]: Parameters<RegistrarDeps['respond']>): void {
    this.#driver.run((sip, now) => void sip.respond(inquiry, status, reason, now, headers));
  }

  /** Sends a request outside of calls; undefined when a bug kept it. */
  ask(wanted: OutgoingRequest): RequestId | undefined {
    return this.#driver.run((sip, now) => sip.request(wanted, now));
  }

  /** One input to the call centre, and all that follows from it. */
  hear(input: Input): void {
    this.#deps.pipeline.decide(this.#deps.centre.handle(input, this.#deps.clock.now()));
    this.centreDecided();
  }

  /** The call centre has decided something, whoever asked it to: it may want to be woken at another time. */
  centreDecided(): void {
    this.#callAlarm.set(this.#deps.centre.wakeAt());
  }

  mediaEvent(event: MediaEvent): void {
    switch (event.type) {
      case 'opened':
        return this.#mediaOpened(event.leg, event.port);
      case 'openFailed':
        if (this.#readyMedia.gone(event.leg)) return undefined;
        return this.hear({ kind: 'mediaFailed', callId: event.leg, problem: event.reason });
      case 'finished':
        return this.#playFinished(event);
      case 'digit':
        return this.hear({ kind: 'digit', callId: event.leg, digit: event.digit });
      case 'silent':
        return this.hear({ kind: 'mediaSilent', callId: event.leg });
      case 'closed':
        return this.#mediaClosed(event);
      case 'rejected':
        this.#deps.tally.problem('media');
        return this.#deps.log.warn({ call_id: event.leg }, `media refused ${event.command}: ${event.reason}`);
      case 'recordingStarted':
        return this.#decided((centre, at) => centre.recordingStarted(event.recording, event.recordedMs, at));
      case 'recordingEnded':
        return this.#recordingEnded(event);
      case 'load':
      case 'statistics':
      case 'heard':
      case 'recorded':
      case 'roomFinished':
        return undefined;
    }
  }

  /** Carries out what a durable decision asks for. A bug in that costs the call it is for, not the process. */
  perform(effect: Effect): void {
    try {
      this.#carryOut(effect);
    } catch (error) {
      this.#deps.tally.problem('bug');
      this.#deps.log.error(
        { err: error, call_id: effect.callId },
        `a bug: ${effect.kind} failed; the call is ended`,
      );
      if (effect.kind !== 'hangup') this.hear({ kind: 'hangupRequested', callId: effect.callId });
    }
  }

  #carryOut(effect: Effect): void {
    const { media } = this.#deps;
    const { callId } = effect;
    switch (effect.kind) {
      case 'openMedia':
        return media.open(callId);
      case 'dial':
        return void this.#callsOut.dial(effect);
      case 'ring':
        return this.#onLine(callId, (sip, leg, now) => sip.ring(leg, now));
      case 'progress':
      case 'answer':
        return this.#answer(callId, effect.kind);
      case 'hangup':
        return this.#hangup(callId, effect.cause);
      case 'hold':
        return this.#onLine(callId, (sip, leg, now) =>
          effect.held ? sip.hold(leg, now) : sip.resume(leg, now),
        );
      case 'closeMedia':
        this.#playback.cancel(callId);
        return media.close(callId);
      case 'join':
        return media.join(callId, effect.roomId, { hears: effect.hears, heardBy: effect.heard });
      case 'startRecording':
        return media.startRecording(effect.recordingId, {
          target: effect.roomId === undefined ? { leg: callId } : { room: effect.roomId },
          path: this.#deps.recordingPath(effect.recordingId),
          maxMs: effect.maxMs,
          endOfSilenceMs: effect.endOfSilenceMs,
        });
      case 'pauseRecording':
        return effect.paused
          ? media.pauseRecording(effect.recordingId)
          : media.resumeRecording(effect.recordingId);
      case 'stopRecording':
        return media.stopRecording(effect.recordingId);
      case 'transferProgress':
        return this.#onLine(callId, (sip, leg, now) => sip.transferProgress(leg, effect.status, now));
      case 'leave':
        return media.leave(callId);
      case 'play':
        return void this.#playback.start(effect);
      case 'echo':
        this.#playback.cancel(callId);
        return media.echo(callId, effect.play, effect.durationMs);
      case 'sendDigits':
        this.#playback.cancel(callId);
        return media.digits(callId, effect.play, {
          digits: effect.digits,
          durationMs: effect.durationMs,
          gapMs: effect.intervalMs,
        });
      case 'stopPlay':
        this.#playback.cancel(callId);
        return media.stop(callId);
      case 'request':
        return void this.#requests.start(effect);
      case 'loadFlow':
        return void this.#loadFlow(effect);
      case 'locate':
        return void this.#locate(effect);
      case 'report':
        this.#deps.tally.problem(effect.problem);
        return this.#deps.log.warn({ call_id: callId }, effect.text);
    }
  }

  #recordingEnded(event: Extract<MediaEvent, { type: 'recordingEnded' }>): void {
    const { recording, reason, durationMs, error } = event;
    if (reason === 'failed') {
      this.#deps.tally.problem('recording');
      this.#deps.log.error({ recording_id: recording }, `a recording was broken off: ${error ?? 'unknown'}`);
    }
    this.#decided((centre, at) => centre.recordingEnded(recording, durationMs, at));
  }

  #decided(decide: (centre: CallCentre, at: Moment) => Decision): void {
    this.#deps.pipeline.decide(decide(this.#deps.centre, this.#deps.clock.now()));
    this.centreDecided();
  }

  #wakeCalls(): void {
    for (const decision of this.#deps.centre.wake(this.#deps.clock.now()))
      this.#deps.pipeline.decide(decision);
    this.centreDecided();
  }

  #sipSays(output: SipOutput): void {
    switch (output.kind) {
      case 'send':
        return this.#deps.sendSip(output.path, output.bytes);
      case 'incomingCall':
        return void this.#callsIn.invited(output);
      case 'progress':
        return this.#progress(output);
      case 'acknowledged':
        return this.#connect(this.#lines.bySip(output.call), output.media);
      case 'mediaChanged':
        return this.#mediaChanged(output);
      case 'answered':
        return this.#answered(output);
      case 'info':
        return this.#info(output);
      case 'transferRequested':
        return void this.#refers.requested(output);
      case 'ended':
        return this.#ended(output);
      case 'dropped':
        return this.#deps.tally.dropped(output.reason);
      case 'renegotiationFailed':
        return undefined;
      case 'response':
        return this.#deps.responded(output);
      case 'outOfDialog':
        return this.#deps.inquired(output);
    }
  }

  #progress({ call, status, media }: Extract<SipOutput, { kind: 'progress' }>): void {
    const line = this.#lines.bySip(call);
    this.#connect(line, media);
    if (line?.callId === undefined || (status !== 180 && status !== 183 && media === undefined)) return;
    this.hear({ kind: 'farEndRings', callId: line.callId, earlyMedia: media !== undefined });
  }

  #answered({ call, media }: Extract<SipOutput, { kind: 'answered' }>): void {
    const line = this.#lines.bySip(call);
    this.#connect(line, media);
    if (line?.callId !== undefined) this.hear({ kind: 'farEndAnswered', callId: line.callId });
  }

  /** A peer that holds shows it in the direction; what it is after a change of ours says nothing about the peer. */
  #mediaChanged({ call, by, media }: Extract<SipOutput, { kind: 'mediaChanged' }>): void {
    const line = this.#lines.bySip(call);
    this.#connect(line, media);
    if (line?.callId === undefined || by === 'local') return;
    const held = media.direction === 'recvonly' || media.direction === 'inactive';
    this.hear({ kind: 'farEndHolds', callId: line.callId, held });
  }

  #mediaOpened(callId: string, port: number): void {
    if (this.#readyMedia.opened(callId, port)) return;
    this.#mediaPorts.set(callId, port);
    this.hear({ kind: 'mediaOpened', callId });
  }

  /** What we stopped ourselves has been decided on already. */
  #playFinished({ leg: callId, play, reason }: Extract<MediaEvent, { type: 'finished' }>): void {
    if (reason === 'end') this.hear({ kind: 'playEnded', callId, play });
    if (reason === 'refused')
      this.hear({ kind: 'playEnded', callId, play, problem: 'too long to be played' });
  }

  #mediaClosed({ leg: callId, reason, statistics }: Extract<MediaEvent, { type: 'closed' }>): void {
    if (this.#readyMedia.gone(callId)) return;
    this.#mediaPorts.delete(callId);
    if (reason === 'failed')
      this.hear({ kind: 'mediaFailed', callId, problem: 'the media of the call broke down' });
    this.hear({ kind: 'mediaClosed', callId, statistics: figuresOf(statistics) });
  }

  #connect(line: Line | undefined, media: Negotiated | undefined): void {
    // The ACK mostly confirms what was told with the answer.
    if (line?.callId === undefined || media === undefined || media === line.connected) return;
    line.connected = media;
    this.#deps.media.connect(line.callId, connectionOf(media, line.peer));
  }

  /** 200 with our media, or 183 for sound before that. */
  #answer(callId: string, how: 'progress' | 'answer'): void {
    this.#onLine(callId, (sip, leg, now, line) => {
      const port = this.#mediaPorts.get(callId);
      if (port === undefined) throw new Error(`call ${callId} is answered before its media is open`);
      const local = { address: this.#deps.settings.mediaAddress, port };
      const answer = how === 'answer' ? sip.answer(leg, local, now) : sip.progress183(leg, local, now);
      if (answer.ok) this.#connect(line, answer.media);
    });
  }

  #hangup(callId: string, cause: number): void {
    this.#playback.cancel(callId);
    this.#requests.cancel(callId);
    const line = this.#lines.byCall(callId);
    // Nothing is out there (yet), so nothing will report its end.
    if (line?.sip === undefined) {
      if (line !== undefined) this.#lines.remove(line);
      return this.hear({ kind: 'callEnded', callId, end: { cause } });
    }
    this.#onLine(callId, (sip, leg, now) => {
      const call = this.#deps.centre.liveCall(callId)?.call;
      if (call?.direction === 'incoming' && call.tm_progressing === notYet)
        sip.reject(leg, statusOfCause(cause), undefined, now);
      else sip.hangup(leg, now, cause < 128 && cause > 0 ? { q850: cause } : {});
    });
  }

  /** A leg that is gone needs no command any more; its end has been, or is about to be, reported. */
  #onLine(
    callId: string,
    run: (sip: SipEngine, leg: NonNullable<Line['sip']>, now: number, line: Line) => void,
  ): void {
    const line = this.#lines.byCall(callId);
    if (line?.sip === undefined || line.gone) return;
    const { sip: leg } = line;
    this.#driver.run((sip, now) => run(sip, leg, now, line));
  }

  #ended({ call, cause }: Extract<SipOutput, { kind: 'ended' }>): void {
    const line = this.#lines.bySip(call);
    if (line === undefined) return;
    this.#lines.remove(line);
    const { callId } = line;
    if (callId === undefined) return;
    this.hear({ kind: 'callEnded', callId, end: { cause: causeOfEnd(cause) } });
    const status = this.#deps.centre.liveCall(callId)?.call.status;
    if (status === 'dialing' || status === 'ringing') return; // Dialled on, another way.
    // Sound ends with the leg (RFC 3261 section 15), whether or not its end can be written down at the moment.
    this.#playback.cancel(callId);
    this.#requests.cancel(callId);
    this.#deps.media.close(callId);
  }

  #info(output: Extract<SipOutput, { kind: 'info' }>): void {
    const callId = this.#lines.bySip(output.call)?.callId;
    const parsed = parseDtmfInfo(output.contentType, decodeText(output.body));
    if (callId === undefined || !parsed.ok) return;
    const { digit, durationMs } = parsed.value;
    this.hear({ kind: 'digit', callId, digit, signalledMs: durationMs });
  }

  #replied({ callId, request }: RequestEffect, reply: Reply): void {
    if (request !== '') this.hear({ kind: 'replied', callId, request, reply });
    else if (!reply.ok) this.#deps.log.warn({ call_id: callId }, `webhook_send: ${reply.problem}`);
  }

  async #loadFlow(effect: Extract<Effect, { kind: 'loadFlow' }>): Promise<void> {
    const { callId, request, customerId, flowId } = effect;
    const flow = await this.#orNothing(this.#deps.directory.flow(customerId, flowId), 'a flow');
    this.hear({ kind: 'flowLoaded', callId, request, flow });
  }

  async #locate(effect: Extract<Effect, { kind: 'locate' }>): Promise<void> {
    const { callId, request, customerId, flowId } = effect;
    const { directory, locate } = this.#deps;
    const [destinations, flow] = await Promise.all([
      this.#orNothing(locate(effect), 'a destination'),
      this.#orNothing(directory.flow(customerId, flowId), 'a flow'),
    ]);
    this.hear({ kind: 'located', callId, request, destinations: destinations ?? [], flow });
  }

  async #orNothing<T>(read: Promise<T>, what: string): Promise<T | undefined> {
    try {
      return await read;
    } catch (error) {
      this.#deps.log.error({ err: error }, `${what} could not be read`);
      return undefined;
    }
  }
}
