import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { ScriptedVoice } from './fixtures/scripted-voice.ts';
import { createScriptedVoice, msPerCharacter } from './fixtures/scripted-voice.ts';
import type { SpeechProblem, SpeechRequest } from './provider.ts';
import { SpeechError } from './provider.ts';
import type { Speech, SpeechDeps } from './speech.ts';
import { createSpeech } from './speech.ts';

function requestFor(text: string, change: Partial<SpeechRequest> = {}): SpeechRequest {
  return { text, language: 'en-US', gender: 'female', ...change };
}

async function problemOf(promise: Promise<unknown>): Promise<SpeechProblem> {
  const error: unknown = await promise.then(
    () => assert.fail('it was rendered'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SpeechError, String(error));
  return error.problem;
}

describe('Rendering speech', () => {
  let voice: ScriptedVoice;
  let speech: Speech;
  let root: string;
  let folders = 0;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'parley-speech-'));
  });

  after(async () => {
    await rm(root, { recursive: true });
  });

  beforeEach(() => {
    voice = createScriptedVoice('scripted voice', 16_000);
    speech = createSpeech({ provider: voice });
  });

  afterEach(async () => {
    voice.release();
    await speech.close();
  });

  it('gives a clip at 8,000 Hz in shared memory', async () => {
    const clip = await speech.render(requestFor('Hello world'));
    assert.equal(clip.sampleRate, 8_000);
    assert.ok(clip.samples.buffer instanceof SharedArrayBuffer);
    assert.ok(Math.abs(clip.durationMs - 11 * msPerCharacter) < 20, `${clip.durationMs} ms`);
  });

  it('synthesizes the same request once', async () => {
    const first = await speech.render(requestFor('Hello'));
    assert.equal(await speech.render(requestFor('Hello')), first);
    assert.equal(voice.requests.length, 1);
    assert.deepEqual([speech.stats().syntheses, speech.stats().memoryHits], [1, 1]);
  });

  it('takes text, language and gender for different clips, and the case of a tag not', async () => {
    await speech.render(requestFor('Hello'));
    await speech.render(requestFor('Hello', { gender: 'male' }));
    await speech.render(requestFor('Hello', { language: 'de-DE' }));
    await speech.render(requestFor('hello'));
    assert.equal(voice.requests.length, 4);
    await speech.render(requestFor('Hello', { language: 'EN-us' }));
    assert.equal(voice.requests.length, 4);
  });

  it('shares one synthesis among requests at the same time', async () => {
    voice.hold();
    const clips = [1, 2, 3].map(() => speech.render(requestFor('Hello')));
    voice.release();
    const [first, ...others] = await Promise.all(clips);
    for (const clip of others) assert.equal(clip, first);
    assert.equal(voice.requests.length, 1);
    assert.equal(speech.stats().shared, 2);
  });

  it('gives a request up for one who leaves and goes on for those who stay', async () => {
    voice.hold();
    const controller = new AbortController();
    const leaves = speech.render(requestFor('Hello'), controller.signal);
    const stays = speech.render(requestFor('Hello'));
    controller.abort(new Error('the caller hung up'));
    await assert.rejects(leaves, /the caller hung up/);
    voice.release();
    assert.ok((await stays).durationMs > 0);
    assert.equal(voice.requests.length, 1);
  });

  it('gives the synthesis up when the last one leaves, and begins anew for the next', async () => {
    voice.hold();
    const controller = new AbortController();
    const leaves = speech.render(requestFor('Hello'), controller.signal);
    controller.abort();
    await assert.rejects(leaves, { name: 'AbortError' });
    voice.release();
    assert.ok((await speech.render(requestFor('Hello'))).durationMs > 0);
    assert.deepEqual([speech.stats().failures, speech.stats().memoryHits], [0, 0]);
  });

  it('does not begin what is cancelled beforehand', async () => {
    await assert.rejects(speech.render(requestFor('Hello'), AbortSignal.abort()), { name: 'AbortError' });
    assert.equal(voice.requests.length, 0);
  });

  it('passes a refusal on to all who wait, and does not keep it', async () => {
    const failing: ScriptedVoice = { ...voice, synthesize: () => Promise.reject(refusal) };
    const refusal = new SpeechError({ kind: 'unavailable', message: 'no voice' });
    const broken = createSpeech({ provider: failing });
    const both = [broken.render(requestFor('Hello')), broken.render(requestFor('Hello'))];
    for (const clip of both) assert.equal((await problemOf(clip)).message, 'no voice');
    assert.equal((await problemOf(broken.render(requestFor('Hello')))).message, 'no voice');
    assert.deepEqual([broken.stats().syntheses, broken.stats().failures], [2, 2]);
    await broken.close();
  });

  it('refuses a bad request without asking the voice', async () => {
    assert.equal((await problemOf(speech.render(requestFor('<speak><b></speak>')))).kind, 'badMarkup');
    assert.equal((await problemOf(speech.render(requestFor('x'.repeat(5_001))))).kind, 'tooLong');
    assert.equal(speech.stats().syntheses, 0);
  });

  it('gives an empty clip for no words, and silence for a break alone, without asking the voice', async () => {
    assert.equal((await speech.render(requestFor(' '))).durationMs, 0);
    assert.equal((await speech.render(requestFor('<speak><break time="2s"/></speak>'))).durationMs, 2_000);
    assert.equal(voice.requests.length, 0);
  });

  it('keeps the pauses at the edges that the markup asks for, and no others', async () => {
    const words = (await speech.render(requestFor('Hello'))).durationMs;
    const text = '<speak><break time="1s"/>Hello<break time="500ms"/></speak>';
    const clip = await speech.render(requestFor(text));
    assert.ok(Math.abs(clip.durationMs - words - 1_500) < 120, `${clip.durationMs} ms`);
    assert.ok(clip.samples.subarray(0, 8_000).every((sample) => sample === 0));
  });

  it('tells in the clip what went otherwise than asked', async () => {
    const { notes } = await speech.render(requestFor('Hello', { language: 'tlh' }));
    assert.deepEqual(
      notes.map((note) => note.message),
      ['English was spoken'],
    );
  });

  it('forgets the clip unused for longest when memory is full', async () => {
    const small = createSpeech({ provider: voice, maxCachedBytes: 20_000 });
    for (const text of ['one two', 'three 3', 'one two']) await small.render(requestFor(text));
    assert.equal(voice.requests.length, 2);
    for (const text of ['ten chars!', 'one two']) await small.render(requestFor(text));
    assert.equal(voice.requests.length, 3);
    assert.ok(small.stats().cachedBytes <= 20_000);
    await small.render(requestFor('three 3'));
    assert.equal(voice.requests.length, 4);
    await small.close();
  });

  it('ends pending requests when closed and takes no more', async () => {
    voice.hold();
    const pending = [speech.render(requestFor('Hello')), speech.render(requestFor('Hello'))];
    const ended = pending.map(async (clip) => (await problemOf(clip)).kind);
    await Promise.all([speech.close(), speech.close()]);
    assert.deepEqual(await Promise.all(ended), ['unavailable', 'unavailable']);
    assert.equal((await problemOf(speech.render(requestFor('Hello')))).message, 'speech was closed');
  });

  describe('with a folder', () => {
    let directory: string;

    beforeEach(() => {
      folders += 1;
      directory = join(root, `${folders}`, 'clips');
    });

    function open(change: Partial<SpeechDeps> = {}): Speech {
      return createSpeech({ provider: createScriptedVoice(), cacheDirectory: directory, ...change });
    }

    it('survives a restart', async () => {
      const request = requestFor('Hello', { language: 'tlh' });
      const before = open();
      const clip = await before.render(request);
      await before.close();
      const after = open();
      const found = await after.render(request);
      assert.deepEqual([...found.samples], [...clip.samples]);
      assert.deepEqual(found.notes, clip.notes);
      await after.render(request);
      const { syntheses, diskHits, memoryHits } = after.stats();
      assert.deepEqual({ syntheses, diskHits, memoryHits }, { syntheses: 0, diskHits: 1, memoryHits: 1 });
      await after.close();
    });

    it('does not take the clip of another voice', async () => {
      const before = open();
      await before.render(requestFor('Hello'));
      await before.close();
      const after = open({ provider: createScriptedVoice('another voice') });
      await after.render(requestFor('Hello'));
      assert.equal(after.stats().syntheses, 1);
      await after.close();
      assert.equal((await readdir(directory)).length, 2);
    });

    it('makes a damaged clip anew and keeps the new one', async () => {
      const before = open();
      await before.render(requestFor('Hello'));
      await before.close();
      const [name = ''] = await readdir(directory);
      await truncate(join(directory, name), 300);
      const after = open();
      await after.render(requestFor('Hello'));
      assert.equal(after.stats().syntheses, 1);
      await after.close();
      const last = open();
      await last.render(requestFor('Hello'));
      assert.equal(last.stats().diskHits, 1);
      await last.close();
    });

    it('keeps within its bound on disk', async () => {
      const bounded = open({ maxStoredBytes: 30_000 });
      for (const text of ['one', 'two', 'three', 'four', 'five', 'six'])
        await bounded.render(requestFor(text));
      await bounded.close();
      assert.ok(bounded.stats().storedBytes <= 30_000 && bounded.stats().storedBytes > 10_000);
    });

    it('renders on when the disk fails, and says so', async () => {
      const troubles: string[] = [];
      const broken = open({
        cacheDirectory: '/dev/null/clips',
        onTrouble: (message) => troubles.push(message),
      });
      assert.ok((await broken.render(requestFor('Hello'))).durationMs > 0);
      await broken.close();
      assert.deepEqual(troubles, ['the clip folder cannot be read', 'a clip cannot be written']);
    });
  });
});
