import type { DatagramNetwork, DatagramSocket } from './datagram-network.ts';
import { MAX_BIND_ATTEMPTS } from './limits.ts';
import type { PortRange } from './protocol.ts';
import { fail, succeed, type Result } from './result.ts';
import type { SocketAddress } from './source-latch.ts';

/** The two sockets of a leg: RTP on an even port, RTCP on the odd one above it (RFC 3550 section 11). */
export interface PortPair {
  readonly port: number;
  readonly rtp: DatagramSocket;
  readonly rtcp: DatagramSocket;
  close(): void;
}

export interface PairReceiver {
  readonly onRtp: (bytes: Uint8Array, from: SocketAddress) => void;
  readonly onRtcp: (bytes: Uint8Array, from: SocketAddress) => void;
}

/**
 * Hands out port pairs round-robin through a range, so that a port just closed rests longest: late packets of the
 * last call then do not reach the next. Ports somebody else has are passed over.
 */
export class PortPairs {
  readonly #network: DatagramNetwork;
  readonly #inUse = new Set<string>();
  #next = 0;

  constructor(network: DatagramNetwork) {
    this.#network = network;
  }

  /** Calls `done` exactly once, with a pair or why there is none. */
  open(
    range: PortRange,
    address: string,
    receiver: PairReceiver,
    done: (opened: Result<PortPair>) => void,
  ): void {
    this.#attempt({ range, address, receiver, done, attempts: 0, lastError: '' });
  }

  #attempt(request: PairRequest): void {
    const exhausted = request.attempts >= Math.min(pairsIn(request.range), MAX_BIND_ATTEMPTS);
    const port = exhausted ? undefined : this.#take(request);
    if (port === undefined) {
      request.done(fail(explain(request)));
      return;
    }
    request.attempts += 1;
    this.#bindPair(request, port, (pair) => {
      if (pair.ok) {
        request.done(pair);
        return;
      }
      this.#release(request.address, port);
      request.lastError = pair.error;
      this.#attempt(request);
    });
  }

  /** The next pair in the range that is not ours already; undefined when all are. */
  #take({ range, address }: PairRequest): number | undefined {
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

  #release(address: string, port: number): void {
    this.#inUse.delete(`${address} ${port}`);
  }

  #bindPair(request: PairRequest, port: number, done: (pair: Result<PortPair>) => void): void {
    const { address, receiver } = request;
    this.#network.bind(address, port, receiver.onRtp, (rtp) => {
      if (!rtp.ok) {
        done(rtp);
        return;
      }
      this.#network.bind(address, port + 1, receiver.onRtcp, (rtcp) => {
        if (rtcp.ok) {
          done(succeed(this.#pair(address, port, rtp.value, rtcp.value)));
        } else {
          rtp.value.close();
          done(rtcp);
        }
      });
    });
  }

  #pair(address: string, port: number, rtp: DatagramSocket, rtcp: DatagramSocket): PortPair {
    return {
      port,
      rtp,
      rtcp,
      close: () => {
        rtp.close();
        rtcp.close();
        this.#release(address, port);
      },
    };
  }
}

interface PairRequest {
  readonly range: PortRange;
  readonly address: string;
  readonly receiver: PairReceiver;
  readonly done: (opened: Result<PortPair>) => void;
  attempts: number;
  lastError: string;
}

function firstEven({ min }: PortRange): number {
  return min + (min % 2);
}

function pairsIn(range: PortRange): number {
  return Math.max(0, Math.floor((range.max - firstEven(range) + 1) / 2));
}

function explain({ range, attempts, lastError }: PairRequest): string {
  const where = `in ${range.min}-${range.max}`;
  if (attempts === 0) return `all RTP ports ${where} are taken by calls`;
  return `no free pair of RTP ports ${where}: ${attempts} tried, the last failed with ${lastError}`;
}
