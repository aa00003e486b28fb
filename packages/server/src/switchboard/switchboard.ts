import { notYet } from '@parley/contract';
import {
  type CallCentre,
  closeOrphans,
  type Chance,
  type Effect,
  type Input,
  isEnding,
  type Reply,
  statusOfCause,
  type Store,
} from '@parley/core';
import { type MediaCommands, type MediaEvent, parseDtmfInfo } from '@parley/media';
import { decodeText, type Negotiated, type Path, type SipEngine, type SipOutput } from '@parley/sip';
import type { Logger } from 'pino';
import { Alarm, type Clock } from '../clock.ts';
import type { CommitPipeline } from './commit-pipeline.ts';
import type { Directory } from './directory.ts';
import { causeOfEnd, connectionOf, destinationOf, type Line, lineOf, sourceOf, figuresOf } from './line.ts';
import { FlowRequests, type RequestEffect, type SendRequest } from './flow-requests.ts';
import { Playback, type PlaybackDeps } from './playback.ts';
import { ReadyMedia } from './ready-media.ts';
import type { Tally } from './tally.ts';

export interface SwitchboardSettings {
  /** Calls at one time; the next is refused with 503. */
  readonly maxCalls: number;
  /** Calls of one customer at one time; the next is refused with 486. */
  readonly maxCallsPerCustomer: number;
  /** Legs whose media is opened ahead of the calls that will need it. */
  readonly readyLegs: number;
  /** The address our SDP names. */
  readonly mediaAddress: string;
}

export interface SwitchboardDeps {
  readonly centre: CallCentre;
  readonly pipeline: CommitPipeline;
  readonly store: Pick<Store, 'live'>;
  readonly directory: Directory;
  readonly sip: SipEngine;
  readonly sendSip: (path: Path, bytes: Uint8Array) => void;
  readonly media: MediaCommands;
  readonly clip: PlaybackDeps['clip'];
  readonly request: SendRequest;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Logger;
  readonly tally: Tally;
  readonly settings: SwitchboardSettings;
}

type Incoming = Extract<SipOutput, { kind: 'incomingCall' }>;

/**
 * Where SIP, media and the call centre meet: turns what the outside reports into inputs, hands decisions to the
 * commit pipeline, and carries out the effects that come back once they are durable. It decides nothing itself but
 * whether there is room for another call.
 */
export class Switchboard {
  readonly #deps: SwitchboardDeps;
  readonly #playback: Playback;
  readonly #requests: FlowRequests;
  readonly #readyMedia: ReadyMedia;
  readonly #lineOfSip = new Map<string, Line>();
  readonly #lineOfCall = new Map<string, Line>();
  readonly #sipAlarm: Alarm;
  readonly #callAlarm: Alarm;
  readonly #closed = new Set<string>(['the server is starting']);

