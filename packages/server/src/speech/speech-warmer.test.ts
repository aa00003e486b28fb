import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createClip } from './clip.ts';
import type { SpeechRequest } from './provider.ts';
import { createSpeechWarmer } from './speech-warmer.ts';

const request = (text: string): SpeechRequest => ({ text, language: 'en-US', gender: 'neutral' });
const many = (count: number, name = 'text'): SpeechRequest[] =>
  Array.from({ length: count }, (_, index) => request(`${name} ${index}`));

const silence = new Int16Array(new SharedArrayBuffer(0));

function setUp() {
  const begun: string[] = [];
  const failures: string[] = [];
  const gate = Promise.withResolvers<void>();
  let underWay = 0;
  const warmer = createSpeechWarmer({
    speech: {
      async render({ text }, signal) {
        begun.push(text);
        underWay += 1;
        assert.equal(underWay, 1, 'one at a time');
        const aborted = new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
        await Promise.race([gate.promise, aborted]);
        underWay -= 1;
        signal?.throwIfAborted();
        if (text === 'bad') throw new Error('no such voice');
        return createClip(silence, []);
      },
    },
    failed: (error) => failures.push(String(error)),
  });
  return { warmer, begun, failures, open: gate.resolve };
}

describe('rendering texts ahead', () => {
  it('is done one after the other, each once, and goes on after one that fails', async () => {
    const { warmer, begun, failures, open } = setUp();
    warmer.warm([request('a'), request('b'), request('b'), request('bad')]);
    warmer.warm([request('b'), request('c')]);
    assert.deepEqual(begun, ['a']);
    open();
    await warmer.idle();
    assert.deepEqual(begun, ['a', 'b', 'bad', 'c']);
    assert.deepEqual(failures, ['Error: no such voice']);
    warmer.warm([request('d')]);
    await warmer.idle();
    assert.equal(begun.at(-1), 'd');
  });

  it('is bounded: long texts, many of one flow and many altogether are left to their callers', async () => {
    const { warmer, begun, open } = setUp();
    warmer.warm([request('x'.repeat(1_001)), ...many(60)]);
    for (let flow = 0; flow < 9; flow += 1) warmer.warm(many(60, `flow ${flow}`));
    open();
    await warmer.idle();
    // The first was being rendered already.
    assert.equal(begun.length, 201);
    assert.deepEqual(begun.slice(48, 52), ['text 48', 'text 49', 'flow 0 0', 'flow 0 1']);
  });

  it('is given up when the server stops', async () => {
    const { warmer, begun, failures } = setUp();
    warmer.warm(many(3));
    await warmer.close();
    warmer.warm(many(3));
    assert.deepEqual([begun, failures], [['text 0'], []]);
  });
});
