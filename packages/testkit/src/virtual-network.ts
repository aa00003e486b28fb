import type { SeededChance } from './seeded-chance.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** What a network does to packets; probabilities from 0 to 1, times in milliseconds. */
export interface NetworkWeather {
  readonly loss: number;
  readonly duplication: number;
  /** Delay of each packet, drawn evenly; packets overtake each other when it varies. */
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
}

export const fairWeather: NetworkWeather = { loss: 0, duplication: 0, minDelayMs: 1, maxDelayMs: 1 };

export type Receive = (bytes: Uint8Array, from: Endpoint) => void;

/** Datagrams between endpoints that exist only here. */
export class VirtualNetwork {
  readonly #clock: VirtualClock;
  readonly #chance: SeededChance;
  readonly #weather: NetworkWeather;
  readonly #bound = new Map<string, Receive>();
  /** Packets handed to somebody, lost, and sent to a port where nobody was. */
  readonly counts = { delivered: 0, lost: 0, nobody: 0 };

  constructor(clock: VirtualClock, chance: SeededChance, weather: NetworkWeather) {
    this.#clock = clock;
    this.#chance = chance;
    this.#weather = weather;
  }

  /** Takes an endpoint; the function returned gives it back. */
  bind(endpoint: Endpoint, receive: Receive): () => void {
    const key = keyOf(endpoint);
    if (this.#bound.has(key)) throw new Error(`${key} is taken`);
    this.#bound.set(key, receive);
    return () => {
      if (this.#bound.get(key) === receive) this.#bound.delete(key);
    };
  }

  isBound(endpoint: Endpoint): boolean {
    return this.#bound.has(keyOf(endpoint));
  }

  /** The bytes are copied: the sender may use its buffer again. `quietly`: see `VirtualClock.afterQuietly`. */
  send(from: Endpoint, to: Endpoint, bytes: Uint8Array, quietly = false): void {
    const copies = this.#chance.happens(this.#weather.duplication) ? 2 : 1;
    const copy = bytes.slice();
    for (let sent = 0; sent < copies; sent += 1) this.#carry(from, to, copy, quietly);
  }

  #carry(from: Endpoint, to: Endpoint, bytes: Uint8Array, quietly: boolean): void {
    if (this.#chance.happens(this.#weather.loss)) {
      this.counts.lost += 1;
      return;
    }
    const { minDelayMs, maxDelayMs } = this.#weather;
    const delay = minDelayMs + this.#chance.fraction() * (maxDelayMs - minDelayMs);
    const deliver = (): void => {
      const receive = this.#bound.get(keyOf(to));
      this.counts[receive === undefined ? 'nobody' : 'delivered'] += 1;
      receive?.(bytes, from);
    };
    if (quietly) this.#clock.afterQuietly(delay, deliver);
    else this.#clock.after(delay, deliver);
  }
}

/** One text for one endpoint. */
export function keyOf({ address, port }: Endpoint): string {
  return `${address}:${port}`;
}
