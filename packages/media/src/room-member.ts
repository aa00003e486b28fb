import { g711EncodeTable, type G711Codec } from './g711.ts';
import type { Leg } from './leg.ts';
import { SAMPLES_PER_TICK } from './limits.ts';
import type { AudioSource } from './rtp-sender.ts';

/** Who hears whom in a room; `true` is everybody, a list names legs, of the room or not. */
export interface RoomMode {
  /** Whom this leg hears: all of them, none, or the listed ones. */
  readonly hears: boolean | readonly string[];
  /** Who may hear this leg. */
  readonly heardBy: boolean | readonly string[];
  /** May others get the keys pressed on this leg? They are reported either way. True when absent. */
  readonly passDigits?: boolean | undefined;
}

/** A leg in a room: what it says to it in a tick, and what it hears of it. */
export class RoomMember implements AudioSource {
  readonly leg: Leg;
  readonly name: string;
  readonly mode: RoomMode;
  /** What everybody who hears all hears, this member included; the room's, filled before each tick. */
  readonly #common: Int32Array;
  /** What this member hears when that is not all the others. */
  #own: Int32Array | undefined;
  /** Members this one hears one by one, in place of or on top of what is common. */
  #apart: readonly RoomMember[] = [];
  /** Those of them who may not be heard by everybody. */
  #whisperers: readonly RoomMember[] = [];
  #position = 0;
  #encode = g711EncodeTable('PCMU');

  constructor(leg: Leg, name: string, mode: RoomMode, common: Int32Array) {
    this.leg = leg;
    this.name = name;
    this.mode = mode;
    this.#common = common;
  }

  /** Is what it says part of what is common? */
  get open(): boolean {
    return this.mode.heardBy === true;
  }

  hears(other: RoomMember): boolean {
    return other !== this && isNamed(this.mode.hears, other.name) && isNamed(other.mode.heardBy, this.name);
  }

  /** Finds out whom to hear, when somebody came, left or changed. */
  meet(members: readonly RoomMember[]): void {
    const hearsAll = this.mode.hears === true;
    this.#apart = members.filter((other) => this.hears(other) && !(hearsAll && other.open));
    this.#whisperers = this.#apart.filter((other) => !other.open);
    const plain = hearsAll && this.#apart.length === 0;
    this.#own = plain ? undefined : (this.#own ?? new Int32Array(SAMPLES_PER_TICK));
  }

  /** Before what it hears in this tick is fetched. `announcement` is heard by all. */
  prepare(announcement: Int16Array | undefined): void {
    this.#position = 0;
    const own = this.#own;
    if (own === undefined) return;
    if (this.mode.hears === true) own.set(this.#common);
    else own.fill(0);
    if (this.mode.hears === true && this.open && this.leg.spoke) subtract(own, this.leg.heard);
    else if (this.mode.hears !== true && announcement !== undefined) add(own, announcement);
    for (const other of this.#apart) if (other.leg.spoke) add(own, other.leg.heard);
  }

  /**
   * After it was fetched: what it heard in this tick as it may be recorded, without what is said to it alone. Nothing
   * changes when nobody whispered, or when what it heard was not the room.
   */
  leaveOutWhispers(heard: Int16Array): void {
    const own = this.#own;
    if (own === undefined || this.#position === 0) return;
    if (!this.#whisperers.some((other) => other.leg.spoke)) return;
    for (const other of this.#whisperers) if (other.leg.spoke) subtract(own, other.leg.heard);
    for (let n = 0; n < SAMPLES_PER_TICK; n += 1) heard[n] = saturate(own[n] ?? 0);
  }

  setCodec(codec: G711Codec): void {
    this.#encode = g711EncodeTable(codec);
  }

  /** All but itself, cut off at the loudest sample there is. */
  fill(target: Uint8Array, at: number, length: number): void {
    const sum = this.#own ?? this.#common;
    const subtracts = this.#own === undefined && this.open && this.leg.spoke;
    const own = this.leg.heard;
    const encode = this.#encode;
    for (let n = 0; n < length; n += 1) {
      const index = this.#position + n;
      const sample = (sum[index] ?? 0) - (subtracts ? (own[index] ?? 0) : 0);
      target[at + n] = encode[saturate(sample) & 0xffff] ?? 0;
    }
    this.#position += length;
  }
}

function isNamed(names: boolean | readonly string[], name: string): boolean {
  return typeof names === 'boolean' ? names : names.includes(name);
}

export function saturate(sample: number): number {
  if (sample > 32_767) return 32_767;
  return sample < -32_768 ? -32_768 : sample;
}

export function add(sum: Int32Array, frame: Int16Array): void {
  for (let n = 0; n < SAMPLES_PER_TICK; n += 1) sum[n] = (sum[n] ?? 0) + (frame[n] ?? 0);
}

function subtract(sum: Int32Array, frame: Int16Array): void {
  for (let n = 0; n < SAMPLES_PER_TICK; n += 1) sum[n] = (sum[n] ?? 0) - (frame[n] ?? 0);
}
