import type { Monotonic } from '@parley/core';
import type { Clip, MediaCommands, MediaEvent } from '@parley/media';
import { Alarm, SipNet } from '@parley/server';
import {
  type CallId,
  createSipEngine,
  type Negotiated,
  type OutgoingRequest,
  type Path,
  type RequestId,
  type SipEngine,
  type SipOutput,
} from '@parley/sip';
import { type Account, PhoneRegistration } from './phone-registration.ts';
import type { SeededChance } from '../seeded-chance.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import type { Endpoint, VirtualNetwork } from '../virtual-network.ts';
import { createVirtualSipSockets, type VirtualSipSockets } from '../virtual-sip-sockets.ts';
import type { VirtualStreams } from '../virtual-streams.ts';
import { simDigestHash } from './sim-digest.ts';
import { createSimMedia } from './sim-media.ts';

/** What it is doing. One call at a time; a second one that comes in is refused as busy. */
export type PhoneState =
  | { readonly kind: 'idle' }
  /** Its own media is being opened; the INVITE follows. */
  | { readonly kind: 'lifted'; readonly leg: string; readonly dial: Dial }
  | { readonly kind: 'dialling'; readonly leg: string; readonly call: CallId }
  /** Somebody calls. */
  | { readonly kind: 'ringing'; readonly call: CallId }
  /** Its own media is being opened; the 183 follows. */
  | { readonly kind: 'announcing'; readonly leg: string; readonly call: CallId }
  /** It rings, and is heard already. */
  | { readonly kind: 'announced'; readonly leg: string; readonly call: CallId; readonly local: Endpoint }
  /** Its own media is being opened; the 200 follows. */
  | { readonly kind: 'accepting'; readonly leg: string; readonly call: CallId }
  | { readonly kind: 'talking'; readonly leg: string; readonly call: CallId };

/** `power`: all of it. `signalling`: SIP is neither said nor heard any more. `sound`: RTP and RTCP are not. */
export type PhoneLoss = 'power' | 'signalling' | 'sound';

export interface Dial {
  readonly number: string;
  /** Whom to ask for it. */
  readonly at: Endpoint;
  /** The INVITE is cancelled when it has had no final answer by then. */
  readonly timeoutMs: number;
}

/** Whoever holds the phone. */
export interface PhoneUser {
  /** It rings: `accept`, `announce`, `refuse`, or let it ring. */
  readonly called?: (call: CallId) => void;
  /** A call it made was answered. */
  readonly answered?: (call: CallId) => void;
  /** A call it was called with was accepted. */
  readonly accepted?: (call: CallId) => void;
  readonly ended?: () => void;
}

export interface SimPhoneParts {
  readonly clock: VirtualClock;
  readonly network: VirtualNetwork;
  readonly streams: VirtualStreams;
  readonly chance: SeededChance;
  readonly address: Endpoint;
  readonly transport: 'UDP' | 'TCP';
  /** What it registers as; absent: it does not. */
  readonly account?: Account | undefined;
  /** Watches what it says and hears; `port` is its own. */
  readonly ears?: PhoneEars | undefined;
}

export interface PhoneEars {
  readonly sentSip?: (bytes: Uint8Array) => void;
  readonly said: (bytes: Uint8Array, port: number) => void;
  readonly heard: (bytes: Uint8Array, port: number) => void;
}

/** What it says again and again while it can: a clip, and the milliseconds until the next time. */
export interface Voice {
  readonly clip: Clip;
  readonly pauseMs: (talkingMs: number) => number;
}

/** A SIP phone that calls and is called: the real engines and the real transport code on the virtual network. */
export class SimPhone {
  readonly address: Endpoint;
  readonly transport: 'UDP' | 'TCP';
  readonly registration: PhoneRegistration | undefined;
  user: PhoneUser = {};
  /** Undefined: it is silent but for keys. */
  voice: Voice | undefined;
  readonly #clock: VirtualClock;
  readonly #sip: SipEngine;
  readonly #alarm: Alarm;
  readonly #media: MediaCommands;
  readonly #sockets: VirtualSipSockets;
  readonly #net: SipNet;
  readonly #sentSip: (bytes: Uint8Array) => void;
  readonly #lost = new Set<PhoneLoss>();
  /** Calls it made or took, each with the ends its engine has reported; has to become exactly one. */
  readonly #ends = new Map<CallId, number>();
  #state: PhoneState = { kind: 'idle' };
  #legs = 0;

