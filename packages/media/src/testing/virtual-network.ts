import type { DatagramNetwork } from '../datagram-network.ts';
import { fail, succeed } from '../result.ts';
import type { SocketAddress } from '../source-latch.ts';

interface Datagram {
  readonly bytes: Uint8Array;
  readonly from: SocketAddress;
  readonly to: string;
}

/** UDP in memory: what is sent is delivered when the test says so. */
export interface VirtualNetwork extends DatagramNetwork {
  /** Ports somebody outside of the test has taken. */
  readonly taken: Set<number>;
  /** Bound addresses, `address:port`. */
  readonly bound: ReadonlyMap<string, unknown>;
  /** Delivers what was sent so far. */
  deliver(): void;
}

/** `instant` delivers within `send`, as a network in the same thread might. */
export function createVirtualNetwork(instant = false): VirtualNetwork {
  const bound = new Map<string, (bytes: Uint8Array, from: SocketAddress) => void>();
  const taken = new Set<number>();
  let flying: Datagram[] = [];
  const arrive = ({ bytes, from, to }: Datagram): void => {
    bound.get(to)?.(bytes, from);
  };
  return {
    taken,
    bound,
    deliver: () => {
      const arriving = flying;
      flying = [];
      arriving.forEach(arrive);
    },
    bind: (address, port, onPacket, done) => {
      const name = `${address}:${port}`;
      if (bound.has(name) || taken.has(port)) {
        done(fail('EADDRINUSE'));
        return;
      }
      bound.set(name, onPacket);
      done(
        succeed({
          send: (bytes, length, toAddress, toPort) => {
            const datagram = {
              bytes: bytes.slice(0, length),
              from: { address, port },
              to: `${toAddress}:${toPort}`,
            };
            if (instant) arrive(datagram);
            else flying.push(datagram);
          },
          close: () => {
            bound.delete(name);
          },
        }),
      );
    },
  };
}
