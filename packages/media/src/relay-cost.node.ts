import { fork, type ChildProcess } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { encodeG711 } from './g711.ts';
import { createMediaService, type MediaService } from './media-service.ts';
import type { MediaEvent, MediaLoad } from './protocol.ts';
import { printRtp } from './rtp-packet.ts';
import type { LegStatistics } from './statistics.ts';
import { createEventLog, type EventLog } from './testing/event-log.ts';

/**
 * What relayed and mixed calls cost, over real sockets on loopback:
 *
 *   node packages/media/src/relay-cost.node.ts [seconds per scene] [pairs...]
 *
 * Phones live in a child process, whose CPU is told beside ours. Latency is from a phone's `send` to the other phone's
 * `message`: both ways through the system, the relay, and the child's own lag.
 */

const LOOPBACK = '127.0.0.1';
const WARM_UP_MS = 1000;

/** Told to the child, and by it. */
interface Plan {
  /** RTP port of each leg. */
  readonly legs: readonly number[];
  readonly seconds: number;
}

interface Figures {
  readonly sent: number;
  readonly received: number;
  /** Packets that came back with the time they were sent at; a mix has none. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number } | null;
  readonly cpuShare: number;
  /** How long the child was away from its sockets, over the rounds of its timer: part of the latency. */
  readonly lag: { readonly p99: number; readonly max: number };
}

interface Scene {
  readonly name: string;
  readonly rooms: number;
  readonly members: number;
}

async function main(): Promise<void> {
  const [seconds = 6, ...pairs] = process.argv.slice(2).map(Number);
  const wanted = pairs.length > 0 ? pairs : [100, 300];
  const scenes: Scene[] = [
    ...wanted.map((rooms) => ({ name: `${rooms} relayed pairs`, rooms, members: 2 })),
    { name: '50 rooms of 3', rooms: 50, members: 3 },
    { name: '1 room of 30', rooms: 1, members: 30 },
  ];
  for (const scene of scenes) process.stdout.write(`${await play(scene, seconds)}\n`);
}

async function play(scene: Scene, seconds: number): Promise<string> {
  const log = createEventLog();
  const service = createMediaService({
    ports: { min: 40_000, max: 45_999 },
    address: LOOPBACK,
    rtpTimeoutMs: 0,
    loadIntervalMs: 1000,
    onEvent: log.note,
    onError: (error) => {
      throw error;
    },
  });
  const child = fork(fileURLToPath(import.meta.url), ['phones', String(scene.rooms * scene.members)]);
  try {
    return await measure(scene, seconds, service, log, child);
  } finally {
    child.kill();
    if (child.exitCode === null) await once(child, 'exit');
    await service.shutdown();
  }
}

async function measure(
  scene: Scene,
  seconds: number,
  service: MediaService,
  log: EventLog,
  child: ChildProcess,
): Promise<string> {
  const [phones] = (await once(child, 'message')) as [number[]];
  const legs = await openLegs(scene, service, log, phones);
  const done = once(child, 'message') as Promise<[Figures]>;
  child.send({ legs, seconds } satisfies Plan);
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  const before = process.cpuUsage();
  const began = performance.now();
  const [figures] = await done;
  const spent = process.cpuUsage(before);
  const share = (spent.user + spent.system) / 10 / (performance.now() - began);
  const statistics = await statisticsOf(service, log, phones.length);
  return describe(scene, figures, share, statistics, loadsOf(log));
}

async function openLegs(
  scene: Scene,
  service: MediaService,
  log: EventLog,
  phones: readonly number[],
): Promise<number[]> {
  phones.forEach((_, n) => {
    service.open(`leg ${n}`);
  });
  const opened = (): Extract<MediaEvent, { type: 'opened' }>[] =>
    log.events.flatMap((event) => (event.type === 'opened' ? [event] : []));
  await log.until(() => opened().length === phones.length);
  const ports = new Map(opened().map(({ leg, port }) => [leg, port]));
  phones.forEach((port, n) => {
    service.connect(`leg ${n}`, {
      remote: { address: LOOPBACK, port },
      codec: 'PCMU',
      payloadType: 0,
      telephoneEventPayloadType: 101,
      direction: 'sendrecv',
      ptimeMs: 20,
    });
    service.join(`leg ${n}`, `room ${Math.floor(n / scene.members)}`);
  });
  return phones.map((_, n) => ports.get(`leg ${n}`) ?? 0);
}

/** Those after the warm-up. */
function loadsOf(log: EventLog): MediaLoad[] {
  return log.events.flatMap((event) => (event.type === 'load' ? [event] : [])).slice(2);
}

async function statisticsOf(service: MediaService, log: EventLog, legs: number): Promise<LegStatistics[]> {
  const found = (): LegStatistics[] =>
    log.events.flatMap((event) => (event.type === 'statistics' ? [event.statistics] : []));
  for (let n = 0; n < legs; n += 1) service.stats(`leg ${n}`);
  await log.until(() => found().length === legs);
  return found();
}

