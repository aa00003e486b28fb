import type { Address } from '@parley/contract';
import { cause, type DialAttempt, type Effect, type Input, type PlannedDestination } from '@parley/core';
import { nilId } from '@parley/contract';
import type { VirtualClock } from './virtual-clock.ts';

/** The phone of an agent. */
export interface Phone {
  /** Whether it is registered, so that it can be called. */
  readonly isReachable: boolean;
  /** An INVITE has come. */
  rung(callId: string): void;
  /** The call is over, whoever ended it. */
  ended(callId: string): void;
}

export interface FarEndDeps {
  readonly clock: VirtualClock;
  readonly hear: (input: Input) => void;
  /** By extension. */
  readonly phones: ReadonlyMap<string, Phone>;
  /** Something an operator would be told. */
  readonly report: (problem: string, text: string) => void;
}

/** What a network and a media worker take to answer. */
const networkMs = 2;
const speechMs = 3_000;

/** Everything outside of the call centre, at the level of its effects: calls, media and registered phones without a packet. */
export class FarEnd {
  readonly #deps: FarEndDeps;
  /** Legs that are out there, with the phone at their end, if that is an agent's. */
  readonly #legs = new Map<string, Phone | undefined>();
  /** Answers to what a dead process has asked are for nobody. */
  #era = 0;

  constructor(deps: FarEndDeps) {
    this.#deps = deps;
  }

  /** A caller's phone is at this end of a call. */
  calls(callId: string): void {
    this.#legs.set(callId, undefined);
  }

  /** The far end of a call hangs up, or refuses it. */
  ends(callId: string, endCause: number): void {
    const phone = this.#legs.get(callId);
    if (!this.#legs.delete(callId)) return;
    phone?.ended(callId);
    this.#deps.hear({ kind: 'callEnded', callId, end: { cause: endCause } });
  }

  answers(callId: string): void {
    if (this.#legs.has(callId)) this.#deps.hear({ kind: 'farEndAnswered', callId });
  }

  rings(callId: string): void {
    if (this.#legs.has(callId)) this.#deps.hear({ kind: 'farEndRings', callId, earlyMedia: false });
  }

  /** The process at the other end has died: no call goes on. */
  cutOff(): void {
    this.#era += 1;
    const legs = [...this.#legs];
    this.#legs.clear();
    for (const [callId, phone] of legs) phone?.ended(callId);
  }

  /** Carries out what the call centre asks for; what nobody would answer is done by that. */
  perform(effect: Effect): void {
    const { callId, kind } = effect;
    if (kind === 'openMedia') this.#later({ kind: 'mediaOpened', callId });
    if (kind === 'closeMedia') this.#later({ kind: 'mediaClosed', callId, statistics });
    if (kind === 'hangup') this.#hangUp(callId, effect.cause);
    if (kind === 'dial') this.#dial(callId, effect.attempt);
    if (kind === 'locate') this.#locate(effect);
    if (kind === 'play') this.#play(effect);
    if (kind === 'echo') this.#later({ kind: 'playEnded', callId, play: effect.play }, effect.durationMs);
    if (kind === 'sendDigits') this.#later({ kind: 'playEnded', callId, play: effect.play }, speechMs);
    if (kind === 'loadFlow')
      this.#later({ kind: 'flowLoaded', callId, request: effect.request, flow: undefined });
    if (kind === 'request' && effect.request !== '')
      this.#later({ kind: 'replied', callId, request: effect.request, reply: nobodyThere });
    if (kind === 'report') this.#deps.report(effect.problem, effect.text);
  }

  #locate({ callId, request, destinations: asked }: Extract<Effect, { kind: 'locate' }>): void {
    const destinations = asked.map((each) => this.#plan(each));
    this.#later({ kind: 'located', callId, request, destinations, flow: undefined });
  }

  /** Music and ringing go on until they are broken off. */
  #play({ callId, play, sources }: Extract<Effect, { kind: 'play' }>): void {
    if (sources.some(({ kind }) => kind === 'music' || kind === 'ringback')) return;
    this.#later({ kind: 'playEnded', callId, play }, speechMs);
  }

  #hangUp(callId: string, endCause: number): void {
    const phone = this.#legs.get(callId);
    this.#legs.delete(callId);
    phone?.ended(callId);
    this.#later({ kind: 'callEnded', callId, end: { cause: endCause } });
  }

  #dial(callId: string, { uri }: DialAttempt): void {
    const phone = this.#deps.phones.get(uri);
    if (phone?.isReachable !== true) {
      // It has gone since it was looked up.
      this.#later({ kind: 'callEnded', callId, end: { cause: cause.noUserResponding } });
      return;
    }
    this.#legs.set(callId, phone);
    this.#after(networkMs, () => this.#legs.has(callId) && phone.rung(callId));
  }

  #plan(destination: Address): PlannedDestination {
    const { target } = destination;
    if (this.#deps.phones.get(target)?.isReachable !== true) {
      const problem = `no phone of extension ${target} is registered`;
      return { destination, legs: [{ destination, attempts: [], problem }], asGroup: false };
    }
    const from = { displayName: '', user: 'day', host: undefined };
    const attempt = { uri: target, nextHop: undefined, from, headers: [], providerId: nilId };
    return { destination, legs: [{ destination, attempts: [attempt] }], asGroup: false };
  }

  #later(input: Input, ms = networkMs): void {
    this.#after(ms, () => this.#deps.hear(input));
  }

  #after(ms: number, act: () => void): void {
    const era = this.#era;
    this.#deps.clock.after(ms, () => {
      if (era === this.#era) act();
    });
  }
}

const nobodyThere = { ok: false, problem: 'a simulated day has no web' } as const;

const statistics = {
  packets_received: 0,
  packets_sent: 0,
  packets_lost: 0,
  packets_discarded: 0,
  jitter_ms: 0,
  remote_packets_lost: 0,
  round_trip_ms: 0,
};
