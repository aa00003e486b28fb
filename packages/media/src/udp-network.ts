import { createSocket, type Socket } from 'node:dgram';
import type { DatagramNetwork, DatagramSocket } from './datagram-network.ts';
import { fail, succeed } from './result.ts';

/** Asking whether a datagram left costs a fifth of sending it, so only one in so many is asked about. */
const SAMPLED = 64;

/** Real UDP. */
export interface UdpNetwork extends DatagramNetwork {
  /** Errors the system reported: all on receiving, and those of a sample of one in 64 datagrams sent. */
  readonly errors: number;
}

export function createUdpNetwork(): UdpNetwork {
  let errors = 0;
  const countError = (): void => {
    errors += 1;
  };
  return {
    get errors() {
      return errors;
    },
    bind: (address, port, onPacket, done) => {
      const socket = createLiteralSocket(address.includes(':'));
      socket.once('error', (error: NodeJS.ErrnoException) => {
        socket.close();
        done(fail(error.code ?? error.message));
      });
      socket.bind({ address, port, exclusive: true }, () => {
        socket.removeAllListeners('error');
        socket.on('error', countError);
        socket.on('message', onPacket);
        done(succeed(asDatagramSocket(socket, countError)));
      });
    },
  };
}

/**
 * A socket that takes IP literals only. Looked up the usual way, each packet would wait a turn for its "name", while
 * the buffer it is in is filled with the next.
 */
function createLiteralSocket(ipv6: boolean): Socket {
  return createSocket({
    type: ipv6 ? 'udp6' : 'udp4',
    lookup: (literal, _options, found) => {
      found(null, literal, ipv6 ? 6 : 4);
    },
  });
}

function asDatagramSocket(socket: Socket, countError: () => void): DatagramSocket {
  let sent = 0;
  const onSent = (error: Error | null): void => {
    if (error !== null) countError();
  };
  return {
    send: (bytes, length, address, port) => {
      const asked = sent % SAMPLED === 0;
      sent += 1;
      if (asked) socket.send(bytes, 0, length, port, address, onSent);
      else socket.send(bytes, 0, length, port, address);
    },
    close: () => {
      socket.close();
    },
  };
}
