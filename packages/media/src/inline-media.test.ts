import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clipDurationMs, createClip } from './clip.ts';
import type { DatagramNetwork } from './datagram-network.ts';
import { createInlineMedia, type InlineMedia, type InlineMediaOptions } from './inline-media.ts';
import type { Connection, MediaEvent } from './protocol.ts';
import { seededRandom } from './testing/seeded-random.ts';
import { createVirtualNetwork, type VirtualNetwork } from './testing/virtual-network.ts';
import { tone } from './tone.ts';

interface World {
  now: number;
  readonly events: MediaEvent[];
  readonly errors: Error[];
  /** Called with each event, after it was noted. */
  onEvent: (event: MediaEvent) => void;
}

interface MediaWorld extends World {
  readonly network: VirtualNetwork;
  readonly media: InlineMedia;
}

function createWorld(options: Partial<InlineMediaOptions> = {}, instant = false): MediaWorld {
  const world: World = { now: 1000, events: [], errors: [], onEvent: () => undefined };
  const network = createVirtualNetwork(instant);
  const media = createInlineMedia({
    ports: { min: 10_000, max: 10_099 },
    address: '127.0.0.1',
    network,
    clock: () => world.now,
    random: seededRandom(1),
    onEvent: (event) => {
      world.events.push(event);
      world.onEvent(event);
    },
    onError: (error) => world.errors.push(error),
    rtpTimeoutMs: 0,
    ...options,
  });
  return Object.assign(world, { network, media });
}

/** Lets time pass as a simulation does: from one wake-up to the next. Gives how many there were. */
function pass(world: MediaWorld, ms: number): number {
  const until = world.now + ms;
  let wakeUps = 0;
  for (let at = world.media.wakeAt(); at <= until; at = world.media.wakeAt()) {
    world.now = Math.max(at, world.now);
    world.media.tick();
    world.network.deliver();
    wakeUps += 1;
  }
  world.now = until;
  return wakeUps;
}

function toPort(port: number, changes: Partial<Connection> = {}): Connection {
  return {
    remote: { address: '127.0.0.1', port },
    codec: 'PCMU',
    payloadType: 0,
    telephoneEventPayloadType: 101,
    direction: 'sendrecv',
    ptimeMs: 20,
    ...changes,
  };
}

/** Two legs that talk to each other. */
function callEachOther(world: MediaWorld, changes: Partial<Connection> = {}): void {
  world.media.open('a');
  world.media.open('b');
  world.media.connect('a', toPort(10_002, changes));
  world.media.connect('b', toPort(10_000, changes));
}

function typesOf(events: readonly MediaEvent[]): string[] {
  return events.map((event) => ('leg' in event ? `${event.leg} ${event.type}` : event.type));
}

