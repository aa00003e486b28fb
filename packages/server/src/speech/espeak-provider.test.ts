import assert from 'node:assert/strict';
import * as nodeTest from 'node:test';
import { describeSpeechProvider } from './conformance.ts';
import type { EspeakProvider } from './espeak-provider.ts';
import { createEspeakProvider } from './espeak-provider.ts';
import type { SpeechAudio, SpeechGender, SpeechProblem } from './provider.ts';
import { SpeechError } from './provider.ts';
import type { SpeechTimers } from './timers.ts';

const { after, before, describe, it } = nodeTest;

describeSpeechProvider(nodeTest, 'The offline voice', () => createEspeakProvider());

const never = new AbortController().signal;
const sentence = 'Thank you for calling, please hold the line while we connect you to an agent.';

function durationMs({ samples, sampleRate }: SpeechAudio): number {
  return (samples.length / sampleRate) * 1_000;
}

/** Middle of the pitches of voiced 40 ms frames, every third one, in hertz, by autocorrelation. */
function pitchOf({ samples, sampleRate }: SpeechAudio): number {
  const length = Math.round(sampleRate * 0.04);
  const pitches: number[] = [];
  for (let start = 0; start + 2 * length < samples.length; start += 3 * length) {
    const pitch = framePitch(samples.subarray(start, start + 2 * length), length, sampleRate);
    if (pitch !== undefined) pitches.push(pitch);
  }
  assert.ok(pitches.length >= 5, 'too little voiced sound to tell a pitch');
  return pitches.toSorted((one, other) => one - other)[pitches.length >> 1] ?? 0;
}

function framePitch(samples: Int16Array, length: number, sampleRate: number): number | undefined {
  let best = { likeness: 0.7, lag: 0 };
  const energyAt = (from: number): number =>
    samples.subarray(from, from + length).reduce((sum, sample) => sum + sample * sample, 0);
  const energy = energyAt(0);
  if (energy / length < 500 ** 2) return undefined;
  for (let lag = Math.floor(sampleRate / 400); lag < sampleRate / 60; lag += 1) {
    let product = 0;
    for (let index = 0; index < length; index += 1)
      product += (samples[index] ?? 0) * (samples[index + lag] ?? 0);
    const likeness = product / Math.sqrt(energy * energyAt(lag));
    if (likeness > best.likeness) best = { likeness, lag };
  }
  return best.lag === 0 ? undefined : sampleRate / best.lag;
}

/** Lengths of the silences between sounds, in milliseconds, the longest first. */
function silencesOf({ samples, sampleRate }: SpeechAudio): number[] {
  const found: number[] = [];
  let run = 0;
  for (const sample of samples) {
    if (Math.abs(sample) < 100) {
      run += 1;
      continue;
    }
    if (run > sampleRate / 20) found.push((run / sampleRate) * 1_000);
    run = 0;
  }
  return found.sort((one, other) => other - one);
}

/** Energy over time in 50 ms steps, which tells two utterances apart. */
function envelopeOf({ samples, sampleRate }: SpeechAudio): number[] {
  const length = sampleRate / 20;
  return Array.from({ length: Math.floor(samples.length / length) }, (_, index) =>
    samples.subarray(index * length, (index + 1) * length).reduce((sum, sample) => sum + Math.abs(sample), 0),
  );
}

function likeness(one: readonly number[], other: readonly number[]): number {
  const dot = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
  return dot(one, other) / Math.sqrt(dot(one, one) * dot(other, other));
}

