import { type Listen, type SipSockets, StreamConnections } from '@parley/server';
import { keyOf, type VirtualNetwork } from './virtual-network.ts';
import type { HostEnd, VirtualStreams } from './virtual-streams.ts';

/** The sockets of one host that exist only here, for the server's own `SipNet`. */
export interface VirtualSipSockets {
  readonly sockets: SipSockets;
  /** Connections its owner believes to be open. */
  readonly connections: number;
  /** The host, or its process, ends between two instructions: nothing is closed in order. */
  end(how: HostEnd): void;
}

export function createVirtualSipSockets(
  address: string,
  network: VirtualNetwork,
  streams: VirtualStreams,
): VirtualSipSockets {
  const taken: (() => void)[] = [];
  const listening: StreamConnections[] = [];
  const udp: Listen = async ({ port }, listener) => {
    const local = { address, port };
    if (network.isBound(local)) throw new Error(`${keyOf(local)} is taken`);
    const release = network.bind(local, (bytes, remote) =>
      listener.received(bytes, { transport: 'UDP', local, remote }),
    );
    taken.push(release);
    return {
      local,
      send: ({ remote }, bytes) => network.send(local, remote, bytes),
      close: async () => release(),
    };
  };
  const tcp: Listen = async ({ port }, listener) => {
    const local = { address, port };
    const connections = new StreamConnections((remote) => streams.connect(address, remote), listener);
    listening.push(connections);
    const release = streams.listen(local, (stream, remote) => connections.accept(stream, remote, local));
    taken.push(release);
    return {
      local,
      send: (path, bytes) => connections.send(path, bytes),
      async close() {
        release();
        connections.closeAll();
      },
    };
  };
  return {
    sockets: { udp, tcp },
    get connections() {
      return listening.reduce((sum, { size }) => sum + size, 0);
    },
    end(how) {
      for (const release of taken) release();
      streams.hostEnds(address, how);
    },
  };
}