  constructor(parts: SimPhoneParts) {
    const { clock, network, streams, chance, address, transport, account, ears } = parts;
    this.address = address;
    this.transport = transport;
    this.#clock = clock;
    this.#sip = createSipEngine(
      { userAgent: 'SimPhone', local: () => address },
      { hash: simDigestHash, token: () => chance.token(8) },
    );
    this.#alarm = new Alarm(clock, () => this.#drive(() => this.#sip.wake(clock.ms)));
    this.#media = createSimMedia({
      clock,
      network,
      address: address.address,
      ports: { min: 20_000, max: 20_099 },
      random: () => chance.fraction(),
      rtpTimeoutMs: 0,
      isDead: () => this.#lost.has('power'),
      isMute: () => this.#lost.has('sound'),
      onEvent: (event) => this.#mediaEvent(event),
      onSend: (_to, bytes, port) => ears?.said(bytes, port),
      onReceive: (bytes, port) => ears?.heard(bytes, port),
    });
    this.#sentSip = ears?.sentSip ?? (() => {});
    this.#sockets = createVirtualSipSockets(address.address, network, streams);
    this.#net = new SipNet(
      { host: address.address, sipPort: address.port },
      {
        received: (bytes, path) => this.#drive(() => this.#sip.receive(bytes, path, clock.ms)),
        failed: (path) => {
          this.#drive(() => this.#sip.transportFailed(path, clock.ms));
          if (!this.isGone) this.registration?.disconnected();
        },
        trouble: (_where, error) => {
          throw error;
        },
      },
      this.#sockets.sockets,
    );
    void this.#net.listen();
    this.registration =
      account &&
      new PhoneRegistration(account, {
        clock,
        chance,
        address,
        transport,
        isGone: () => this.isGone,
        request: (wanted) => this.#request(wanted),
      });
  }

  get state(): PhoneState {
    return this.#state;
  }

  has(what: PhoneLoss): boolean {
    return this.#lost.has(what);
  }

  get isGone(): boolean {
    return this.#lost.has('power') || this.#lost.has('signalling');
  }

  /** Calls whose end its engine did not report exactly once, the one it is in left out. */
  get wrongEnds(): readonly number[] {
    const current = this.#callOf(this.#state);
    return [...this.#ends].filter(([call, ends]) => call !== current && ends !== 1).map(([, ends]) => ends);
  }

  get sizes(): ReturnType<SipEngine['sizes']> {
    return this.#sip.sizes();
  }

  dial(dial: Dial): void {
    if (this.#state.kind !== 'idle' || this.isGone) return;
    this.#state = { kind: 'lifted', leg: this.#openLeg(), dial };
  }

  /** Takes the call that rings. */
  accept(): void {
    const state = this.#state;
    if (this.isGone) return;
    if (state.kind === 'announced') this.#answer(state.leg, state.call, state.local);
    if (state.kind === 'ringing') this.#state = { kind: 'accepting', leg: this.#openLeg(), call: state.call };
  }

  /** Lets itself be heard by whoever calls, without taking the call. */
  announce(): void {
    if (this.#state.kind !== 'ringing' || this.isGone) return;
    this.#state = { kind: 'announcing', leg: this.#openLeg(), call: this.#state.call };
  }

  /** Puts the other side on hold. */
  hold(direction: 'sendonly' | 'inactive'): void {
    const state = this.#state;
    if (state.kind === 'talking') this.#drive(() => this.#sip.hold(state.call, this.#clock.ms, direction));
  }

  resume(): void {
    const state = this.#state;
    if (state.kind === 'talking') this.#drive(() => this.#sip.resume(state.call, this.#clock.ms));
  }

  /** `status` from 400 to 699. */
  refuse(status: number): void {
    const state = this.#state;
    if (state.kind === 'ringing' || state.kind === 'announced')
      this.#drive(() => this.#sip.reject(state.call, status, undefined, this.#clock.ms));
  }

  hangup(): void {
    const call = this.#callOf(this.#state);
    if (call !== undefined) this.#drive(() => this.#sip.hangup(call, this.#clock.ms));
    else if (this.#state.kind === 'lifted') this.#rest();
  }

  press(digits: string): void {
    if (this.#state.kind !== 'talking') return;
    this.#media.digits(this.#state.leg, digits, { digits, durationMs: 80, gapMs: 60 });
  }

  lose(what: PhoneLoss): void {
    this.#lost.add(what);
    if (this.isGone) this.#sockets.end('power');
  }

  #callOf(state: PhoneState): CallId | undefined {
    return 'call' in state ? state.call : undefined;
  }

  #openLeg(): string {
    this.#legs += 1;
    const leg = `leg-${this.#legs}`;
    this.#media.open(leg);
    return leg;
  }

  #mediaEvent(event: MediaEvent): void {
    const state = this.#state;
    if (event.type !== 'opened' || !('leg' in state) || state.leg !== event.leg || this.isGone) return;
    const local = { address: this.address.address, port: event.port };
    if (state.kind === 'lifted') this.#invite(state.leg, state.dial, local);
    if (state.kind === 'announcing') this.#announce(state.leg, state.call, local);
    if (state.kind === 'accepting') this.#answer(state.leg, state.call, local);
  }

  #invite(leg: string, { number, at, timeoutMs }: Dial, local: Endpoint): void {
    const to = `sip:${number}@${at.address}`;
    const path: Path = { transport: this.transport, local: this.address, remote: at };
    const from = { uri: this.registration?.uri ?? `sip:caller@${this.address.address}` };
    const credentials = this.registration?.credentials;
    this.#drive(() => {
      const media = { path, local, timeoutMs };
      const wanted = { requestUri: to, from, to: { uri: to }, ...media, ...(credentials && { credentials }) };
      const call = this.#sip.call(wanted, this.#clock.ms);
      this.#ends.set(call, 0);
      this.#state = { kind: 'dialling', leg, call };
    });
  }

  #announce(leg: string, call: CallId, local: Endpoint): void {
    this.#drive(() => {
      const progress = this.#sip.progress183(call, local, this.#clock.ms);
      if (!progress.ok) return;
      this.#state = { kind: 'announced', leg, call, local };
      this.#begin(leg, progress.media);
    });
  }

  #answer(leg: string, call: CallId, local: Endpoint): void {
    this.#drive(() => {
      const answer = this.#sip.answer(call, local, this.#clock.ms);
      if (!answer.ok) return;
      this.#talk(leg, call, answer.media);
      this.user.accepted?.(call);
    });
  }

  #request(wanted: OutgoingRequest): RequestId | undefined {
    let id: RequestId | undefined;
    this.#drive(() => {
      id = this.#sip.request(wanted, this.#clock.ms);
    });
    return id;
  }

  #drive(run: () => void): void {
    if (this.isGone) return;
    run();
    for (let output = this.#sip.next(); output !== undefined; output = this.#sip.next()) this.#heard(output);
    this.#alarm.set(this.#sip.wakeAt() as Monotonic | undefined);
  }

  #heard(output: SipOutput): void {
    if (this.isGone) return;
    if (output.kind === 'send') this.#send(output.path, output.bytes);
    else if (output.kind === 'response') this.registration?.receive(output);
    else if (output.kind === 'incomingCall') this.#called(output.call);
    else if (output.kind === 'answered') this.#answered(output.call, output.media);
    else if (output.kind === 'acknowledged' || output.kind === 'mediaChanged') this.#connect(output.media);
    else if (output.kind === 'ended') this.#ended(output.call);
  }

  #send(path: Path, bytes: Uint8Array): void {
    this.#sentSip(bytes);
    this.#net.send(path, bytes);
  }

  #called(call: CallId): void {
    this.#ends.set(call, 0);
    if (this.#state.kind !== 'idle') {
      this.#sip.reject(call, 486, undefined, this.#clock.ms);
      return;
    }
    this.#state = { kind: 'ringing', call };
    this.#sip.ring(call, this.#clock.ms);
    this.user.called?.(call);
  }

  #answered(call: CallId, media: Negotiated | undefined): void {
    if (this.#state.kind !== 'dialling' || this.#state.call !== call) return;
    this.#talk(this.#state.leg, call, media);
    this.user.answered?.(call);
  }

  #talk(leg: string, call: CallId, media: Negotiated | undefined): void {
    const speaksAlready = this.#state.kind === 'announced';
    this.#state = { kind: 'talking', leg, call };
    if (speaksAlready) this.#connect(media);
    else this.#begin(leg, media);
  }

  #begin(leg: string, media: Negotiated | undefined): void {
    this.#connect(media);
    this.#speakLater(leg, this.#clock.ms);
  }

  #connect(media: Negotiated | undefined): void {
    const state = this.#state;
    if ((state.kind === 'talking' || state.kind === 'announced') && media !== undefined)
      this.#media.connect(state.leg, media);
  }

  /** Speaks when it is its turn, for as long as the call lasts. */
  #speakLater(leg: string, since: number): void {
    if (this.voice === undefined) return;
    const { clip, pauseMs } = this.voice;
    this.#clock.afterQuietly(pauseMs(this.#clock.ms - since), () => {
      if (!('leg' in this.#state) || this.#state.leg !== leg || this.isGone) return;
      this.#media.play(leg, 'voice', [clip]);
      this.#speakLater(leg, since);
    });
  }

  #ended(call: CallId): void {
    this.#ends.set(call, (this.#ends.get(call) ?? 0) + 1);
    if (this.#callOf(this.#state) !== call) return;
    this.#rest();
    this.user.ended?.();
  }

  #rest(): void {
    if ('leg' in this.#state) this.#media.close(this.#state.leg);
    this.#state = { kind: 'idle' };
  }
}
