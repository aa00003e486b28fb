import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMessage } from '../parse.ts';
import {
  createRandom,
  createWorld,
  type Event,
  type Node,
  pathFrom,
  type Random,
  type Side,
  type Weather,
} from './lossy-link.node.ts';
import type { CallId } from './output.ts';

/** Virtual time by which every run must have come to rest: the last hang-up, and some transaction lives. */
const limitMs = 400_000;
/** When nothing is lost, both sides must know of the end within some round trips. */
const newsMs = 6000;

interface Told {
  readonly kind: Event['kind'];
  readonly at: number;
}

interface Ledger {
  readonly weather: Weather;
  readonly transport: 'TCP' | 'UDP';
  /** What each side was told, by side and call name, in order. */
  readonly stories: Map<string, Told[]>;
  /** Final statuses sent, by branch of the INVITE. */
  readonly finals: Map<string, Set<number>>;
  /** Branches of the INVITEs that became calls. */
  readonly invited: string[];
}

function weatherOf(random: Random): Weather {
  const cutFrom = random() < 0.15 ? random() * 20_000 : Infinity;
  return {
    loss: [0, 0, 0.05, 0.2, 0.4][Math.floor(random() * 5)] ?? 0,
    duplication: [0, 0.05, 0.3][Math.floor(random() * 3)] ?? 0,
    delayMs: [0, 1, 50, 700][Math.floor(random() * 4)] ?? 0,
    cutFrom,
    cutUntil: cutFrom + random() * 40_000,
  };
}

/** One story: up to three calls, each answered, refused, rung or ignored, and hung up by both ends at some time. */
function play(seed: number): Ledger {
  const random = createRandom(seed);
  const transport = random() < 0.2 ? 'TCP' : 'UDP';
  const weather = weatherOf(random);
  const ledger: Ledger = { weather, transport, stories: new Map(), finals: new Map(), invited: [] };
  const names = new Map<CallId, string>();
  const world = createWorld({
    random,
    weather,
    transport,
    onEvent: (node, event) => {
      if (event.kind === 'incomingCall') {
        names.set(event.call, event.requestUri.user ?? '');
        ledger.invited.push(branchOf(event.request.headers.get('Via')));
        behave(node, event.call);
      }
      if ('call' in event) tell(ledger, `${node.side} ${names.get(event.call)}`, event.kind, world.now);
    },
    onSend: (_, bytes) => noteFinal(ledger, bytes),
  });
  const calls = 1 + Math.floor(random() * 3);
  for (let index = 0; index < calls; index += 1) {
    world.schedule(random() * 2000, () => dial(random() < 0.5 ? 'alice' : 'bob', `call${index}`));
  }
  world.run(limitMs);
  for (const { engine } of Object.values(world.nodes)) assertEmpty(engine.sizes());
  return ledger;

  function dial(side: Side, name: string): void {
    const path = pathFrom(side, transport);
    const uri = `sip:${name}@${path.remote.address}`;
    const from = { uri: `sip:${side}@${path.local.address}` };
    const local = { address: path.local.address, port: 9000 };
    const timeoutMs = 1000 + random() * 60_000;
    const wanted = { requestUri: uri, from, to: { uri }, path, local, timeoutMs };
    const call = world.nodes[side].engine.call(wanted, world.now);
    names.set(call, name);
    liveWith(side, call);
  }

  function behave(node: Node, call: CallId): void {
    const { engine, side } = node;
    const local = { address: pathFrom(side, transport).local.address, port: 8000 };
    const at = (action: () => void): void => world.schedule(world.now + random() * 6000, action);
    if (random() < 0.6) at(() => engine.ring(call, world.now));
    if (random() < 0.2) at(() => engine.progress183(call, local, world.now));
    if (random() < 0.8) at(() => engine.answer(call, local, world.now));
    if (random() < 0.1) at(() => engine.reject(call, 486, undefined, world.now));
    liveWith(side, call);
  }

  /** What either end does to any call: some digits, some holds, and a hang-up that comes for certain. */
  function liveWith(side: Side, call: CallId): void {
    const { engine } = world.nodes[side];
    const end = world.now + (random() < 0.15 ? random() * 300 : random() * 40_000);
    world.schedule(end, () => engine.hangup(call, world.now, { q850: 16 }));
    if (random() < 0.4) {
      world.schedule(end * random(), () => engine.info(call, 'text/plain', digit, world.now));
    }
    for (let changes = random() < 0.5 ? 0 : 1 + random() * 3; changes > 1; changes -= 1) {
      const held = random() < 0.6;
      const change = (): void => void (held ? engine.hold(call, world.now) : engine.resume(call, world.now));
      world.schedule(world.now + random() * (end - world.now), change);
    }
  }
}

