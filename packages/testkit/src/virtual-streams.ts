import type { SeededChance } from './seeded-chance.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { type Endpoint, keyOf } from './virtual-network.ts';
import { VirtualStream } from './virtual-stream.ts';

/** What a network does to streams; times in milliseconds, probabilities from 0 to 1. */
export interface StreamWeather {
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  /** Of a segment that is lost and sent again, which holds up all that follows. */
  readonly loss: number;
  /** Of what was written at once arriving in pieces. */
  readonly cuts: number;
  /** How long what is written waits for more, to be sent together with it; drawn from 0 up to this. */
  readonly maxHoldMs: number;
}

export const fairStreams: StreamWeather = { minDelayMs: 1, maxDelayMs: 1, loss: 0, cuts: 0, maxHoldMs: 0 };

/** `fin`: the process ended and its system says so. `power`: nobody is there to say anything. */
export type HostEnd = 'fin' | 'power';

type Accept = (stream: VirtualStream, remote: Endpoint) => void;

const firstEphemeralPort = 32_768;

/** Streams between endpoints that exist only here: cut up, merged, held up, closed, reset and cut off. */
export class VirtualStreams {
  readonly clock: VirtualClock;
  readonly chance: SeededChance;
  readonly weather: StreamWeather;
  readonly #listening = new Map<string, Accept>();
  readonly #down = new Set<string>();
  readonly #open = new Set<VirtualStream>();
  #ports = firstEphemeralPort;

  constructor(clock: VirtualClock, chance: SeededChance, weather: StreamWeather) {
    this.clock = clock;
    this.chance = chance;
    this.weather = weather;
  }

  /** Both ends of every connection that is not over. */
  get open(): readonly VirtualStream[] {
    return [...this.#open];
  }

  /** Takes an endpoint, whose host is up from now on; the function returned gives it back. */
  listen(endpoint: Endpoint, accept: Accept): () => void {
    const key = keyOf(endpoint);
    if (this.#listening.has(key)) throw new Error(`${key} is taken`);
    this.#listening.set(key, accept);
    this.#down.delete(endpoint.address);
    return () => {
      if (this.#listening.get(key) === accept) this.#listening.delete(key);
    };
  }

  /** Opens a stream from a host; how that goes comes as its events, as with a socket. */
  connect(address: string, to: Endpoint): VirtualStream {
    const local = { address, port: (this.#ports += 1) };
    const stream = new VirtualStream(this, local);
    this.#open.add(stream);
    this.clock.after(this.delay(), () => this.#arrive(stream, to));
    return stream;
  }

  /** The host, or the process on it that has streams, is gone. None of its streams does or says anything any more. */
  hostEnds(address: string, how: HostEnd): void {
    if (how === 'power') this.#down.add(address);
    for (const stream of this.open) {
      if (stream.local.address === address) stream.die(how === 'fin');
    }
  }

  isDown(address: string): boolean {
    return this.#down.has(address);
  }

  /** Time to the other side of one segment. */
  delay(): number {
    const { minDelayMs, maxDelayMs, loss } = this.weather;
    const once = minDelayMs + this.chance.fraction() * (maxDelayMs - minDelayMs);
    return this.chance.happens(loss) ? once + this.chance.between(200, 1000) : once;
  }

  forget(stream: VirtualStream): void {
    this.#open.delete(stream);
  }

  #arrive(stream: VirtualStream, to: Endpoint): void {
    if (this.isDown(to.address)) return;
    const accept = this.#listening.get(keyOf(to));
    if (accept === undefined) {
      this.clock.after(this.delay(), () => stream.fail('ECONNREFUSED'));
      return;
    }
    const accepted = new VirtualStream(this, to);
    this.#open.add(accepted);
    accepted.join(stream);
    accept(accepted, stream.local);
    this.clock.after(this.delay(), () => stream.join(accepted));
  }
}
