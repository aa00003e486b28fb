import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { SeededRandom } from './seeded-random.ts';

/** A UDP port that was free a moment ago, for programs that have to be told one. */
export function freeUdpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4');
    socket.once('error', reject);
    socket.bind(0, '127.0.0.1', () => {
      const { port } = socket.address();
      socket.close(() => resolve(port));
    });
  });
}

/** A TCP port that was free a moment ago. */
export function freeTcpPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const listener = createServer();
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', () => {
      const address = listener.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      listener.close(() => (port === undefined ? reject(new Error('no port')) : resolve(port)));
    });
  });
}

/**
 * Two hundred and fifty pairs of ports: below those the system gives to programs, and above the server's own choice,
 * where somebody may be running one. Servers that get the same share them.
 */
export function rtpPortRange(): string {
  const first = 20_000 + 500 * new SeededRandom(Math.random() * 2 ** 32).below(24);
  return `${first}-${first + 499}`;
}
