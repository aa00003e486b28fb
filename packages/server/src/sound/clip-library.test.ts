import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Instant } from '@parley/contract';
import type { Monotonic } from '@parley/core';
import { type Clip, musicOnHold, printWav } from '@parley/media';
import type { OutboundResult } from '../outbound/outbound-http.ts';
import { createClipLibrary } from './clip-library.ts';

const file = 'http://192.0.2.1/waltz.wav';
const ownMusic = Buffer.from(musicOnHold().buffer);

function wav(samples: ArrayLike<number>): Uint8Array {
  return printWav({ sampleRate: 8000, channels: 1 }, Int16Array.from(samples));
}

function answered(bytes: Uint8Array, status = 200): OutboundResult {
  return { ok: true, status, headers: {}, bytes, body: '' };
}

const refused: OutboundResult = { ok: false, error: { reason: 'target', message: 'a private address' } };

/** A library whose files come when a test says so, on a clock that a test moves. */
function setUp() {
  let mono = 0;
  let timers: { readonly at: number; readonly run: () => void }[] = [];
  const downloads: ((result: OutboundResult) => void)[] = [];
  const told: string[] = [];
  const problems: string[] = [];
  const find = createClipLibrary({
    speech: { render: async () => await Promise.reject(new Error('nothing is said')) },
    http: { request: async () => await new Promise((resolve) => downloads.push(resolve)) },
    clock: {
      now: () => ({ mono: mono as Monotonic, wall: 0 as Instant }),
      after: (ms, run) => {
        const timer = { at: mono + ms, run };
        timers.push(timer);
        return () => void (timers = timers.filter((other) => other !== timer));
      },
    },
    tally: { problem: (kind) => void problems.push(kind) },
    log: { warn: ({ problem }: { problem: string }) => void told.push(problem) },
  });
  const pass = (ms: number): void => {
    mono += ms;
    const due = timers.filter(({ at }) => at <= mono);
    timers = timers.filter(({ at }) => at > mono);
    for (const { run } of due) run();
  };
  const music = (): Promise<Clip> => find({ kind: 'music', file }, new AbortController().signal);
  const play = (): Promise<Clip> => find({ kind: 'url', url: file }, new AbortController().signal);
  const arrive = async (result: OutboundResult): Promise<void> => {
    downloads.at(-1)?.(result);
    await settled();
  };
  return { music, play, arrive, pass, downloads, told, problems, timers: () => timers.length, find };
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function assertOwn({ samples }: Clip): void {
  assert.ok(ownMusic.equals(Buffer.from(samples.buffer)));
}

describe('the music of a customer', () => {
  it('is our own when there is no file, and nothing is fetched', async () => {
    const { find, downloads } = setUp();
    const ask = (): Promise<Clip> => find({ kind: 'music', file: '' }, new AbortController().signal);
    assertOwn(await ask());
    assert.equal(await ask(), await ask());
    assert.equal(downloads.length, 0);
  });

  it('is the file, fetched once for all who wait', async () => {
    const { music, arrive, downloads, told, timers } = setUp();
    const both = Promise.all([music(), music()]);
    await arrive(answered(wav([1, 2, 3])));
    const [first, second] = await both;
    assert.deepEqual([...first.samples], [1, 2, 3]);
    assert.equal(second, first);
    assert.equal(await music(), first);
    assert.deepEqual([downloads.length, told.length, timers()], [1, 0, 0]);
  });

  it('is our own for those who would wait longer than a second, and the file for the next', async () => {
    const { music, arrive, pass, told } = setUp();
    const waiting = music();
    await settled();
    pass(1000);
    assertOwn(await waiting);
    await arrive(answered(wav([1])));
    assert.deepEqual([...(await music()).samples], [1]);
    assert.deepEqual(told, []);
  });

  it('is our own when the file cannot be had, which is told and not tried again for a minute', async () => {
    const { music, arrive, pass, downloads, told, problems } = setUp();
    const waiting = Promise.all([music(), music()]);
    await arrive(refused);
    for (const clip of await waiting) assertOwn(clip);
    pass(59_999);
    assertOwn(await music());
    assert.deepEqual([told, problems], [[`${file}: a private address`], ['music']]);
    assert.equal(downloads.length, 1);
    pass(1);
    const again = music();
    await arrive(answered(wav([7])));
    assert.deepEqual([...(await again).samples], [7]);
    assert.equal(downloads.length, 2);
  });

  it('is our own when the file is no WAV, holds no sound or is not there', async () => {
    const { find, arrive, told } = setUp();
    for (const [name, answer, problem] of [
      ['page', answered(Buffer.from('<html>')), /page: ./],
      ['empty', answered(wav([])), /empty: .*no audio/],
      ['gone', answered(wav([1]), 404), /gone answered 404, wanted 200/],
    ] as const) {
      const waiting = find({ kind: 'music', file: `http://192.0.2.1/${name}` }, new AbortController().signal);
      await arrive(answer);
      assertOwn(await waiting);
      assert.match(told.at(-1) ?? '', problem);
    }
    assert.equal(told.length, 3);
  });

  it('is heard at once as it was, while it is fetched again after a minute', async () => {
    const { music, arrive, pass, downloads } = setUp();
    const [before] = await Promise.all([music(), settled().then(() => arrive(answered(wav([1]))))]);
    pass(60_000);
    assert.equal(await music(), before);
    assert.equal(await music(), before);
    assert.equal(downloads.length, 2);
    await arrive(answered(wav([2])));
    assert.deepEqual([...(await music()).samples], [2]);
  });

  it('stays the same clip when the file has not changed, and what it was when it cannot be had any more', async () => {
    const { music, arrive, pass, downloads, told } = setUp();
    const [before] = await Promise.all([music(), settled().then(() => arrive(answered(wav([1]))))]);
    pass(60_000);
    await music();
    await arrive(answered(wav([1])));
    assert.equal(await music(), before);
    pass(60_000);
    await music();
    await arrive(refused);
    assert.equal(await music(), before);
    assert.deepEqual([downloads.length, told.length], [3, 1]);
  });
});

describe('a file that a flow plays', () => {
  it('is kept for a minute, and fails for its author when it cannot be had, though it once could', async () => {
    const { play, arrive, pass, downloads } = setUp();
    const [first] = await Promise.all([play(), settled().then(() => arrive(answered(wav([1]))))]);
    pass(59_999);
    assert.equal(await play(), first);
    pass(1);
    const failing = assert.rejects(play(), /a private address/);
    await arrive(refused);
    await failing;
    const again = play();
    await arrive(answered(wav([3])));
    assert.deepEqual([...(await again).samples], [3]);
    assert.equal(downloads.length, 3);
  });

  it('gives way to newer ones when there are more than fit', async () => {
    const { find, arrive, downloads } = setUp();
    const long = answered(wav(new Int16Array(12_000_000)));
    const ask = (url: string): Promise<Clip> => find({ kind: 'url', url }, new AbortController().signal);
    for (const name of ['a', 'b', 'c']) {
      const clip = ask(`http://192.0.2.1/${name}`);
      await arrive(long);
      await clip;
    }
    await ask('http://192.0.2.1/c');
    await ask('http://192.0.2.1/b');
    assert.equal(downloads.length, 3);
    void ask('http://192.0.2.1/a').catch(() => undefined);
    assert.equal(downloads.length, 4);
    await arrive(refused);
  });
});
