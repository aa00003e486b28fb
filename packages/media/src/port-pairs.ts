import type { DatagramNetwork, DatagramSocket } from './datagram-network.ts';
import { MAX_BINDS_PER_TICK } from './limits.ts';
import { PortPool, type PooledPair } from './port-pool.ts';
import type { PortRange } from './protocol.ts';
import { fail, succeed, type Result } from './result.ts';
import type { SocketAddress } from './source-latch.ts';

/** The two sockets of a leg: RTP on an even port, RTCP on the odd one above it (RFC 3550 section 11). */
export interface PortPair {
  readonly port: number;
  readonly rtp: DatagramSocket;
  readonly rtcp: DatagramSocket;
  /** Gives the ports back. What still comes in is dropped. */
  close(): void;
}

export interface PairReceiver {
  readonly onRtp: (bytes: Uint8Array, from: SocketAddress) => void;
  readonly onRtcp: (bytes: Uint8Array, from: SocketAddress) => void;
}

export interface PortPairsOptions {
  readonly network: DatagramNetwork;
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** Pairs kept bound for the next call, since opening and closing sockets costs more than a short call's packets; 0 = none. */
  readonly pooled: number;
  /** Of those, how many are to be ready before they are asked for. */
  readonly warm: number;
}

/**
 * Hands out port pairs: one that rested in the pool, else the next in the range, round-robin. Ports somebody else has
 * are passed over, a bounded number of them in each tick.
 */
export class PortPairs {
  readonly #options: PortPairsOptions;
  readonly #inUse = new Set<string>();
  readonly #pool: PortPool<Pair>;
  #waiting: PairRequest[] = [];
  /** Places of which too few pairs are ready. */
  #cold = new Map<string, Place>();
  #bindsLeft = MAX_BINDS_PER_TICK;
  #next = 0;
  #closed = false;

  constructor(options: PortPairsOptions) {
    this.#options = options;
    this.#pool = new PortPool(options.pooled);
  }

  /** Is there work for the next tick? */
  get busy(): boolean {
    return this.#waiting.length > 0 || this.#cold.size > 0;
  }

  /** Calls `done` exactly once, at once or in a later tick, with a pair or why there is none. */
  open(
    range: PortRange,
    address: string,
    receiver: PairReceiver,
    done: (opened: Result<PortPair>) => void,
  ): void {
    const place = { range, address, name: nameOf(range, address) };
    const pair = this.#pool.take(place.name, this.#options.clock());
    this.#warm(place);
    if (pair === undefined) this.#attempt({ place, receiver, done, attempts: 0, lastError: '' });
    else done(succeed(pair.lend(receiver)));
  }

  /** Has a few pairs ready before the first call comes. */
  prepare(range: PortRange, address: string): void {
    this.#warm({ range, address, name: nameOf(range, address) });
  }

  /** Goes on with what was too much for the last tick. */
  tick(): void {
    this.#bindsLeft = MAX_BINDS_PER_TICK;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const request of waiting) this.#attempt(request);
    const cold = this.#cold;
    this.#cold = new Map();
    for (const place of cold.values()) this.#addFresh(place);
  }