  constructor(deps: SwitchboardDeps) {
    this.#deps = deps;
    this.#playback = new Playback({
      clip: deps.clip,
      play: (leg, play, clips) => deps.media.play(leg, play, clips),
      ended: (callId, play, problem) => this.hear({ kind: 'playEnded', callId, play, problem }),
    });
    this.#readyMedia = new ReadyMedia({
      newId: () => deps.chance.id(),
      open: (callId) => deps.media.open(callId),
      legs: deps.settings.readyLegs,
    });
    this.#requests = new FlowRequests({
      send: deps.request,
      replied: (effect, reply) => this.#replied(effect, reply),
    });
    this.#sipAlarm = new Alarm(deps.clock, () => this.#sip((sip, now) => sip.wake(now)));
    this.#callAlarm = new Alarm(deps.clock, () => this.#wakeCalls());
  }

  /** Ends what was live when the last process died, with its final events; then calls are taken. */
  async start(): Promise<{ readonly calls: number; readonly activeflows: number }> {
    const { store, pipeline, clock, chance } = this.#deps;
    const calls = (await store.live('call')).map(({ row }) => row);
    const activeflows = (await store.live('activeflow')).map(({ row }) => row);
    if (calls.length + activeflows.length > 0) {
      await pipeline.submit(closeOrphans(calls, activeflows, clock.now(), chance));
    }
    this.open('the server is starting');
    this.#readyMedia.fill();
    return { calls: calls.length, activeflows: activeflows.length };
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

  receive(bytes: Uint8Array, path: Path): void {
    this.#sip((sip, now) => sip.receive(bytes, path, now));
  }

  transportFailed(path: Path): void {
    this.#sip((sip, now) => sip.transportFailed(path, now));
  }

  /** One input to the call centre, and all that follows from it. */
  hear(input: Input): void {
    this.#deps.pipeline.decide(this.#deps.centre.handle(input, this.#deps.clock.now()));
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
      case 'load':
      case 'statistics':
      case 'heard':
      case 'recorded':
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
    switch (effect.kind) {
      case 'openMedia':
        return media.open(effect.callId);
      case 'ring':
        return this.#onLine(effect.callId, (line, sip, now) => sip.ring(line.sip, now));
      case 'answer':
        return this.#answer(effect.callId);
      case 'hangup':
        return this.#hangup(effect.callId, effect.cause);
      case 'closeMedia':
        this.#playback.cancel(effect.callId);
        return media.close(effect.callId);
      case 'play':
        return void this.#playback.start(effect);
      case 'echo':
        this.#playback.cancel(effect.callId);
        return media.echo(effect.callId, effect.play, effect.durationMs);
      case 'stopPlay':
        this.#playback.cancel(effect.callId);
        return media.stop(effect.callId);
      case 'request':
        return void this.#requests.start(effect);
      case 'loadFlow':
        return void this.#loadFlow(effect);
      case 'report':
        this.#deps.tally.problem(effect.problem);
        return this.#deps.log.warn({ call_id: effect.callId }, effect.text);
    }
  }

  /** A client wants a call ended. Resolves once that is durable. */
  async hangup(callId: string): Promise<boolean> {
    const live = this.#deps.centre.liveCall(callId);
    if (live === undefined || live.call.status === 'hangup') return false;
    if (!isEnding(live)) this.hear({ kind: 'hangupRequested', callId });
    await this.#deps.pipeline.flushed();
    return true;
  }

  async stopActiveflow(activeflowId: string): Promise<boolean> {
    const callId = this.#deps.centre.callOfActiveflow(activeflowId);
    if (callId === undefined || this.#deps.centre.liveCall(callId)?.walk === undefined) return false;
    this.hear({ kind: 'stopRequested', callId });
    await this.#deps.pipeline.flushed();
    return true;
  }

  /** `actionId` has to be the block the activeflow rests on. */
  async resumeActiveflow(activeflowId: string, actionId: string): Promise<'ok' | 'notFound' | 'notBlocked'> {
    const callId = this.#deps.centre.callOfActiveflow(activeflowId);
    const walk = callId === undefined ? undefined : this.#deps.centre.liveCall(callId)?.walk;
    if (callId === undefined || walk === undefined) return 'notFound';
    if (walk.current?.action.id !== actionId || walk.current.type.type !== 'block') return 'notBlocked';
    this.hear({ kind: 'resumeRequested', callId, actionId });
    await this.#deps.pipeline.flushed();
    return 'ok';
  }

  #wakeCalls(): void {
    for (const decision of this.#deps.centre.wake(this.#deps.clock.now()))
      this.#deps.pipeline.decide(decision);
    this.#callAlarm.set(this.#deps.centre.wakeAt());
  }

  /** Runs something on the SIP engine and passes on everything it then has to say. */
  #sip(run: (sip: SipEngine, now: number) => void): void {
    const { sip, clock, tally, log } = this.#deps;
    try {
      run(sip, clock.now().mono);
    } catch (error) {
      // Foreign bytes must not end the process, whatever bug of ours they have found.
      tally.problem('bug');
      log.error({ err: error }, 'a bug in the SIP engine; what it was given led to nothing');
    }
    for (let output = sip.next(); output !== undefined; output = sip.next()) this.#sipSays(output);
    this.#sipAlarm.set(asMonotonic(sip.wakeAt()));
  }

  #sipSays(output: SipOutput): void {
    switch (output.kind) {
      case 'send':
        return this.#deps.sendSip(output.path, output.bytes);
      case 'incomingCall':
        return void this.#incoming(output);
      case 'acknowledged':
      case 'mediaChanged':
      case 'answered':
        return this.#connect(this.#lineOfSip.get(output.call), output.media);
      case 'info':
        return this.#info(output);
      case 'transferRequested': // Where its caller may go, only the flow of a call decides.
        return void this.#deps.sip.rejectTransfer(output.call, 603, this.#deps.clock.now().mono);
      case 'ended':
        return this.#ended(output);
      case 'dropped':
        return this.#deps.tally.dropped(output.reason);
      case 'progress':
      case 'renegotiationFailed':
      case 'response':
      case 'outOfDialog':
        return undefined;
    }
  }

  /** Finds what was dialled. Until it has been found there is no call, and nothing is told to anyone. */
  async #incoming(invite: Incoming): Promise<void> {
    if (this.closedBecause !== undefined || this.#deps.centre.size >= this.#deps.settings.maxCalls) {
      return this.#refuse(invite, 503, this.closedBecause === undefined ? 'full' : 'closed');
    }
    const line = lineOf(invite.call, invite.path.remote.address);
    this.#lineOfSip.set(invite.call, line);
    const dialled = invite.requestUri.user ?? '';
    try {
      const route = await this.#deps.directory.route(dialled);
      if (line.gone) return;
      if (route === undefined) return this.#refuse(invite, 404, 'unknownNumber');
      this.#offer(invite, line, dialled, route);
    } catch (error) {
      this.#deps.log.error({ err: error }, 'a number could not be looked up');
      this.#refuse(invite, 503, 'storeFailed');
    }
  }

  #offer(
    invite: Incoming,
    line: Line,
    dialled: string,
    route: Awaited<ReturnType<Directory['route']>> & object,
  ): void {
    const { customer_id: customerId, call_flow_id: flowId } = route.number;
    if (this.#deps.centre.callsOfCustomer(customerId) >= this.#deps.settings.maxCallsPerCustomer) {
      return this.#refuse(invite, 486, 'customerBusy');
    }
    const ready = this.#readyMedia.take();
    const callId = ready?.callId ?? this.#deps.chance.id();
    line.callId = callId;
    line.mediaPort = ready?.port;
    this.#lineOfCall.set(callId, line);
    const source = sourceOf(invite.from);
    this.hear({
      kind: 'callOffered',
      callId,
      customerId,
      flowId,
      flow: route.flow,
      source,
      destination: destinationOf(dialled),
      mediaOpen: ready !== undefined,
    });
  }

  #refuse(invite: Incoming, status: number, why: string): void {
    this.#deps.tally.refused(why);
    this.#sip((sip, now) => sip.reject(invite.call, status, undefined, now));
  }

  #mediaOpened(callId: string, port: number): void {
    if (this.#readyMedia.opened(callId, port)) return;
    const line = this.#lineOfCall.get(callId);
    if (line !== undefined) line.mediaPort = port;
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

  #answer(callId: string): void {
    this.#onLine(callId, (line, sip, now) => {
      const port = line.mediaPort;
      if (port === undefined) throw new Error(`call ${callId} is answered before its media is open`);
      const answer = sip.answer(line.sip, { address: this.#deps.settings.mediaAddress, port }, now);
      if (answer.ok) this.#connect(line, answer.media);
    });
  }

  #hangup(callId: string, cause: number): void {
    this.#playback.cancel(callId);
    this.#requests.cancel(callId);
    this.#onLine(callId, (line, sip, now) => {
      const live = this.#deps.centre.liveCall(callId);
      if (live?.call.tm_progressing === notYet) sip.reject(line.sip, statusOfCause(cause), undefined, now);
      else sip.hangup(line.sip, now, cause < 128 ? { q850: cause } : {});
    });
  }

  /** A leg that is gone needs no command any more; its end has been, or is about to be, reported. */
  #onLine(callId: string, run: (line: Line, sip: SipEngine, now: number) => void): void {
    const line = this.#lineOfCall.get(callId);
    if (line === undefined || line.gone) return;
    this.#sip((sip, now) => run(line, sip, now));
  }

  #ended(output: Extract<SipOutput, { kind: 'ended' }>): void {
    const line = this.#lineOfSip.get(output.call);
    if (line === undefined) return;
    line.gone = true;
    this.#lineOfSip.delete(output.call);
    if (line.callId === undefined) return;
    this.#lineOfCall.delete(line.callId);
    this.hear({ kind: 'callEnded', callId: line.callId, end: { cause: causeOfEnd(output.cause) } });
    // Sound ends with the leg (RFC 3261 section 15), whether or not its end can be written down at the moment.
    this.#playback.cancel(line.callId);
    this.#requests.cancel(line.callId);
    this.#deps.media.close(line.callId);
  }

  #info(output: Extract<SipOutput, { kind: 'info' }>): void {
    const callId = this.#lineOfSip.get(output.call)?.callId;
    const parsed = parseDtmfInfo(output.contentType, decodeText(output.body));
    if (callId !== undefined && parsed.ok) this.hear({ kind: 'digit', callId, digit: parsed.value.digit });
  }

  #replied({ callId, request }: RequestEffect, reply: Reply): void {
    if (request !== '') this.hear({ kind: 'replied', callId, request, reply });
    else if (!reply.ok) this.#deps.log.warn({ call_id: callId }, `webhook_send: ${reply.problem}`);
  }

  async #loadFlow({
    callId,
    request,
    customerId,
    flowId,
  }: Extract<Effect, { kind: 'loadFlow' }>): Promise<void> {
    const flow = await this.#deps.directory.flow(customerId, flowId).catch((error: unknown) => {
      this.#deps.log.error({ err: error }, 'a flow could not be read');
      return undefined;
    });
    this.hear({ kind: 'flowLoaded', callId, request, flow });
  }
}

function asMonotonic(time: number | undefined): ReturnType<CallCentre['wakeAt']> {
  return time as ReturnType<CallCentre['wakeAt']>;
}
