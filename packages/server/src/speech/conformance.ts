/**
 * What every provider must do. Registers node:test tests; run it on each implementation:
 * `describeSpeechProvider(nodeTest, 'The cloud voice', () => createCloudProvider(...))`, where `nodeTest` is all of
 * `node:test`. That is handed in, so that the package's door does not load a test runner.
 */
import assert from 'node:assert/strict';
import type * as nodeTest from 'node:test';
import type { SpeechAudio, SpeechProblem, SpeechProvider, SpeechRequest } from './provider.ts';
import { SpeechError } from './provider.ts';

const sentence = 'Thank you for calling, please hold the line.';

export type Testing = Pick<typeof nodeTest, 'after' | 'before' | 'describe' | 'it'>;

/** `create` gives a provider that can speak English; every one made is closed again. */
export function describeSpeechProvider(
  { after, before, describe, it }: Testing,
  name: string,
  create: () => SpeechProvider,
): void {
  void describe(`${name} as a speech provider`, () => {
    let provider: SpeechProvider;

    before(() => {
      provider = create();
    });

    after(async () => {
      await provider.close();
    });

    const say = (text: string, change: Partial<SpeechRequest> = {}): Promise<SpeechAudio> =>
      provider.synthesize({ ...requestFor(text), ...change }, new AbortController().signal);
    const msOf = async (text: string): Promise<number> => durationMs(await say(text));

    void it('has a name, which tells its clips from those of others', () => {
      assert.notEqual(provider.name.trim(), '');
    });

    void it('turns words into sound at a rate between 8,000 and 48,000 Hz', async () => {
      const { samples, sampleRate } = await say(sentence);
      assert.ok(sampleRate >= 8_000 && sampleRate <= 48_000);
      const rms = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
      assert.ok(rms > 300, `RMS ${rms}`);
    });

    void it('takes longer for a longer text', async () => {
      assert.ok((await msOf(sentence.repeat(3))) > 2 * (await msOf(sentence)));
    });

    void it('says every gender', async () => {
      for (const gender of ['male', 'female', 'neutral'] as const) {
        assert.ok(durationMs(await say('Hello', { gender })) > 100, gender);
      }
    });

    void it('says the words of SSML and not its tags', async () => {
      const plain = await msOf(sentence);
      near(await msOf(`<speak version="1.1"><p><s>${sentence}</s></p></speak>`), plain, plain * 0.15);
    });

    void it('pauses for a break', async () => {
      const without = await msOf('<speak>Hello caller</speak>');
      const long = await msOf('<speak>Hello <break time="3s"/> caller</speak>');
      const short = await msOf('<speak>Hello <break time="1000ms"/> caller</speak>');
      near(long - short, 2_000, 60);
      near(short - without, 1_000, 200);
    });

    void it('speaks faster and slower on request', async () => {
      const normal = await msOf(sentence);
      const fast = await msOf(`<speak><prosody rate="150%">${sentence}</prosody></speak>`);
      const slow = await msOf(`<speak><prosody rate="x-slow">${sentence}</prosody></speak>`);
      near(normal / fast, 1.5, 0.25);
      near(normal / slow, 0.6, 0.12);
    });

    void it('refuses malformed markup and tells the place', async () => {
      const problem = await problemOf(say('<speak>Hello\n <b>caller</speak>'));
      assert.ok(problem.kind === 'badMarkup', problem.kind);
      assert.deepEqual(problem.position, { offset: 23, line: 2, column: 11 });
    });

    void it('refuses a text of more than 5,000 characters', async () => {
      assert.equal((await problemOf(say('x'.repeat(5_001)))).kind, 'tooLong');
    });

    void it('refuses what is no language tag', async () => {
      assert.equal(
        (await problemOf(say('Hello', { language: 'not a language' }))).kind,
        'unsupportedLanguage',
      );
    });

    void it('falls back to a language it has, and notes it', async () => {
      const { samples, notes } = await say('Hello', { language: 'tlh-QM' });
      assert.ok(samples.length > 0);
      assert.deepEqual(
        notes?.map((note) => note.kind),
        ['languageFallback'],
      );
    });

    void it('notes markup that it leaves out', async () => {
      const { notes } = await say('<speak><audio src="bell">Hello</audio></speak>');
      assert.deepEqual(
        notes?.map((note) => note.kind),
        ['ignoredMarkup'],
      );
    });

    void it('notes nothing when all is as asked', async () => {
      assert.deepEqual((await say('Hello')).notes ?? [], []);
    });

    void it('is silent for a text without words', async () => {
      for (const text of ['', ' ', '<speak/>', '<speak><metadata>x</metadata></speak>']) {
        assert.ok((await msOf(text)) < 100, JSON.stringify(text));
      }
    });

    void it('gives each of many requests its own audio', async () => {
      const counts = [1, 5, 2, 4, 3];
      const lengths = await Promise.all(counts.map((count) => msOf(sentence.repeat(count))));
      const inOrder = counts
        .toSorted((one, other) => one - other)
        .map((count) => lengths[counts.indexOf(count)]);
      assert.deepEqual(
        lengths.toSorted((one, other) => one - other),
        inOrder,
      );
    });

    void it('does not begin what is cancelled already', async () => {
      const reason = new Error('the caller is gone');
      await assert.rejects(provider.synthesize(requestFor('Hello'), AbortSignal.abort(reason)), reason);
    });

    void it('gives up what is cancelled, and speaks on', async () => {
      const controller = new AbortController();
      const cancelled = provider.synthesize(requestFor(sentence.repeat(20)), controller.signal);
      const reason = new Error('the caller hung up');
      controller.abort(reason);
      await assert.rejects(cancelled, reason);
      assert.ok((await msOf('Hello')) > 100);
    });

    void it('ends pending requests when it is closed, takes no more, and may be closed twice', async () => {
      const closing = create();
      const pending = problemOf(closing.synthesize(requestFor(sentence), new AbortController().signal));
      await Promise.all([closing.close(), closing.close()]);
      assert.equal((await pending).kind, 'unavailable');
      const later = closing.synthesize(requestFor('Hello'), new AbortController().signal);
      assert.equal((await problemOf(later)).kind, 'unavailable');
      await closing.close();
    });
  });
}

function requestFor(text: string): SpeechRequest {
  return { text, language: 'en-US', gender: 'female' };
}

function durationMs({ samples, sampleRate }: SpeechAudio): number {
  return (samples.length / sampleRate) * 1_000;
}

function near(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);
}

async function problemOf(promise: Promise<SpeechAudio>): Promise<SpeechProblem> {
  const error: unknown = await promise.then(
    () => assert.fail('it was spoken'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SpeechError, String(error));
  return error.problem;
}