describe('the media host, inline', () => {
  it('opens a leg with a pair of ports and gives them back when it is closed', () => {
    const world = createWorld();
    world.media.open('a');
    assert.deepEqual(world.events, [{ type: 'opened', leg: 'a', port: 10_000 }]);
    assert.deepEqual([...world.network.bound.keys()], ['127.0.0.1:10000', '127.0.0.1:10001']);
    world.media.close('a');
    assert.deepEqual(typesOf(world.events), ['a opened', 'a closed']);
    assert.equal(world.network.bound.size, 0);
    world.media.open('a');
    assert.deepEqual(world.events.at(-1), { type: 'opened', leg: 'a', port: 10_002 });
  });

  it('carries a prompt from one leg to the other, and reports each in its own name', () => {
    const world = createWorld();
    callEachOther(world);
    const clip = createClip(tone([440], 300));
    world.media.record('b', 60_000);
    world.media.play('a', 'prompt', [clip, clip]);
    pass(world, 1000);
    world.media.stopRecord('b');
    const heard = world.events.flatMap((event) => (event.type === 'heard' ? [...event.samples] : []));
    const loud = heard.findLastIndex((sample) => Math.abs(sample) > 100) - heard.findIndex((s) => s > 100);
    assert.ok(Math.abs(loud - 2 * 8 * clipDurationMs(clip)) < 40);
    assert.deepEqual(
      world.events.find(({ type }) => type === 'finished'),
      { type: 'finished', leg: 'a', play: 'prompt', reason: 'end', playedMs: 600 },
    );
    world.media.stats('b');
    const statistics = world.events.at(-1);
    assert.ok(statistics?.type === 'statistics');
    assert.ok(statistics.statistics.packetsReceived >= 49);
    assert.equal(statistics.statistics.packetsLost, 0);
  });

  it('presses keys on one leg that the other hears', () => {
    const world = createWorld();
    callEachOther(world);
    world.media.digits('a', 'pin', { digits: '12#', durationMs: 100, gapMs: 60 });
    pass(world, 1000);
    const digits = world.events.flatMap((event) =>
      event.type === 'digit' ? [`${event.leg}${event.digit}`] : [],
    );
    assert.deepEqual(digits, ['b1', 'b2', 'b#']);
  });

  it('echoes voice and keys back to who sent them', () => {
    const world = createWorld();
    callEachOther(world);
    world.media.echo('b', 'echo', 5000);
    world.media.record('a', 60_000);
    world.media.play('a', 'voice', [createClip(tone([600], 400))]);
    pass(world, 800);
    world.media.digits('a', 'key', { digits: '5', durationMs: 100, gapMs: 0 });
    pass(world, 1000);
    const heard = world.events.flatMap((event) => (event.type === 'heard' ? [...event.samples] : []));
    assert.ok(heard.filter((sample) => Math.abs(sample) > 1000).length > 2000);
    const digits = world.events.flatMap((event) =>
      event.type === 'digit' ? [`${event.leg}${event.digit}`] : [],
    );
    assert.deepEqual(digits, ['b5', 'a5']);
  });

  it('ignores and counts commands for legs that are not open, and refuses what is beyond a limit', () => {
    const world = createWorld();
    world.media.play('nobody', 'p', []);
    world.media.close('nobody');
    assert.deepEqual(world.events, []);
    world.media.open('a');
    world.media.open('a');
    world.media.digits('a', 'keys', { digits: 'hello', durationMs: 100, gapMs: 0 });
    world.media.connect('a', toPort(4000, { payloadType: 300 }));
    assert.deepEqual(world.events.slice(1), [
      { type: 'rejected', leg: 'a', command: 'open', reason: 'a leg of that name is open' },
      { type: 'rejected', leg: 'a', command: 'digits', reason: '"hello" are no digits' },
      { type: 'finished', leg: 'a', play: 'keys', reason: 'refused', playedMs: 0 },
      { type: 'rejected', leg: 'a', command: 'connect', reason: '300 is no payload type' },
    ]);
  });

  it('says why a leg cannot be opened', () => {
    const world = createWorld({ maxLegs: 1, ports: { min: 10_000, max: 10_001 } });
    world.network.taken.add(10_001);
    world.media.open('a');
    world.network.taken.clear();
    world.media.open('b');
    world.media.open('c');
    assert.deepEqual(
      world.events.map((event) => (event.type === 'openFailed' ? event.reason : event.type)),
      [
        'no free pair of RTP ports in 10000-10001: 1 tried, the last failed with EADDRINUSE',
        'opened',
        'too many legs are open',
      ],
    );
    const bad = createWorld({ address: 'localhost' });
    bad.media.open('a');
    assert.deepEqual(bad.events, [{ type: 'openFailed', leg: 'a', reason: '"localhost" is no IP address' }]);
  });

  it('lets who hears an event command at once, without a leg seeing it in the middle of its tick', () => {
    const world = createWorld({}, true);
    callEachOther(world);
    const plays: string[] = [];
    world.onEvent = (event) => {
      if (event.type === 'finished') plays.push(`${event.play} ${event.reason}`);
      if (event.type !== 'finished' || event.reason !== 'end') return;
      if (plays.length < 3) world.media.play('a', `p${plays.length}`, [createClip(new Int16Array(320))]);
      else world.media.close('a');
    };
    world.media.play('a', 'p0', [createClip(new Int16Array(320))]);
    pass(world, 200);
    assert.deepEqual(plays, ['p0 end', 'p1 end', 'p2 end']);
    assert.deepEqual(typesOf(world.events.slice(-1)), ['a closed']);
    assert.deepEqual(world.errors, []);
  });

  it('is woken every 20 ms while a leg is connected, not before, and not after', () => {
    const world = createWorld();
    assert.equal(world.media.wakeAt(), Infinity);
    world.media.open('a');
    assert.equal(pass(world, 1000), 0);
    world.media.connect('a', toPort(4000));
    assert.equal(pass(world, 1000), 50);
    world.media.close('a');
    assert.equal(world.media.wakeAt(), Infinity);
  });

  it('without continuous silence sleeps through idle hours, and plays at the right pace after them', () => {
    const world = createWorld({ continuousSilence: false });
    callEachOther(world);
    const wakeUps = pass(world, 3_600_000);
    assert.ok(wakeUps < 2000, `${wakeUps} wake-ups`);
    world.media.play('a', 'p', [createClip(new Int16Array(1600))]);
    const began = world.now;
    pass(world, 160);
    assert.equal(
      world.events.some(({ type }) => type === 'finished'),
      false,
    );
    pass(world, 60);
    assert.equal(
      world.events.some(({ type }) => type === 'finished'),
      true,
    );
    assert.ok(world.now - began <= 220);
  });

  it('makes up for a short stall, and not for a long one', () => {
    const world = createWorld();
    callEachOther(world);
    pass(world, 100);
    const sentBy = (): number => {
      world.media.stats('a');
      const last = world.events.at(-1);
      return last?.type === 'statistics' ? last.statistics.packetsSent : -1;
    };
    const before = sentBy();
    world.now += 80;
    world.media.tick();
    assert.equal(sentBy(), before + 4);
    world.now += 10_000;
    world.media.tick();
    assert.equal(sentBy(), before + 14);
  });

  it('sends nothing more for a leg that is closed, though a tick of it is overdue (simulation seed 872)', () => {
    const world = createWorld();
    callEachOther(world);
    pass(world, 100);
    const sentBy = (type: 'statistics' | 'closed'): number => {
      const last = world.events.findLast((event) => event.type === type);
      return last?.type === type ? last.statistics.packetsSent : -1;
    };
    world.media.stats('a');
    const before = sentBy('statistics');
    world.now += 80;
    world.media.close('a');
    assert.ok(before > 0);
    assert.equal(sentBy('closed'), before);
  });

  it('closes every leg when it shuts down, and opens none after that', async () => {
    const world = createWorld();
    callEachOther(world);
    world.media.play('a', 'p', [createClip(new Int16Array(8000))]);
    await world.media.shutdown();
    assert.deepEqual(typesOf(world.events.slice(2)), ['a finished', 'a closed', 'b closed']);
    assert.equal(world.network.bound.size, 0);
    world.media.open('c');
    assert.deepEqual(world.events.at(-1), {
      type: 'openFailed',
      leg: 'c',
      reason: 'the media plane is shutting down',
    });
  });

  it('closes a leg in which a bug shows, as failed, and serves the others', () => {
    const network = createVirtualNetwork();
    const broken: DatagramNetwork = {
      bind: (address, port, onPacket, done) => {
        network.bind(address, port, onPacket, (bound) => {
          const bug = (): never => {
            throw new Error('a bug');
          };
          done(bound.ok && port === 10_000 ? { ok: true, value: { ...bound.value, send: bug } } : bound);
        });
      },
    };
    const world = createWorld({ network: broken });
    callEachOther(world);
    world.media.play('b', 'p', [createClip(new Int16Array(1600))]);
    pass(world, 400);
    assert.deepEqual(typesOf(world.events.slice(2)), ['a closed', 'b finished']);
    assert.deepEqual(world.errors.map(String), ['Error: a bug']);
    assert.deepEqual([...network.bound.keys()], ['127.0.0.1:10002', '127.0.0.1:10003']);
  });

  it('runs the same way twice', () => {
    const story = (): MediaEvent[] => {
      const world = createWorld({ rtpTimeoutMs: 2000 });
      callEachOther(world);
      world.media.digits('a', 'keys', { digits: '123', durationMs: 80, gapMs: 40 });
      world.media.echo('b', 'echo', 3000);
      pass(world, 4000);
      world.media.close('b');
      pass(world, 4000);
      world.media.close('a');
      return world.events;
    };
    const once = story();
    assert.deepEqual(story(), once);
    assert.ok(once.some(({ type }) => type === 'silent'));
  });
});
