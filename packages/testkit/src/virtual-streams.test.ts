import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SeededChance } from './seeded-chance.ts';
import { VirtualClock } from './virtual-clock.ts';
import type { VirtualStream } from './virtual-stream.ts';
import { fairStreams, type StreamWeather, VirtualStreams } from './virtual-streams.ts';

const server = { address: '10.0.0.1', port: 5060 };
const minutes = 60_000;

/** A connection, and what each side heard. */
function world(weather: StreamWeather = fairStreams) {
  const clock = new VirtualClock();
  const streams = new VirtualStreams(clock, new SeededChance(7), weather);
  const pass = (ms: number): void => {
    const end = clock.ms + ms;
    while (clock.step(end));
    clock.passTo(end);
  };
  const accepted: VirtualStream[] = [];
  const release = streams.listen(server, (stream) => accepted.push(stream));
  return { clock, streams, pass, accepted, release };
}

function chunksOf(stream: VirtualStream): string[] {
  const chunks: string[] = [];
  stream.on('data', (bytes) => chunks.push(String(bytes)));
  return chunks;
}

function endOf(stream: VirtualStream): { error: string; closed: boolean } {
  const end = { error: '', closed: false };
  stream.on('error', ({ message }: Error) => {
    end.error = message;
  });
  stream.on('close', () => {
    end.closed = true;
  });
  return end;
}

function only<T>(list: readonly T[]): T {
  const [first] = list;
  assert.ok(first !== undefined && list.length === 1);
  return first;
}

describe('virtual streams', () => {
  it('carry bytes in order, in pieces and several writes in one', () => {
    const { streams, pass, accepted } = world({
      ...fairStreams,
      maxDelayMs: 50,
      loss: 0.2,
      cuts: 0.5,
      maxHoldMs: 30,
    });
    const client = streams.connect('10.0.1.1', server);
    pass(2000);
    const heard = chunksOf(only(accepted));
    const wrote = Array.from({ length: 60 }, (_, index) => `message ${index};`);
    for (const text of wrote) {
      client.write(text);
      pass(10);
    }
    pass(minutes);
    assert.equal(heard.join(''), wrote.join(''));
    assert.ok(heard.some((chunk) => chunk.split(';').length > 2));
    assert.ok(heard.some((chunk) => !chunk.endsWith(';')));
  });

  it('take along what was written before a connection stood, and what was written last before it was closed', () => {
    const { streams, pass, release } = world();
    release();
    const heard: string[] = [];
    streams.listen(server, (stream) => {
      endOf(stream);
      stream.on('data', (bytes) => heard.push(String(bytes)));
    });
    // Whether the system resets what it closes is chance: some of them arrive, and none in part.
    for (let connection = 0; connection < 20; connection += 1) {
      const client = streams.connect('10.0.1.1', server);
      client.write('early');
      pass(100);
      client.write('late');
      client.destroy();
      pass(100);
    }
    assert.equal(heard.filter((text) => text === 'early').length, 20);
    const late = heard.filter((text) => text === 'late').length;
    assert.ok(late > 5 && late < 20 && heard.length === 20 + late);
    assert.deepEqual(streams.open, []);
  });

  it('tell who dials that nobody listens, and nothing when nobody is there at all', () => {
    const { streams, pass, release } = world();
    release();
    const refused = endOf(streams.connect('10.0.1.1', server));
    pass(100);
    assert.deepEqual(refused, { error: 'ECONNREFUSED', closed: true });
    streams.hostEnds(server.address, 'power');
    const client = streams.connect('10.0.1.1', server);
    const unheard = endOf(client);
    client.setTimeout(5000, () => client.destroy(new Error('timed out')));
    pass(4900);
    assert.equal(unheard.closed, false);
    pass(200);
    assert.deepEqual(unheard, { error: 'timed out', closed: true });
  });

  it('break on both sides when they are reset', () => {
    const { streams, pass, accepted } = world();
    const client = streams.connect('10.0.1.1', server);
    pass(10);
    const ends = [endOf(client), endOf(only(accepted))];
    client.reset();
    pass(10);
    assert.deepEqual(ends, [
      { error: 'ECONNRESET', closed: true },
      { error: 'ECONNRESET', closed: true },
    ]);
  });

  it('are given up after a while by who writes when nothing gets through, and by nobody else', () => {
    const { streams, pass, accepted } = world();
    const client = streams.connect('10.0.1.1', server);
    pass(10);
    const ends = [endOf(client), endOf(only(accepted))];
    client.cutOff();
    pass(20 * minutes);
    assert.deepEqual(
      ends.map(({ closed }) => closed),
      [false, false],
    );
    client.write('anybody?');
    pass(20 * minutes);
    assert.deepEqual(
      ends.map(({ error }) => error),
      ['ETIMEDOUT', ''],
    );
  });

  it('say that a process has ended, but not that the power is gone, until it is back', () => {
    const { streams, pass, accepted, release } = world();
    const client = streams.connect('10.0.1.1', server);
    pass(10);
    const end = endOf(client);
    release();
    streams.hostEnds(server.address, 'power');
    client.write('anybody?');
    pass(1000);
    assert.equal(end.closed, false);
    streams.listen(server, (stream) => accepted.push(stream));
    client.write('again?');
    pass(1000);
    assert.deepEqual(end, { error: 'ECONNRESET', closed: true });
    const second = endOf(streams.connect('10.0.1.1', server));
    pass(10);
    streams.hostEnds(server.address, 'fin');
    pass(10);
    assert.equal(second.closed, true);
  });
});
