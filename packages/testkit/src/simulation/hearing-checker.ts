import type { Put } from '@parley/core';
import type { Connection } from '@parley/media';
import { type Endpoint, keyOf } from '../virtual-network.ts';
import { type Member, RoomWatch } from './room-watch.ts';
import { createVoiceFinder } from './sim-voice.ts';
import type { Violations } from './violations.ts';

export interface HearingRules {
  /** What is said has to be heard by then; undefined: packets are lost, so nothing has to. */
  readonly withinMs: number | undefined;
  /** What was said while they heard each other may still be under way for so long. */
  readonly afterwardsMs: number;
}

/** A new burst of a voice begins after such a pause. */
const pauseMs = 150;
/** A whole burst: of one that is broken off nothing has to arrive, as keys overtake it, or all of it is late after a pause. */
const leastPackets = 8;

/** What the checker asks the world. */
export interface Surroundings {
  readonly now: () => number;
  readonly later: (ms: number, act: () => void) => void;
  /** Something that ends by itself is played to the call, or was since then: it hears that in the place of the room. */
  readonly isSpokenTo: (callId: string, since: number) => boolean;
  /** Something that was decided is not written down yet, and so not done either. */
  readonly isWriting: () => boolean;
  /** The phone takes in nothing there any more. */
  readonly isDeaf: (place: Endpoint) => boolean;
}

interface Tie {
  readonly speaker: number;
  readonly listener: Member;
  since: number;
  /** When something was said that has not been heard. */
  owedSince: number | undefined;
  /** Packets said since then. */
  said: number;
}

/**
 * Watches who hears whom. Two who are in a room, answered, neither held, holding nor muted, hear each other in time; those
 * who are in no room together do not hear each other at all. A speaker is known by its voice; a supervisor hears all in the room and is heard as its mode says.
 */
export class HearingChecker {
  readonly #violations: Violations;
  readonly #rules: HearingRules;
  readonly #world: Surroundings;
  readonly #watch = new RoomWatch();
  readonly #findVoice = createVoiceFinder();
  /** Voices of phones by their addresses. */
  readonly #voices = new Map<string, number>();
  /** Who has to hear whom, by speaker and listener. */
  readonly #ties = new Map<string, Tie>();
  /** Who may hear whom: for ever when `undefined`, else until a time. */
  readonly #mayHear = new Map<string, number | undefined>();
  readonly #saidAt = new Map<string, number>();
  /** What was heard by those who were to hear it, as a sign that this checks anything. */
  heard = 0;

  constructor(violations: Violations, rules: HearingRules, world: Surroundings) {
    this.#violations = violations;
    this.#rules = rules;
    this.#world = world;
  }

  /** The phone at that address has that voice. */
  know(address: string, voice: number): void {
    this.#voices.set(address, voice);
  }

  written(puts: readonly Put[]): void {
    if (this.#watch.written(puts)) this.#look();
  }

  connected(callId: string, connection: Connection): void {
    this.#watch.connected(callId, connection);
    this.#look();
  }

  /** Sound ends with the leg, whether or not that could be written down yet. */
  disconnected(callId: string): void {
    this.#watch.disconnected(callId);
    this.#look();
  }

  died(): void {
    this.#watch.forget();
    this.#look();
  }

  /** A phone sends a packet. */
  said(address: string, port: number, packet: Uint8Array): void {
    const voice = this.#findVoice(packet);
    if (voice === undefined || voice !== this.#voices.get(address)) return;
    const place = keyOf({ address, port });
    const now = this.#world.now();
    const isFirst = now - (this.#saidAt.get(place) ?? Number.NEGATIVE_INFINITY) > pauseMs;
    this.#saidAt.set(place, now);
    for (const [key, tie] of this.#ties) {
      if (!key.startsWith(`${place} `)) continue;
      tie.said += 1;
      if (isFirst) this.#owe(key, tie);
    }
  }

  /** A packet reaches a phone. */
  hears(address: string, port: number, packet: Uint8Array): void {
    const voice = this.#findVoice(packet);
    if (voice === undefined || voice === this.#voices.get(address)) return;
    const place = keyOf({ address, port });
    for (const [key, tie] of this.#ties) {
      if (tie.speaker !== voice || !key.endsWith(` ${place}`)) continue;
      tie.owedSince = undefined;
      this.heard += 1;
    }
    const key = `${voice} ${place}`;
    const until = this.#mayHear.get(key);
    const may = this.#mayHear.has(key) && (until === undefined || until >= this.#world.now());
    if (!may) this.#violations.add(`phone ${place} hears voice ${voice} though they are in no room together`);
  }

  #owe(key: string, tie: Tie): void {
    const { withinMs } = this.#rules;
    if (withinMs === undefined || tie.owedSince !== undefined || this.#world.isWriting()) return;
    const now = this.#world.now();
    if (this.#isExcused(tie, now)) return;
    tie.owedSince = now;
    tie.said = 1;
    this.#world.later(withinMs, () => {
      if (this.#ties.get(key) !== tie || tie.owedSince !== now) return;
      tie.owedSince = undefined;
      if (tie.said >= leastPackets && !this.#isExcused(tie, now))
        this.#violations.add(`nobody hears at ${key.split(' ')[1]} what voice ${tie.speaker} has said`);
    });
  }

  #isExcused({ listener }: Tie, since: number): boolean {
    return this.#world.isSpokenTo(listener.call.id, since) || this.#world.isDeaf(listener.wire.phone);
  }

  /** Something has changed: who has to hear whom from now on, and who may. */
  #look(): void {
    const now = this.#world.now();
    const must = new Set<string>();
    const may = new Set<string>();
    for (const { speaker, listener, isCertain } of this.#watch.pairs()) {
      const voice = this.#voices.get(speaker.wire.phone.address);
      if (voice === undefined || !mayHear(speaker, listener)) continue;
      may.add(`${voice} ${keyOf(listener.wire.phone)}`);
      if (!isCertain || !mustHear(speaker, listener)) continue;
      const key = `${keyOf(speaker.wire.phone)} ${keyOf(listener.wire.phone)}`;
      must.add(key);
      if (!this.#ties.has(key))
        this.#ties.set(key, { speaker: voice, listener, since: now, owedSince: undefined, said: 0 });
    }
    for (const key of this.#ties.keys()) if (!must.has(key)) this.#ties.delete(key);
    for (const key of may) this.#mayHear.set(key, undefined);
    for (const [key, until] of this.#mayHear)
      if (until === undefined && !may.has(key)) this.#mayHear.set(key, now + this.#rules.afterwardsMs);
  }
}

function mayHear(speaker: Member, listener: Member): boolean {
  const isHeard = !speaker.call.on_hold && !['in', 'both'].includes(speaker.call.mute_direction);
  return isHeard && !listener.call.on_hold && !['out', 'both'].includes(listener.call.mute_direction);
}

/** A phone that holds is not heard, whatever it sends. */
function mustHear(speaker: Member, listener: Member): boolean {
  return [speaker, listener].every(
    ({ call, wire }) => call.status === 'progressing' && wire.direction === 'sendrecv',
  );
}
