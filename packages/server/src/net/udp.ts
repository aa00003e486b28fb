import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Path } from '@parley/sip';
import type { Listener, Listening, NetSettings } from './transport.ts';

/** Kernel buffer for what arrives while the process is busy: at 1 kB a message, some two thousand of them. */
const bufferBytes = 4 * 1024 * 1024;

/** SIP over UDP (RFC 3261 section 18): one socket, one message a datagram. */
export async function listenUdp(settings: NetSettings, listener: Listener): Promise<Listening> {
  const socket = createSocket({ type: isIPv6(settings.host) ? 'udp6' : 'udp4' });
  await bind(socket, settings);
  const { address, port } = socket.address();
  const local = { address, port };
  setBuffers(socket);
  socket.on('message', (bytes, from) => {
    const remote = { address: from.address, port: from.port };
    listener.received(bytes, { transport: 'UDP', local, remote });
  });
  socket.on('error', (error) => listener.trouble('udp', error));
  return {
    local,
    send(path: Path, bytes: Uint8Array) {
      socket.send(bytes, path.remote.port, path.remote.address, (error) => {
        if (error !== null) listener.failed(path, error);
      });
    },
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

function bind(socket: Socket, { host, port }: NetSettings): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address: host, port }, () => {
      socket.off('error', reject);
      resolve();
    });
  });
}

function setBuffers(socket: Socket): void {
  try {
    socket.setRecvBufferSize(bufferBytes);
    socket.setSendBufferSize(bufferBytes);
  } catch {
    // The system allows less: it keeps its own default, which only costs retransmissions under load.
    return;
  }
}
