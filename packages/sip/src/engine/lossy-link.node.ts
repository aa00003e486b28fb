import { createHash } from 'node:crypto';
import type { Path } from '../transaction/path.ts';
import type { SipEngineConfig } from './config.ts';
import { createSipEngine, type SipEngine } from './engine.ts';
import type { SipOutput } from './output.ts';

/** A small seeded generator (mulberry32): a seed reproduces a run. */
export type Random = () => number;

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What the network does to datagrams. Over TCP it only delays them, in order. */
export interface Weather {
  readonly loss: number;
  readonly duplication: number;
  /** Longest delay; different delays reorder. */
  readonly delayMs: number;
  /** Nothing passes from `cutFrom` until `cutUntil`. */
  readonly cutFrom: number;
  readonly cutUntil: number;
}

export type Side = 'alice' | 'bob';
export type Event = Exclude<SipOutput, { kind: 'send' }>;

export interface Node {
  readonly side: Side;
  readonly engine: SipEngine;
}

interface Due {
  readonly at: number;
  readonly order: number;
  run(): void;
}

const addresses: Readonly<Record<Side, string>> = { alice: '192.0.2.1', bob: '192.0.2.2' };
export const other: Readonly<Record<Side, Side>> = { alice: 'bob', bob: 'alice' };

export function pathFrom(side: Side, transport: Path['transport']): Path {
  return {
    transport,
    local: { address: addresses[side], port: 5060 },
    remote: { address: addresses[other[side]], port: 5060 },
    ...(transport !== 'UDP' && { connection: 'c1' }),
  };
}

/** Two engines, a network between them, and virtual time. */
export function createWorld(options: {
  readonly random: Random;
  readonly weather: Weather;
  readonly transport: Path['transport'];
  readonly config?: Partial<SipEngineConfig>;
  onEvent(node: Node, event: Event): void;
  onSend?(node: Node, bytes: Uint8Array): void;
}) {
  const { random, weather, transport } = options;
  const due: Due[] = [];
  let order = 0;
  let lastArrival = 0;
  const world = { now: 0, nodes: { alice: node('alice'), bob: node('bob') }, schedule, run };
  return world;

  function node(side: Side): Node {
    let tokens = 0;
    const token = (): string => {
      tokens += 1;
      return `${side === 'alice' ? 'a' : 'b'}${Math.floor(random() * 2 ** 48).toString(16)}${tokens.toString(16)}`.padEnd(
        16,
        '0',
      );
    };
    const hash = (algorithm: string, text: string): string =>
      createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
        .update(text)
        .digest('hex');
    const engine = createSipEngine(
      { userAgent: side, local: (path) => path.local, ...options.config },
      { hash, token },
    );
    return { side, engine };
  }

  /** Runs an action at a time, then hands out what the engines have to say. */
  function schedule(at: number, run: () => void): void {
    order += 1;
    const entry = { at, order, run };
    let index = due.length;
    while (index > 0 && isLater(due[index - 1], entry)) index -= 1;
    due.splice(index, 0, entry);
  }

  /** Until nothing is scheduled and no engine waits for anything. */
  function run(limitMs: number): void {
    for (;;) {
      drain(world.nodes.alice);
      drain(world.nodes.bob);
      const at = Math.min(due[0]?.at ?? Infinity, wakeAt('alice'), wakeAt('bob'));
      if (at === Infinity) return;
      world.now = Math.max(world.now, at);
      if (world.now > limitMs) throw new Error(`still busy after ${limitMs} ms`);
      if (due[0] !== undefined && due[0].at <= world.now) due.shift()?.run();
      else for (const { engine } of Object.values(world.nodes)) engine.wake(world.now);
    }
  }

  function wakeAt(side: Side): number {
    return world.nodes[side].engine.wakeAt() ?? Infinity;
  }

  function drain(from: Node): void {
    for (let output = from.engine.next(); output !== undefined; output = from.engine.next()) {
      if (output.kind === 'send') transmit(from, output.bytes);
      else options.onEvent(from, output);
    }
  }

  function transmit(from: Node, bytes: Uint8Array): void {
    options.onSend?.(from, bytes);
    const copies = transport !== 'UDP' ? 1 : random() < weather.duplication ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (transport === 'UDP' && random() < weather.loss) continue;
      if (world.now >= weather.cutFrom && world.now < weather.cutUntil) continue;
      deliver(from, bytes, world.now + random() * weather.delayMs);
    }
  }

  function deliver(from: Node, bytes: Uint8Array, wanted: number): void {
    const at = transport === 'UDP' ? wanted : Math.max(wanted, lastArrival);
    lastArrival = at;
    const side = other[from.side];
    schedule(at, () => world.nodes[side].engine.receive(bytes, pathFrom(side, transport), world.now));
  }
}

function isLater(a: Due | undefined, b: Due): boolean {
  return a !== undefined && (a.at > b.at || (a.at === b.at && a.order > b.order));
}