async function problemOf(promise: Promise<unknown>): Promise<SpeechProblem> {
  const error: unknown = await promise.then(
    () => assert.fail('it was spoken'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof SpeechError, String(error));
  return error.problem;
}

describe('The offline voice', () => {
  let voice: EspeakProvider;

  before(() => {
    voice = createEspeakProvider();
  });

  after(async () => {
    await voice.close();
  });

  const say = (text: string, language = 'en-US', gender: SpeechGender = 'neutral'): Promise<SpeechAudio> =>
    voice.synthesize({ text, language, gender }, never);
  const mark = (markup: string): Promise<SpeechAudio> => say(`<speak>${markup}</speak>`);

  it('speaks at 8,000 Hz, which needs no more work on the main thread', async () => {
    assert.equal((await say('Hello')).sampleRate, 8_000);
  });

  it('takes as long for a sentence as a person does', async () => {
    const ms = durationMs(await say(sentence));
    assert.ok(ms > 3_500 && ms < 5_500, `${ms} ms for ${sentence.length} characters`);
  });

  it('has a high voice for female and a low one for male', async () => {
    const female = pitchOf(await say(sentence, 'en-US', 'female'));
    const male = pitchOf(await say(sentence, 'en-US', 'male'));
    assert.ok(female > 160 && female < 260, `female ${female} Hz`);
    assert.ok(male > 75 && male < 135, `male ${male} Hz`);
  });

  it('has both in every language', async () => {
    for (const language of ['de-DE', 'fr-FR', 'es-MX', 'cmn']) {
      const female = pitchOf(await say('Mama mia, Alabama, Malaga, Panama, Lima.', language, 'female'));
      const male = pitchOf(await say('Mama mia, Alabama, Malaga, Panama, Lima.', language, 'male'));
      assert.ok(female > 1.4 * male, `${language}: female ${female} Hz, male ${male} Hz`);
    }
  });

  it('stands in for a timbre the engine lacks with its pitch', async () => {
    const timbres = { male: 'nobody', female: 'nobody', neutral: '' };
    const other = createEspeakProvider({ timbres });
    const female = pitchOf(
      await other.synthesize({ text: sentence, language: 'en', gender: 'female' }, never),
    );
    await other.close();
    assert.ok(female > 130, `female ${female} Hz`);
    assert.notEqual(other.name, voice.name);
  });

  it('says the same word otherwise in German, English and French', async () => {
    const word = 'Information. Restaurant. Garage.';
    const envelopes = [];
    for (const language of ['en-US', 'de-DE', 'fr-FR']) envelopes.push(envelopeOf(await say(word, language)));
    const again = envelopeOf(await say(word, 'en-US'));
    const [english = [], german = [], french = []] = envelopes;
    assert.ok(likeness(english, again) > 0.98, 'English is not like English');
    assert.ok(likeness(english, german) < 0.95, 'English sounds like German');
    assert.ok(likeness(english, french) < 0.95, 'English sounds like French');
    assert.ok(likeness(german, french) < 0.95, 'German sounds like French');
  });

  it('makes a break as long as asked, to 5 %', async () => {
    for (const ms of [500, 1_000, 2_500, 10_000]) {
      const [longest = 0] = silencesOf(await mark(`Hello<break time="${ms}ms"/>world`));
      assert.ok(Math.abs(longest - ms) < ms * 0.05 + 20, `${longest} ms instead of ${ms}`);
    }
  });

  it('makes breaks exact at other rates of speech and at the edges', async () => {
    const slow = '<prosody rate="60%">Hello<break time="1s"/>world</prosody>';
    const [longest = 0] = silencesOf(await mark(slow));
    assert.ok(Math.abs(longest - 1_000) < 60, `${longest} ms`);
    const edges = durationMs(await mark('<break time="2s"/>Hello<break time="3s"/>'));
    assert.ok(Math.abs(edges - durationMs(await say('Hello')) - 5_000) < 60, `${edges} ms`);
  });

  it('raises the pitch and the volume within a text', async () => {
    const high = pitchOf(await mark(`<prosody pitch="+30%">${sentence}</prosody>`));
    const normal = pitchOf(await say(sentence));
    assert.ok(high > 1.15 * normal, `${high} Hz is not high beside ${normal} Hz`);
    const { samples } = await mark('aaah <break time="1s"/> <prosody volume="-12dB">aaah</prosody>');
    const peak = (part: Int16Array): number =>
      part.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    const [loud, soft] = [
      peak(samples.subarray(0, samples.length / 2)),
      peak(samples.subarray(samples.length / 2)),
    ];
    assert.ok(soft < loud * 0.4 && soft > loud * 0.1, `${soft} beside ${loud}`);
  });

  it('does not let loud words clip', async () => {
    const { samples } = await mark(
      `<prosody volume="x-loud">${sentence}</prosody><emphasis level="strong">now</emphasis>`,
    );
    const most = samples.reduce((peak, sample) => Math.max(peak, Math.abs(sample)), 0);
    assert.ok(most > 10_000 && most < 32_700, `peak ${most}`);
  });

  it('spells characters and says digits one by one', async () => {
    const word = durationMs(await say('cat'));
    const spelled = durationMs(await mark('<say-as interpret-as="characters">cat</say-as>'));
    assert.ok(spelled > 1.4 * word, `${spelled} ms beside ${word}`);
    const number = durationMs(await say('1000000'));
    const digits = durationMs(await mark('<say-as interpret-as="digits">1000000</say-as>'));
    assert.ok(digits > 1.5 * number, `${digits} ms beside ${number}`);
  });

  it('switches language and gender in mid-text and returns', async () => {
    const audio = await mark(
      `${sentence}<break time="2s"/><voice gender="female">${sentence}</voice><break time="2s"/>${sentence}`,
    );
    const third = Math.floor(audio.samples.length / 3);
    const pitchAt = (index: number): number =>
      pitchOf({ ...audio, samples: audio.samples.subarray(index * third, (index + 1) * third) });
    const [first, second, last] = [pitchAt(0), pitchAt(1), pitchAt(2)];
    assert.ok(second > 1.4 * first && second > 1.4 * last, `${first}, ${second}, ${last} Hz`);
    const { notes } = await mark('Hello <lang xml:lang="tlh">nuqneH</lang> <lang xml:lang="de">Hallo</lang>');
    assert.deepEqual(
      notes?.map((note) => note.message),
      ['there is no voice for tlh; en-us was spoken'],
    );
  });

  it('speaks what would be commands or phonemes of the engine as plain text', async () => {
    for (const text of [
      '[[h@loU]]',
      'one \u0001450S two',
      'a]]<b>bold</b>',
      '&lt;break time="9s"/&gt;',
      '🙂',
      '\ud800',
    ]) {
      assert.ok(durationMs(await say(text)) < 8_000, JSON.stringify(text));
    }
    assert.ok(durationMs(await say('[[h@loU]]')) > 1.5 * durationMs(await say('hello')));
  });

  it('refuses what takes more than the bound on audio', async () => {
    const short = createEspeakProvider({ maxAudioMs: 3_000 });
    const request = { language: 'en', gender: 'male' } as const;
    for (const text of [
      sentence,
      '<speak>a<break time="5s"/>b</speak>',
      '<speak><break time="5s"/></speak>',
    ]) {
      const problem = await problemOf(short.synthesize({ ...request, text }, never));
      assert.deepEqual(
        [problem.kind, problem.kind === 'tooLong' && problem.unit],
        ['tooLong', 'milliseconds'],
      );
    }
    const spoken = await short.synthesize({ ...request, text: 'Hello' }, never);
    await short.close();
    assert.ok(durationMs(spoken) > 100);
  });

  it('tells what to install when its package is missing', async () => {
    const missing = createEspeakProvider({ packageName: '@parley/no-such-voice' });
    const problem = await problemOf(
      missing.synthesize({ text: 'Hello', language: 'en', gender: 'male' }, never),
    );
    await missing.close();
    assert.equal(problem.kind, 'unavailable');
    assert.match(problem.message, /not installed; run "npm install @parley\/no-such-voice"/);
  });

  it('tells when the package is another than expected', async () => {
    const other = createEspeakProvider({ packageName: 'fast-check' });
    const problem = await problemOf(
      other.synthesize({ text: 'Hello', language: 'en', gender: 'male' }, never),
    );
    await other.close();
    assert.equal(problem.kind, 'unavailable');
    assert.match(problem.message, /cannot be loaded: fast-check has/);
  });
});

/** Timers run by hand: `elapse` runs those of that length. */
function createHandTimers(): SpeechTimers & { elapse(afterMs: number): void } {
  const pending = new Set<{ afterMs: number; run: () => void }>();
  return {
    start(afterMs, run) {
      const timer = { afterMs, run };
      pending.add(timer);
      return () => pending.delete(timer);
    },
    elapse(afterMs) {
      const due = [...pending].filter((timer) => timer.afterMs === afterMs);
      assert.notEqual(due.length, 0, `no timer of ${afterMs} ms is running`);
      for (const timer of due) {
        pending.delete(timer);
        timer.run();
      }
    },
  };
}

describe('The thread of the offline voice', () => {
  const hello = { text: 'Hello', language: 'en', gender: 'male' } as const;

  it('exists from the first text until it has been idle for long', async () => {
    const timers = createHandTimers();
    const voice = createEspeakProvider({ timers, idleMs: 60_000 });
    assert.equal(voice.isRunning, false);
    await voice.synthesize(hello, never);
    assert.equal(voice.isRunning, true);
    timers.elapse(60_000);
    assert.equal(voice.isRunning, false);
    assert.ok((await voice.synthesize(hello, never)).samples.length > 0);
    await voice.close();
    assert.equal(voice.isRunning, false);
  });

  it('is replaced when it hangs', async () => {
    const timers = createHandTimers();
    const workerUrl = new URL('./fixtures/stuck-worker.ts', import.meta.url);
    const voice = createEspeakProvider({ timers, timeoutMs: 1_000, workerUrl });
    const first = problemOf(voice.synthesize(hello, never));
    timers.elapse(1_000);
    assert.equal((await first).kind, 'timeout');
    assert.equal(voice.isRunning, true);
    timers.elapse(5_000);
    assert.equal(voice.isRunning, false);
    await voice.close();
  });

  it('takes only the text at hand along when it crashes', async () => {
    const workerUrl = new URL('./fixtures/crashing-worker.ts', import.meta.url);
    const voice = createEspeakProvider({ workerUrl });
    const problem = await problemOf(voice.synthesize(hello, never));
    await voice.close();
    assert.deepEqual(problem, {
      kind: 'unavailable',
      message: 'the voice stopped: memory access out of bounds',
    });
  });
});
