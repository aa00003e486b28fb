import { createSocket, type Socket } from 'node:dgram';
import type { DatagramNetwork, DatagramSocket } from './datagram-network.ts';
import { fail, succeed } from './result.ts';

/** Real UDP. */
export interface UdpNetwork extends DatagramNetwork {
  /** Errors the system reported on bound sockets. */
  readonly errors: number;
}

export function createUdpNetwork(): UdpNetwork {
  let errors = 0;
  return {
    get errors() {
      return errors;
    },
    bind: (address, port, onPacket, done) => {
      const ipv6 = address.includes(':');
      const socket = createSocket({
        type: ipv6 ? 'udp6' : 'udp4',
        // Addresses are literals. Looked up the usual way, each packet would wait a turn for its "name", while the
        // buffer it is in is filled with the next.
        lookup: (literal, _options, found) => {
          found(null, literal, ipv6 ? 6 : 4);
        },
      });
      socket.once('error', (error) => {
        socket.close();
        done(fail(codeOf(error)));
      });
      socket.bind({ address, port, exclusive: true }, () => {
        socket.removeAllListeners('error');
        socket.on('error', () => {
          errors += 1;
        });
        socket.on('message', onPacket);
        done(succeed(asDatagramSocket(socket)));
      });
    },
  };
}

function asDatagramSocket(socket: Socket): DatagramSocket {
  return {
    send: (bytes, length, address, port) => {
      socket.send(bytes, 0, length, port, address);
    },
    close: () => {
      socket.close();
    },
  };
}

function codeOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.message;
}
