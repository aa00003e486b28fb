import { createSocket } from 'node:dgram';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { SeededRandom } from './seeded-random.ts';
import { until } from './until.ts';

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

/** Resolves when a program has a UDP socket at that port of 127.0.0.1: what is sent there before is lost. */
export async function untilListening(port: number): Promise<void> {
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  await until(`a program at UDP port ${port}`, async () =>
    (await readFile('/proc/net/udp', 'latin1')).includes(address) ? true : undefined,
  );
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
