import type { Spread } from './spread.ts';

export const packetMs = 20;
/** Packets whose time of sending is known, and the most a window has: almost three minutes of them. */
const remembered = 8192;

/** What one phone says: packets that are numbered, and whose time is remembered. */
export class Voice {
  readonly stream: number;
  readonly #sentAt = new Float64Array(remembered);
  #next = 0;
  /** Nothing counts before the first window. */
  #from = 0;
  #to = 0;

  constructor(stream: number) {
    this.stream = stream;
  }

  /** The number of the packet that is sent now. */
  say(now: number): number {
    const number = this.#next;
    this.#next += 1;
    this.#sentAt[number % remembered] = now;
    return number;
  }

  sentAt(number: number): number {
    return this.#sentAt[number % remembered] ?? Number.NaN;
  }

  /** From the next packet on they count. */
  begin(): void {
    this.#from = this.#next;
    this.#to = Infinity;
  }

  /** The last one that counts has been sent. Throws when there were more than are remembered. */
  end(): void {
    this.#to = this.#next;
    if (this.said > remembered) throw new Error(`a window of more than ${remembered} packets`);
  }

  /** Packets that count. */
  get said(): number {
    return Math.min(this.#to, this.#next) - this.#from;
  }

  /** Its place among the packets that count; undefined: it does not. */
  place(number: number): number | undefined {
    return number >= this.#from && number < this.#to ? number - this.#from : undefined;
  }
}

/** What all ears of a kind have heard together, in ms. */
export interface Hearing {
  /** From a phone's `send` to the other phone's `message`. */
  readonly latency: Spread;
  /** How far two packets of a stream were from being 20 ms apart. */
  readonly unevenness: Spread;
}

/** What one phone hears: the packets of one voice, each counted once. */
export class Ear {
  readonly #hearing: Hearing;
  readonly #own: Voice;
  readonly #seen = new Uint8Array(remembered);
  #voice: Voice | undefined;
  #heard = 0;
  #twice = 0;
  #strange = 0;
  #number = -1;
  #at = 0;

  /** `own`: the phone's own voice, which is never to be heard. */
  constructor(own: Voice, hearing: Hearing) {
    this.#own = own;
    this.#hearing = hearing;
  }

  /** Whose packets are heard, as soon as anybody's are. */
  get voice(): Voice | undefined {
    return this.#voice;
  }

  get heard(): number {
    return this.#heard;
  }

  /** Packets that came once more. */
  get twice(): number {
    return this.#twice;
  }

  /** Packets of anybody else. */
  get strange(): number {
    return this.#strange;
  }

  /** Forgets what was heard, but not whom. */
  begin(): void {
    this.#seen.fill(0);
    this.#heard = 0;
    this.#twice = 0;
    this.#strange = 0;
    this.#number = -1;
  }

  hear(voice: Voice, number: number, now: number): void {
    if (voice !== this.#own) this.#voice ??= voice;
    if (voice !== this.#voice) {
      this.#strange += 1;
      return;
    }
    const place = voice.place(number);
    if (place === undefined) return;
    if (this.#seen[place] === 1) {
      this.#twice += 1;
      return;
    }
    this.#seen[place] = 1;
    this.#heard += 1;
    this.#time(voice, number, now);
  }

  #time(voice: Voice, number: number, now: number): void {
    this.#hearing.latency.note(now - voice.sentAt(number));
    if (this.#number >= 0 && number > this.#number)
      this.#hearing.unevenness.note(Math.abs(now - this.#at - (number - this.#number) * packetMs));
    this.#number = number;
    this.#at = now;
  }
}
