import type { AudioTap } from './audio-tap.ts';
import { AudioTaps } from './audio-tap.ts';
import type { Leg } from './leg.ts';
import { MAX_ROOM_MEMBERS, SAMPLES_PER_TICK } from './limits.ts';
import { add, RoomMember, saturate, type RoomMode } from './room-member.ts';
import type { RoomPlayback } from './room-playback.ts';

/** Who joins, under which name others know it, and how. */
export interface Seat extends RoomMode {
  readonly room: string;
  readonly name: string;
}

/**
 * Legs that hear each other. Two of the same kind that say nothing but what their peers say have their packets relayed
 * as they come; all others are mixed at the tick: one sum, of which each gets all but its own.
 */
export class Room {
  readonly name: string;
  readonly #taps = new AudioTaps();
  readonly #common = new Int32Array(SAMPLES_PER_TICK);
  /** Scratch: the mix for who listens in. */
  readonly #mix = new Int16Array(SAMPLES_PER_TICK);
  readonly #silence = new Int16Array(SAMPLES_PER_TICK);
  #members: readonly RoomMember[] = [];
  #playback: RoomPlayback | undefined;
  #relaying = false;
  #sounding = false;

  constructor(name: string) {
    this.name = name;
  }

  get empty(): boolean {
    return this.#members.length === 0;
  }

  get full(): boolean {
    return this.#members.length >= MAX_ROOM_MEMBERS;
  }

  get members(): readonly RoomMember[] {
    return this.#members;
  }

  /** Are packets sent on as they come? */
  get relaying(): boolean {
    return this.#relaying;
  }

  /** Was anything said or played in the last tick that was mixed? */
  get sounding(): boolean {
    return this.#sounding;
  }

  /** Must the room be ticked although nothing was said in it? */
  get busy(): boolean {
    return this.#playback !== undefined || this.#taps.any;
  }

  /** Takes the leg in, or changes how it is in. */
  join(leg: Leg, seat: Seat): void {
    const member = new RoomMember(leg, seat.name, seat, this.#common);
    this.#members = [...this.#members.filter((other) => other.leg !== leg), member];
    leg.inRoom.sit({ room: this, member });
    this.#meet();
  }

  leave(leg: Leg): void {
    this.#members = this.#members.filter((member) => member.leg !== leg);
    leg.inRoom.sit(undefined);
    this.#meet();
    if (!this.empty) return;
    this.play(undefined);
    this.#taps.end();
  }

  /** Plays to all, over what they say; ends what was played before. */
  play(playback: RoomPlayback | undefined): void {
    const before = this.#playback;
    this.#playback = playback;
    before?.finish('stopped');
    this.reconsider();
  }

  listenIn(tap: AudioTap): void {
    this.#taps.add(tap);
    this.reconsider();
  }

  stopListening(tap: AudioTap): void {
    this.#taps.remove(tap);
    this.reconsider();
  }

  /** Something changed that decides between relay and mix: a leg's connection, what it plays, who records it. */
  reconsider(): void {
    this.#relaying = this.#mayRelay();
    const [one, other] = this.#members;
    for (const { leg } of this.#members) leg.inRoom.setMixing(!this.#relaying);
    if (!this.#relaying || one === undefined || other === undefined) {
      for (const { leg } of this.#members) leg.inRoom.receiveFrom(undefined);
      return;
    }
    one.leg.inRoom.receiveFrom(one.leg.speaking ? undefined : other.leg.inRoom);
    other.leg.inRoom.receiveFrom(other.leg.speaking ? undefined : one.leg.inRoom);
  }

  /** Mixes what the legs have read for this tick. */
  tick(): void {
    if (this.#relaying) return;
    this.#sounding = this.busy;
    this.#common.fill(0);
    for (const member of this.#members) {
      if (!member.leg.spoke) continue;
      this.#sounding = true;
      if (member.open) add(this.#common, member.leg.heard);
    }
    const announcement = this.#playback?.next();
    if (announcement !== undefined) add(this.#common, announcement);
    for (const member of this.#members) member.prepare(announcement);
    if (this.#taps.any) this.#tell();
    if (this.#playback?.done === true) this.#finishPlayback(this.#playback);
  }

  /** A key was pressed and let go by a member: who hears it and is not told by relay is told by an event. */
  passDigit(from: RoomMember, digit: string, durationMs: number): void {
    if (this.#relaying || from.mode.passDigits === false) return;
    for (const member of this.#members)
      if (member.hears(from)) member.leg.inRoom.passDigit(digit, durationMs);
  }

  #tell(): void {
    for (let n = 0; n < SAMPLES_PER_TICK; n += 1) this.#mix[n] = saturate(this.#common[n] ?? 0);
    this.#taps.push(this.#mix, this.#silence);
    if (!this.#taps.any) this.reconsider();
  }

  #finishPlayback(playback: RoomPlayback): void {
    this.#playback = undefined;
    playback.finish('end');
    this.reconsider();
  }

  #meet(): void {
    for (const member of this.#members) member.meet(this.#members);
    this.reconsider();
  }

  #mayRelay(): boolean {
    const [one, other] = this.#members;
    if (one === undefined || other === undefined || this.#members.length > 2 || this.busy) return false;
    if (!one.hears(other) || !other.hears(one)) return false;
    return one.leg.relayable && other.leg.relayable && one.leg.ptimeMs === other.leg.ptimeMs;
  }
}
