import {
  type CallCentre,
  type Chance,
  closeOrphans,
  type Decision,
  type Effect,
  type Input,
  type Moment,
  type Reply,
  type Store,
} from '@parley/core';
import type { MediaCommands, MediaEvent } from '@parley/media';
import type { OutgoingRequest, Path, RequestId, SipEngine, SipOutput } from '@parley/sip';
import type { Logger } from 'pino';
import { Alarm, type Clock } from '../clock.ts';
import type { RegistrarDeps } from '../registrar/registrar-deps.ts';
import { CallsIn, type CallsInDeps, type CallsInSettings } from './calls-in.ts';
import { CallsOut, type CallsOutDeps, type Reach } from './calls-out.ts';
import type { CommitPipeline } from './commit-pipeline.ts';
import type { DialPlan } from './dial-plan.ts';
import type { Directory } from './directory.ts';
import { FlowRequests, type RequestEffect, type SendRequest } from './flow-requests.ts';
import { Legs } from './legs.ts';
import { type Line, Lines } from './line.ts';
import type { Locate } from './locator.ts';
import { MediaReports } from './media-reports.ts';
import { findOrphans } from './orphans.ts';
import { readStaffHistory } from './staff-history.ts';
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
  /** How long a provider may say nothing at all while another can be tried; 0: as long as SIP waits. */
  readonly routeTimeoutMs: number;
}

export interface SwitchboardDeps {
  readonly centre: CallCentre;
  readonly pipeline: CommitPipeline;
  readonly store: Pick<Store, 'live' | 'get' | 'list'>;
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
  readonly #driver: SipDriver;
  readonly #callsIn: CallsIn;
  readonly #callsOut: CallsOut;
  readonly #refers: Refers;
  readonly #legs: Legs;
  readonly #media: MediaReports;
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
    const media = new MediaReports({ ...deps, readyMedia, hear, decide: (decide) => this.#decided(decide) });
    this.#media = media;
    const reach = { lines, driver, hear, mediaPort: (callId: string) => media.port(callId) };
    const { mediaAddress, routeTimeoutMs: silentMs } = deps.settings;
    this.#legs = new Legs({ ...deps, ...reach, mediaAddress, cancel: (callId) => this.#cancel(callId) });
    this.#callsIn = new CallsIn({
      ...deps,
      hear,
      lines,
      readyMedia,
      driver,
      closedBecause: () => this.closedBecause,
      mediaOpen: (callId, port) => media.isOpen(callId, port),
    });
    this.#callsOut = new CallsOut({ ...deps, ...reach, mediaAddress, silentMs });
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
    const { decision, conferences, onEnd, promises } = closeOrphans(orphans, clock.now(), chance);
    if (decision.puts.length > 0) await pipeline.submit(decision);
    centre.load(conferences);
    const queues = await store.live('queue');
    const now = clock.now();
    const history = await readStaffHistory(
      store,
      queues.map(({ row }) => row),
      now,
    );
    centre.loadStaff(await store.live('agent'), queues, now, history);
    for (const flow of onEnd) pipeline.decide(centre.beginOnEnd(flow, clock.now()));
    centre.waiting.takeUp(promises, now);
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

  /** The first phone of an extension has come, or the last one has gone. */
  registrationChanged(customerId: string, extension: string, isRegistered: boolean): void {
    this.#decided((centre, at) => centre.registrationChanged(customerId, extension, isRegistered, at));
  }

  /** The call centre has decided something, whoever asked it to: it may want to be woken at another time. */
  centreDecided(): void {
    this.#callAlarm.set(this.#deps.centre.wakeAt());
  }

  mediaEvent(event: MediaEvent): void {
    this.#media.report(event);
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
        return this.#legs.onLine(callId, (sip, leg, now) => sip.ring(leg, now));
      case 'progress':
      case 'answer':
        return this.#legs.answer(callId, effect.kind);
      case 'hangup':
        return this.#legs.hangup(callId, effect.cause);
      case 'hold':
        return this.#legs.onLine(callId, (sip, leg, now) =>
          effect.held ? sip.hold(leg, now) : sip.resume(leg, now),
        );
      case 'closeMedia':
        this.#playback.cancel(callId);
        return media.close(callId);
      case 'join':
        return media.join(callId, effect.roomId, {
          hears: effect.hears,
          heardBy: effect.heard,
          passDigits: effect.passesKeys,
        });
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
        return this.#legs.onLine(callId, (sip, leg, now) => sip.transferProgress(leg, effect.status, now));
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

  #decided(decide: (centre: CallCentre, at: Moment) => Decision): void {
    this.#deps.pipeline.decide(decide(this.#deps.centre, this.#deps.clock.now()));
    this.centreDecided();
  }

  /** Whatever is being prepared for that call. */
  #cancel(callId: string): void {
    this.#playback.cancel(callId);
    this.#requests.cancel(callId);
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
        return this.#legs.progress(output);
      case 'acknowledged':
        return this.#legs.connect(this.#lines.bySip(output.call), output.media);
      case 'mediaChanged':
        return this.#legs.mediaChanged(output);
      case 'answered':
        return this.#legs.answered(output);
      case 'info':
        return this.#legs.info(output);
      case 'transferRequested':
        return void this.#refers.requested(output);
      case 'ended':
        return this.#legs.ended(output);
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
