import type { Monotonic } from '@parley/core';
import {
  type Clip,
  clipDurationMs,
  emptyStatistics,
  type LegStatistics,
  type MediaCommands,
  type MediaEvent,
} from '@parley/media';
import {
  type CallId,
  createSipEngine,
  type EndCause,
  type Negotiated,
  type Path,
  printHostPort,
  type SipEngine,
  type SipOutput,
} from '@parley/sip';
import { Alarm } from '../../clock.ts';
import { connectionOf } from '../../switchboard/line.ts';
import { type Heard, Hearing } from './hearing.ts';
import type { PhonePorts, SipLineListener } from './ports.ts';
import { Script } from './script.ts';

export interface PhonePlan {
  readonly number: string;
  readonly from: string;
  /** Pressed one after another. */
  readonly keys: string;
  /** Played once, after the keys. */
  readonly sound: Clip | undefined;
  /** Hangs up so long after the answer. */
  readonly talkMs: number;
}

/** Who ended the call, or what did. */
export type EndedBy = 'peer' | 'duration' | 'user' | 'silence' | 'media';

export interface CallEnd {
  readonly by: EndedBy;
  readonly answered: boolean;
  /** How SIP saw it; undefined when it had not come to that. */
  readonly cause: EndCause | undefined;
  /** What was wrong with our media. */
  readonly problem: string | undefined;
}

/** What there is to tell while a call goes on. */
export type PhoneNews =
  | { readonly kind: 'dialling' }
  | { readonly kind: 'ringing'; readonly status: number }
  | { readonly kind: 'answered'; readonly afterMs: number }
  | { readonly kind: 'key'; readonly digit: string }
  | { readonly kind: 'sound'; readonly ms: number }
  | { readonly kind: 'sounded' }
  | { readonly kind: 'ended'; readonly end: CallEnd };

export interface PhoneListener {
  news(news: PhoneNews): void;
  /** 8 kHz, about 200 ms at a time. */
  heard(samples: Int16Array): void;
}

/** So long may a call ring; the caller's own patience would end before. */
const ringMs = 60_000;
/** The longest call, and room for its ringing. */
const longestRecordingMs = 4 * 60 * 60 * 1000;
/** Long enough for every detector, short enough to be quick. */
const keyMs = 100;

const leg = 'phone';

/** A SIP phone for one call: rings, talks, presses keys, listens. Sockets and time come from its ports. */
export class Phone implements SipLineListener {
  readonly #plan: PhonePlan;
  readonly #ports: PhonePorts;
  readonly #listener: PhoneListener;
  readonly #path: Path;
  readonly #sip: SipEngine;
  readonly #sipAlarm: Alarm;
  readonly #media: MediaCommands;
  readonly #hearing = new Hearing();
  readonly #script: Script;
  readonly #ended = Promise.withResolvers<CallEnd>();
  readonly #closed = Promise.withResolvers<LegStatistics>();
  readonly #quiet = Promise.withResolvers<void>();
  #call: CallId | undefined;
  #recording = false;
  #dialledAt = 0;
  #answered = false;
  #leaving: { readonly by: EndedBy; readonly problem: string | undefined } | undefined;
  #over = false;
  #closing = false;
  #cancelTurn: () => void = () => undefined;
  #cancelTalk: () => void = () => undefined;