function describe(
  scene: Scene,
  { sent, received, latencyMs, cpuShare, lag }: Figures,
  share: number,
  statistics: readonly LegStatistics[],
  loads: readonly MediaLoad[],
): string {
  const sum = (of: (one: LegStatistics) => number): number =>
    statistics.reduce((total, one) => total + of(one), 0);
  const delay = Math.max(...statistics.map(({ delayP99Ms }) => delayP99Ms ?? 0));
  const latency =
    latencyMs === null || scene.members > 2
      ? `held in the buffer at most ${delay} ms (p99)`
      : `latency p50 ${latencyMs.p50.toFixed(2)}, p99 ${latencyMs.p99.toFixed(2)}, max ${latencyMs.max.toFixed(1)} ms; in the engine p99 ${delay} ms`;
  const lateMs = Math.max(0, ...loads.map(({ tickLatenessMs }) => tickLatenessMs.max));
  const skipped = `ticks late at most ${lateMs.toFixed(1)} ms, left out ${loads.at(-1)?.ticksSkipped}; socket errors ${loads.at(-1)?.socketErrors}`;
  return [
    `${scene.name}: ${share.toFixed(1)} % of a core, ${(share / scene.rooms).toFixed(3)} % a room (phones: ${cpuShare.toFixed(1)} %)`,
    `  sent ${sent}${scene.members > 2 ? '' : `, received ${received}`}; relayed ${sum((one) => one.packetsRelayed)}, lost on the way in ${sum((one) => one.packetsLost)}, late ${sum((one) => one.packetsLate)}`,
    `  ${latency}; phones' own lag p99 ${lag.p99.toFixed(1)}, max ${lag.max.toFixed(1)} ms; ${skipped}`,
  ].join('\n');
}

/** The child: phones that say 20 ms each 20 ms, spread evenly over time. */
async function runPhones(count: number): Promise<void> {
  const phones = await Promise.all(Array.from({ length: count }, () => openPhone()));
  const figures = { sent: 0, received: 0, latencies: [] as number[], gaps: [] as number[] };
  let measuring = false;
  for (const phone of phones) {
    phone.on('message', (bytes) => {
      if (bytes.length !== 172) return;
      const mark = bytes.readUInt32BE(12);
      if (mark !== MARK) return;
      figures.received += 1;
      figures.latencies.push(performance.now() - bytes.readDoubleBE(16));
    });
  }
  process.send?.(phones.map((phone) => phone.address().port));
  const [plan] = (await once(process, 'message')) as [Plan];
  let roundAt = performance.now();
  const isMeasuring = (): boolean => measuring;
  const stop = generate(phones, plan.legs, isMeasuring, (count) => {
    const now = performance.now();
    if (measuring) figures.sent += count;
    if (measuring) figures.gaps.push(now - roundAt);
    roundAt = now;
  });
  await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
  const before = process.cpuUsage();
  measuring = true;
  await new Promise((resolve) => setTimeout(resolve, plan.seconds * 1000));
  stop();
  const spent = process.cpuUsage(before);
  await new Promise((resolve) => setTimeout(resolve, 200));
  process.send?.({
    sent: figures.sent,
    received: figures.received,
    latencyMs: percentiles(figures.latencies),
    lag: percentiles(figures.gaps) ?? { p99: 0, max: 0 },
    cpuShare: (spent.user + spent.system) / 10_000 / plan.seconds,
  } satisfies Figures);
  await once(process, 'disconnect');
}

/** Says that the payload holds the time it was sent at, after the warm-up: what is not received of these is lost. A mix has none. */
const MARK = 0x5061_726c;

async function openPhone(): Promise<Socket> {
  const phone = createSocket({
    type: 'udp4',
    lookup: (literal, _options, found) => {
      found(null, literal, 4);
    },
  });
  // An address that needs no look-up is bound before `bind` returns.
  const listening = once(phone, 'listening');
  phone.bind(0, LOOPBACK);
  await listening;
  return phone;
}

function generate(
  phones: readonly Socket[],
  legs: readonly number[],
  isMarked: () => boolean,
  onRound: (sent: number) => void,
): () => void {
  const voice = encodeG711(
    'PCMU',
    Int16Array.from({ length: 160 }, (_, n) => Math.round(3000 * Math.sin(n / 4))),
  );
  const packets = phones.map((_, n) => Buffer.from(printRtp({ ...blank, ssrc: n + 1, payload: voice })));
  const began = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const before = sent;
    const due = Math.floor(((performance.now() - began) / 20) * phones.length);
    for (; sent < due; sent += 1) {
      const n = sent % phones.length;
      const round = Math.floor(sent / phones.length);
      const packet = packets[n];
      if (packet === undefined) continue;
      packet.writeUInt16BE(round & 0xffff, 2);
      packet.writeUInt32BE((round * 160) >>> 0, 4);
      packet.writeUInt32BE(isMarked() ? MARK : 0, 12);
      packet.writeDoubleBE(performance.now(), 16);
      phones[n]?.send(packet, legs[n] ?? 0, LOOPBACK);
    }
    onRound(sent - before);
  }, 1);
  return () => {
    clearInterval(timer);
  };
}

const blank = { payloadType: 0, marker: false, sequence: 0, timestamp: 0, csrcs: [], paddingBytes: 0 };

function percentiles(latencies: number[]): Figures['latencyMs'] {
  if (latencies.length === 0) return null;
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

const [role, count] = process.argv.slice(2);
if (role === 'phones') await runPhones(Number(count));
else await main();