  /** Gives all pooled ports back, and from now on each as soon as it is closed. */
  shutDown(): void {
    this.#closed = true;
    this.#cold.clear();
    this.#pool.clear();
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const request of waiting) request.done(fail('the media plane is shutting down'));
  }

  #attempt(request: PairRequest): void {
    const { place } = request;
    const exhausted = request.attempts >= pairsIn(place.range);
    if (!exhausted && request.attempts > 0 && this.#bindsLeft <= 0) {
      this.#waiting.push(request);
      return;
    }
    const port = exhausted ? undefined : this.#take(place);
    if (port === undefined) {
      this.#finishWithout(request);
      return;
    }
    this.#bindsLeft -= 1;
    request.attempts += 1;
    this.#bind(place, port, (pair) => {
      if (pair.ok) {
        request.done(succeed(pair.value.lend(request.receiver)));
        return;
      }
      request.lastError = pair.error;
      this.#attempt(request);
    });
  }

  /** A call with ports that have not rested is better than none. */
  #finishWithout(request: PairRequest): void {
    const pair = this.#pool.take(request.place.name, this.#options.clock(), true);
    request.done(pair === undefined ? fail(explain(request)) : succeed(pair.lend(request.receiver)));
  }

  #warm(place: Place): void {
    const { warm, pooled, clock } = this.#options;
    if (this.#closed || this.#pool.count >= pooled) return;
    if (!this.#pool.holds(place.name, Math.min(warm, pooled), clock())) this.#cold.set(place.name, place);
  }

  /** One more pair for the pool. Nobody asked for it, so an error is no news: the next call will meet it. */
  #addFresh(place: Place): void {
    const port = this.#take(place);
    if (port === undefined) return;
    this.#bind(place, port, (pair) => {
      if (!pair.ok) return;
      if (this.#closed) pair.value.destroy();
      else this.#pool.addFresh(place.name, pair.value);
      this.#warm(place);
    });
  }

  /** The next pair in the range that is not ours already; undefined when all are. */
  #take({ range, address }: Place): number | undefined {
    const first = firstEven(range);
    const pairs = pairsIn(range);
    for (let n = 0; n < pairs; n += 1) {
      const fits = this.#next >= first && this.#next < first + 2 * pairs;
      const port = fits ? this.#next : first;
      this.#next = port + 2;
      const name = `${address} ${port}`;
      if (!this.#inUse.has(name)) {
        this.#inUse.add(name);
        return port;
      }
    }
    return undefined;
  }

  #bind(place: Place, port: number, done: (pair: Result<Pair>) => void): void {
    const { network } = this.#options;
    const { address } = place;
    const pair = new Pair(
      port,
      () => {
        this.#takeBack(place, pair);
      },
      () => {
        this.#inUse.delete(`${address} ${port}`);
      },
    );
    const refuse = (error: string): void => {
      pair.destroy();
      done(fail(error));
    };
    network.bind(address, port, pair.onRtp, (rtp) => {
      if (!rtp.ok) {
        refuse(rtp.error);
        return;
      }
      pair.rtp = rtp.value;
      network.bind(address, port + 1, pair.onRtcp, (rtcp) => {
        if (!rtcp.ok) {
          refuse(rtcp.error);
          return;
        }
        pair.rtcp = rtcp.value;
        done(succeed(pair));
      });
    });
  }

  #takeBack(place: Place, pair: Pair): void {
    if (this.#closed) pair.destroy();
    else this.#pool.addUsed(place.name, pair, this.#options.clock());
  }
}

/** Two bound sockets, lent to one leg after the other. */
class Pair implements PooledPair {
  readonly port: number;
  rtp: DatagramSocket | undefined;
  rtcp: DatagramSocket | undefined;
  readonly #giveBack: () => void;
  readonly #release: () => void;
  #receiver: PairReceiver | undefined;

  constructor(port: number, giveBack: () => void, release: () => void) {
    this.port = port;
    this.#giveBack = giveBack;
    this.#release = release;
  }

  readonly onRtp = (bytes: Uint8Array, from: SocketAddress): void => {
    this.#receiver?.onRtp(bytes, from);
  };

  readonly onRtcp = (bytes: Uint8Array, from: SocketAddress): void => {
    this.#receiver?.onRtcp(bytes, from);
  };

  lend(receiver: PairReceiver): PortPair {
    const { port, rtp, rtcp } = this;
    if (rtp === undefined || rtcp === undefined)
      throw new Error('a pair is lent once both sockets are bound');
    this.#receiver = receiver;
    let lent = true;
    const close = (): void => {
      if (!lent) return;
      lent = false;
      this.#receiver = undefined;
      this.#giveBack();
    };
    return { port, rtp, rtcp, close };
  }

  destroy(): void {
    this.#receiver = undefined;
    this.rtp?.close();
    this.rtcp?.close();
    this.#release();
  }
}

/** Where ports are looked for. */
interface Place {
  readonly range: PortRange;
  readonly address: string;
  readonly name: string;
}

interface PairRequest {
  readonly place: Place;
  readonly receiver: PairReceiver;
  readonly done: (opened: Result<PortPair>) => void;
  attempts: number;
  lastError: string;
}

function nameOf({ min, max }: PortRange, address: string): string {
  return `${address} ${min}-${max}`;
}

function firstEven({ min }: PortRange): number {
  return min + (min % 2);
}

function pairsIn(range: PortRange): number {
  return Math.max(0, Math.floor((range.max - firstEven(range) + 1) / 2));
}

function explain({ place, attempts, lastError }: PairRequest): string {
  const where = `in ${place.range.min}-${place.range.max}`;
  if (attempts === 0) return `all RTP ports ${where} are taken by calls`;
  return `no free pair of RTP ports ${where}: ${attempts} tried, the last failed with ${lastError}`;
}