const digit = new Uint8Array([49]);

function tell(ledger: Ledger, key: string, kind: Event['kind'], at: number): void {
  const story = ledger.stories.get(key) ?? [];
  story.push({ kind, at });
  ledger.stories.set(key, story);
}

function noteFinal(ledger: Ledger, bytes: Uint8Array): void {
  const parsed = parseMessage(bytes);
  assert.ok(parsed.ok, 'an engine sent something unreadable');
  const message = parsed.value;
  if (message.kind !== 'response' || message.status < 200) return;
  if (!(message.headers.get('CSeq') ?? '').endsWith('INVITE')) return;
  const key = branchOf(message.headers.get('Via'));
  ledger.finals.set(key, (ledger.finals.get(key) ?? new Set()).add(message.status));
}

function branchOf(via: string | undefined): string {
  return /branch=([^;]+)/.exec(via ?? '')?.[1] ?? '';
}

function assertEmpty(sizes: object): void {
  for (const [name, size] of Object.entries(sizes)) assert.equal(size, 0, `${name} keeps ${size}`);
}

function check(ledger: Ledger): void {
  for (const [name, told] of ledger.stories) {
    const kinds = told.map(({ kind }) => kind);
    const story = `${name}: ${kinds.join(' ')}`;
    const count = (wanted: Event['kind']): number => kinds.filter((kind) => kind === wanted).length;
    assert.equal(count('ended'), 1, `ends once: ${story}`);
    assert.equal(kinds.at(-1), 'ended', `nothing after the end: ${story}`);
    for (const kind of ['incomingCall', 'answered', 'acknowledged'] as const) {
      assert.ok(count(kind) <= 1, `${kind} once: ${story}`);
    }
  }
  for (const branch of ledger.invited) {
    const finals = [...(ledger.finals.get(branch) ?? [])];
    assert.equal(finals.length, 1, `one final response to ${branch}: ${finals.join(' ')}`);
  }
  const { loss, cutFrom } = ledger.weather;
  if ((loss === 0 || ledger.transport === 'TCP') && cutFrom === Infinity) checkNews(ledger);
}

/** Where nothing is lost, both sides end a call at nearly the same time, and agree on whether it was a conversation. */
function checkNews(ledger: Ledger): void {
  for (const [name, told] of ledger.stories) {
    if (!name.startsWith('alice')) continue;
    const theirs = ledger.stories.get(name.replace('alice', 'bob'));
    assert.ok(theirs !== undefined, `${name} reached the other side`);
    const apart = Math.abs((told.at(-1)?.at ?? 0) - (theirs.at(-1)?.at ?? 0));
    assert.ok(apart <= newsMs, `${name} ended ${apart} ms apart`);
  }
}

/** Runs a range of seeds and counts the events; a failure names its seed. */
function playAll(from: number, to: number): Map<string, number> {
  const seen = new Map<string, number>();
  for (let seed = from; seed < to; seed += 1) {
    try {
      const ledger = play(seed);
      check(ledger);
      for (const { kind } of [...ledger.stories.values()].flat()) seen.set(kind, (seen.get(kind) ?? 0) + 1);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`seed ${seed}: ${message}`, { cause: error });
    }
  }
  return seen;
}

test('through loss, duplication, reordering and cuts every call ends exactly once on each side and leaves nothing', () => {
  const seen = playAll(0, 3000);
  // The stories must reach every kind of event, or the test would prove little.
  const kinds = ['incomingCall', 'progress', 'answered', 'acknowledged', 'info', 'mediaChanged', 'ended'];
  for (const kind of kinds) {
    assert.ok((seen.get(kind) ?? 0) > 300, `${kind} seen ${seen.get(kind) ?? 0} times`);
  }
  assert.ok((seen.get('renegotiationFailed') ?? 0) > 0);
});