  constructor(plan: PhonePlan, ports: PhonePorts, listener: PhoneListener) {
    this.#plan = plan;
    this.#ports = ports;
    this.#listener = listener;
    const { local, remote } = ports.line;
    const path: Path = { transport: 'UDP', local, remote };
    this.#path = path;
    this.#script = new Script(plan.keys, plan.sound !== undefined);
    // Everything goes to the server that was called, whatever address it gives of itself.
    this.#sip = createSipEngine(
      { userAgent: 'Parley phone', local: () => local, resolve: () => path },
      { hash: ports.hash, token: ports.token },
    );
    this.#sipAlarm = new Alarm(ports.clock, () => this.#drive((now) => this.#sip.wake(now)));
    this.#media = ports.createMedia((event) => this.#mediaEvent(event));
  }

  /** Resolves when the call is over, however it ended. */
  get ended(): Promise<CallEnd> {
    return this.#ended.promise;
  }

  /** Resolves when the media has closed after the end. */
  get mediaClosed(): Promise<LegStatistics> {
    return this.#closed.promise;
  }

  /** Resolves when the server has confirmed that the call is over; not before `ended`. */
  get confirmed(): Promise<void> {
    return this.#quiet.promise;
  }

  get heard(): Heard {
    return this.#hearing.heard;
  }

  dial(): void {
    this.#media.open(leg);
  }

  hangup(by: EndedBy = 'user', problem?: string): void {
    if (this.#over || this.#leaving !== undefined) return;
    this.#leaving = { by, problem };
    const call = this.#call;
    this.#drive((now) => {
      if (call === undefined) this.#end(undefined);
      else this.#sip.hangup(call, now);
    });
  }

  /** Lets go of everything, whatever the state: no timer is left behind. */
  close(): void {
    this.hangup();
    this.#closing = true;
    this.#sipAlarm.set(undefined);
  }

  received(bytes: Uint8Array): void {
    this.#drive((now) => this.#sip.receive(bytes, this.#path, now));
  }

  failed(): void {
    this.#drive((now) => this.#sip.transportFailed(this.#path, now));
  }

  get #now(): number {
    return this.#ports.clock.now().mono;
  }

  /** Runs something on the SIP engine and passes on everything it then has to say. */
  #drive(run: (now: number) => void): void {
    if (this.#closing) return;
    run(this.#now);
    for (let output = this.#sip.next(); output !== undefined; output = this.#sip.next())
      this.#sipSays(output);
    this.#sipAlarm.set(this.#sip.wakeAt() as Monotonic | undefined);
    if (this.#over && this.#sip.sizes().dialogs === 0) this.#quiet.resolve();
  }

  #sipSays(output: SipOutput): void {
    switch (output.kind) {
      case 'send':
        return this.#ports.line.send(output.bytes);
      case 'progress':
        this.#listener.news({ kind: 'ringing', status: output.status });
        return this.#connect(output.media);
      case 'answered':
        return this.#pickedUp(output.media);
      case 'acknowledged':
      case 'mediaChanged':
        return this.#connect(output.media);
      case 'ended':
        return this.#end(output.cause);
      case 'incomingCall':
        return void this.#sip.reject(output.call, 486, undefined, this.#now);
      case 'transferRequested':
        return void this.#sip.rejectTransfer(output.call, 603, this.#now);
      case 'info':
      case 'renegotiationFailed':
      case 'response':
      case 'outOfDialog':
      case 'dropped':
        return undefined;
    }
  }

  #invite(port: number): void {
    const { number, from } = this.#plan;
    const { local, remote } = this.#ports.line;
    const to = { uri: sipUri(number, printHostPort(remote.address, remote.port)) };
    const caller = { uri: sipUri(from, printHostPort(local.address, undefined)) };
    this.#dialledAt = this.#now;
    this.#listener.news({ kind: 'dialling' });
    this.#drive((now) => {
      this.#call = this.#sip.call(
        {
          requestUri: to.uri,
          from: caller,
          to,
          path: this.#path,
          local: { address: local.address, port },
          timeoutMs: ringMs,
        },
        now,
      );
    });
  }

  #pickedUp(media: Negotiated | undefined): void {
    const { clock } = this.#ports;
    this.#answered = true;
    this.#listener.news({ kind: 'answered', afterMs: this.#now - this.#dialledAt });
    this.#connect(media);
    this.#cancelTalk = clock.after(this.#plan.talkMs, () => this.hangup('duration'));
    this.#script.begin(this.#now);
    this.#awaitTurn();
  }

  #connect(media: Negotiated | undefined): void {
    if (media === undefined) return;
    this.#media.connect(leg, connectionOf(media, this.#ports.line.remote.address));
    if (!this.#recording) this.#media.record(leg, longestRecordingMs);
    this.#recording = true;
  }

  #awaitTurn(): void {
    this.#cancelTurn();
    const dueAt = this.#script.dueAt();
    if (dueAt === undefined || this.#over) return;
    this.#cancelTurn = this.#ports.clock.after(Math.max(0, dueAt - this.#now), () => this.#takeTurn());
  }

  #takeTurn(): void {
    const step = this.#script.next(this.#now);
    if (step === undefined) return this.#awaitTurn();
    if (step.kind === 'key') {
      this.#listener.news({ kind: 'key', digit: step.digit });
      this.#media.digits(leg, 'key', { digits: step.digit, durationMs: keyMs, gapMs: keyMs });
    } else if (this.#plan.sound !== undefined) {
      this.#listener.news({ kind: 'sound', ms: clipDurationMs(this.#plan.sound) });
      this.#media.play(leg, 'sound', [this.#plan.sound]);
    }
  }

  #mediaEvent(event: MediaEvent): void {
    switch (event.type) {
      case 'opened':
        return this.#mediaOpened(event.port);
      case 'openFailed':
        this.hangup('media', event.reason);
        return this.#closed.resolve(emptyStatistics);
      case 'heard':
        return this.#hear(event.samples);
      case 'finished':
        return this.#stepFinished(event.play);
      case 'silent':
        return this.hangup('silence');
      case 'closed':
        this.hangup('media', 'the sound of the phone broke down');
        return this.#closed.resolve(event.statistics);
      case 'digit':
      case 'recorded':
      case 'statistics':
      case 'rejected':
      case 'load':
      case 'recordingStarted':
      case 'recordingEnded':
      case 'roomFinished':
        return undefined;
    }
  }

  #mediaOpened(port: number): void {
    if (this.#over) this.#media.close(leg);
    else this.#invite(port);
  }

  #hear(samples: Int16Array): void {
    const silentMs = this.#hearing.hear(samples);
    this.#listener.heard(samples);
    if (silentMs === undefined) return;
    this.#script.heardSound(this.#now - silentMs);
    this.#awaitTurn();
  }

  #stepFinished(play: string): void {
    if (this.#over) return;
    if (play === 'sound') this.#listener.news({ kind: 'sounded' });
    this.#script.done(this.#now);
    this.#awaitTurn();
  }

  #end(cause: EndCause | undefined): void {
    this.#over = true;
    this.#cancelTalk();
    this.#cancelTurn();
    this.#media.close(leg);
    const { by, problem } = this.#leaving ?? { by: 'peer', problem: undefined };
    const end: CallEnd = { by, answered: this.#answered, cause, problem };
    this.#listener.news({ kind: 'ended', end });
    this.#ended.resolve(end);
  }
}

/** The user part holds only what needs no escape, but for #. */
function sipUri(user: string, host: string): string {
  return `sip:${user.replaceAll('#', '%23')}@${host}`;
}
