import { EventEmitter } from 'node:events';
import type { Stream } from '@parley/server';
import type { Endpoint } from './virtual-network.ts';
import type { VirtualStreams } from './virtual-streams.ts';

/** How long a system goes on sending to nobody before it gives a connection up. */
const shortestPatienceMs = 20_000;
const longestPatienceMs = 900_000;

/** One end of a connection, with the events of a socket. Bytes arrive in order, but not as they were written. */
export class VirtualStream extends EventEmitter implements Stream {
  readonly local: Endpoint;
  readonly #world: VirtualStreams;
  #peer: VirtualStream | undefined;
  #state: 'connecting' | 'open' | 'closed' | 'dead' = 'connecting';
  #unsent: Uint8Array[] = [];
  #sending = false;
  /** Nothing arrives before what was sent earlier. */
  #lastArrival = 0;
  #giveUp: (() => void) | undefined;
  #cutOff = false;
  readonly #idle: { ms: number; since: number; waiting: boolean };

  constructor(world: VirtualStreams, local: Endpoint) {
    super();
    this.#world = world;
    this.local = local;
    this.#idle = { ms: 0, since: world.clock.ms, waiting: false };
  }

  get connecting(): boolean {
    return this.#state === 'connecting';
  }

  get writableLength(): number {
    return this.#unsent.reduce((sum, { length }) => sum + length, 0);
  }

  write(bytes: Uint8Array | string): void {
    if (this.#state !== 'connecting' && this.#state !== 'open') return;
    this.#unsent.push(Buffer.from(bytes));
    this.#noteLife();
    if (this.#state === 'open') this.#sendSoon();
  }

  /** What was written before still arrives, unless the system chooses to reset the connection. */
  destroy(error?: Error): void {
    if (this.#state === 'closed' || this.#state === 'dead') return;
    if (this.#state === 'open') this.#sayEnd(this.#world.chance.happens(0.3));
    this.#close(error);
  }

  setTimeout(ms: number, onIdle?: () => void): void {
    this.#idle.ms = ms;
    if (onIdle !== undefined) this.on('timeout', onIdle);
    this.#noteLife();
    this.#watchIdle();
  }

  /** The connection stands. */
  join(peer: VirtualStream): void {
    if (this.#state !== 'connecting') {
      // Given up in the meantime: the other side learns of it.
      this.#world.clock.after(this.#world.delay(), () => peer.fail('ECONNRESET'));
      return;
    }
    this.#peer = peer;
    this.#state = 'open';
    this.#noteLife();
    this.emit('connect');
    if (this.#unsent.length > 0) this.#sendSoon();
  }

  /** The connection breaks on this side. */
  fail(code: 'ECONNREFUSED' | 'ECONNRESET' | 'ETIMEDOUT'): void {
    if (this.#state === 'connecting' || this.#state === 'open') this.#close(new Error(code));
  }

  /** Something between the two resets the connection: what is under way is lost. */
  reset(): void {
    const peer = this.#peer;
    this.fail('ECONNRESET');
    peer?.fail('ECONNRESET');
  }

  /** From now on nothing gets through to the other side, and nobody is told. */
  cutOff(): void {
    this.#cutOff = true;
  }

  /** Its process is gone; `said`: the system tells the other side. */
  die(said: boolean): void {
    if (this.#state === 'open' && said) this.#sayEnd(this.#world.chance.happens(0.5));
    this.#state = 'dead';
    this.#world.forget(this);
  }

  #sendSoon(): void {
    if (this.#sending) return;
    this.#sending = true;
    const { clock, chance, weather } = this.#world;
    clock.after(chance.fraction() * weather.maxHoldMs, () => {
      this.#sending = false;
      if (this.#state === 'open') this.#send();
    });
  }

  #send(): void {
    const all = Buffer.concat(this.#unsent);
    this.#unsent = [];
    for (const piece of this.#pieces(all)) this.#carry((peer) => peer.#receive(piece, this));
  }

  /** Between a hundredth and all of it at a time. */
  #pieces(all: Uint8Array): Uint8Array[] {
    const { chance, weather } = this.#world;
    if (!chance.happens(weather.cuts)) return [all];
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < all.length; ) {
      const length = chance.between(Math.ceil(all.length / 100), all.length);
      pieces.push(all.subarray(at, at + length));
      at += length;
    }
    return pieces;
  }

  /** Takes something to the other side, after everything taken there before. */
  #carry(deliver: (peer: VirtualStream) => void): void {
    const { clock, isDown } = { clock: this.#world.clock, isDown: (at: string) => this.#world.isDown(at) };
    const peer = this.#peer;
    if (peer === undefined) return;
    this.#lastArrival = Math.max(this.#lastArrival, clock.ms + this.#world.delay());
    clock.after(this.#lastArrival - clock.ms, () => {
      if (this.#cutOff || peer.#cutOff || isDown(peer.local.address)) this.#waitInVain();
      else deliver(peer);
    });
  }

  /** Nobody acknowledges: some day the system gives up. */
  #waitInVain(): void {
    if (this.#state !== 'open') return;
    const { clock, chance } = this.#world;
    this.#giveUp ??= clock.after(chance.between(shortestPatienceMs, longestPatienceMs), () =>
      this.fail('ETIMEDOUT'),
    );
  }

  #receive(bytes: Uint8Array, from: VirtualStream): void {
    if (this.#state === 'open') {
      this.#noteLife();
      this.emit('data', bytes);
    } else {
      // Whoever writes to what is closed is told so.
      this.#world.clock.after(this.#world.delay(), () => from.fail('ECONNRESET'));
    }
  }

  /** The last word to the other side; a reset lets it lose what is still under way. */
  #sayEnd(reset: boolean): void {
    const peer = this.#peer;
    if (!reset) {
      if (this.#unsent.length > 0) this.#send();
      return this.#carry((other) => other.#hearEnd());
    }
    this.#world.clock.after(this.#world.delay(), () => {
      if (peer !== undefined && !this.#cutOff && !peer.#cutOff) peer.fail('ECONNRESET');
    });
  }

  /** Nobody here keeps a connection half open. */
  #hearEnd(): void {
    if (this.#state === 'open') this.#close(undefined);
  }

  #close(error: Error | undefined): void {
    this.#state = 'closed';
    this.#unsent = [];
    this.#giveUp?.();
    this.#world.forget(this);
    this.#world.clock.after(0, () => {
      if (this.#state === 'dead') return;
      if (error !== undefined) this.emit('error', error);
      this.emit('close');
    });
  }

  #noteLife(): void {
    this.#idle.since = this.#world.clock.ms;
  }

  #watchIdle(): void {
    const { clock } = this.#world;
    const idle = this.#idle;
    if (idle.waiting || idle.ms === 0) return;
    idle.waiting = true;
    clock.after(Math.max(1, idle.since + idle.ms - clock.ms), () => {
      idle.waiting = false;
      if (this.#state !== 'connecting' && this.#state !== 'open') return;
      if (clock.ms >= idle.since + idle.ms) {
        this.#noteLife();
        this.emit('timeout');
      }
      this.#watchIdle();
    });
  }
}
