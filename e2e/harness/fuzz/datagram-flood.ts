/**
 * A program of its own: `datagram-flood.ts PORT COUNT SECONDS SEED` throws that many datagrams of noise at a port,
 * evenly over the seconds, says how many it sent, and ends.
 */
import { createSocket, type Socket } from 'node:dgram';
import { SeededRandom } from '../seeded-random.ts';

/** Some noise gets past the first look at it. */
const beginnings = [
  '',
  '',
  '',
  'INVITE sip:1000@x SIP/2.0\r\n',
  'SIP/2.0 200 OK\r\n',
  'Via: ',
  '\r\n\r\n',
  '\0',
];

const poolBytes = 1 << 20;
const longestNoise = 600;
/** Short, so that a burst fits into the buffer of a socket. */
const burstMs = 1;

async function flood(port: number, count: number, seconds: number, seed: number): Promise<void> {
  const random = new SeededRandom(seed);
  const noises = makeNoises(random);
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.connect(port, '127.0.0.1', () => resolve()));
  socket.on('error', () => undefined);
  const began = performance.now();
  let sent = 0;
  while (sent < count) {
    const due = Math.min(count, Math.ceil(((performance.now() - began + burstMs) / 1000 / seconds) * count));
    await burst(socket, noises, random, due - sent);
    sent = due;
    await new Promise((resolve) => setTimeout(resolve, burstMs));
  }
  socket.close();
  console.log(`${sent} datagrams in ${((performance.now() - began) / 1000).toFixed(1)} s`);
}

/** Ten thousand of them: enough that none looks like the next, few enough to be made in a moment. */
function makeNoises(random: SeededRandom): Buffer[] {
  const pool = random.bytes(poolBytes);
  return Array.from({ length: 10_000 }, () => {
    const from = random.below(poolBytes - longestNoise);
    const noise = pool.subarray(from, from + random.below(longestNoise));
    return Buffer.concat([Buffer.from(random.pick(beginnings)), noise]);
  });
}

/** Resolves when the system has taken the last one, so that they do not pile up here. */
function burst(socket: Socket, noises: readonly Buffer[], random: SeededRandom, size: number): Promise<void> {
  if (size <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    for (let n = 1; n < size; n += 1) socket.send(random.pick(noises), () => undefined);
    socket.send(random.pick(noises), () => resolve());
  });
}

const [port = 0, count = 0, seconds = 1, seed = 1] = process.argv.slice(2).map(Number);
await flood(port, count, seconds, seed);
