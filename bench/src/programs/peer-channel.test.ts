import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Peer } from './peer-channel.ts';
import { Programs } from './program.ts';

const programs = new Programs();

interface Parrot extends Readonly<Record<string, (argument: never) => unknown>> {
  readonly say: (word: string) => string;
  readonly leave: (code: number) => void;
  readonly fail: (why: string) => void;
}

function file(t: TestContext, script: string): URL {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bench-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'peer.mjs');
  writeFileSync(path, script);
  return pathToFileURL(path);
}

function parrot(t: TestContext): Promise<Peer<Parrot>> {
  const channel = new URL('./peer-channel.ts', import.meta.url).href;
  const script = `
    import { servePeer } from ${JSON.stringify(channel)};
    servePeer({
      say: (word) => word.repeat(2),
      leave: (code) => { console.error('goodbye'); process.exit(code); },
      fail: (why) => { throw new Error(why); },
    });`;
  return Peer.start<Parrot>(programs, 'parrot', file(t, script));
}

describe('a peer', () => {
  it('answers what it is asked', async (t) => {
    const peer = await parrot(t);
    assert.deepEqual(await Promise.all([peer.ask('say', 'a'), peer.ask('say', 'b')]), ['aa', 'bb']);
    await peer.end();
  });

  it('that fails says why, and goes on', async (t) => {
    const peer = await parrot(t);
    await assert.rejects(peer.ask('fail', 'no seeds'), /^Error: parrot: Error: no seeds/);
    assert.equal(await peer.ask('say', 'c'), 'cc');
    await peer.end();
  });

  it('that ends instead of answering is named with its exit code and last words', async (t) => {
    const peer = await parrot(t);
    await assert.rejects(
      peer.ask('leave', 4),
      /^Error: parrot has ended and did not answer "leave" \(exit code 4\)\.\n +\| goodbye$/,
    );
    await programs.endAll();
  });

  it('that never says it is ready is ended and named', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const starting = Peer.start(programs, 'mute', file(t, 'setInterval(() => {}, 1000);'), 20_000);
    t.mock.timers.tick(20_000);
    await assert.rejects(
      starting,
      /^Error: mute did not become ready within 20 s and was ended \(SIGKILL\)\./,
    );
  });
});
