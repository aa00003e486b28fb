import assert from 'node:assert/strict';
import * as nodeTest from 'node:test';
import { describeSpeechProvider } from '@parley/server';
import { createFakeVoice, msPerCharacter } from './speech.ts';

const { describe, it } = nodeTest;

describeSpeechProvider(nodeTest, 'The voice for tests', () => createFakeVoice());
describeSpeechProvider(nodeTest, 'The voice for tests at another rate', () =>
  createFakeVoice({ sampleRate: 22_050 }),
);

describe('The voice for tests', () => {
  const hello = { text: 'Hello', language: 'en-US', gender: 'female' } as const;
  const never = new AbortController().signal;

  it('says the same text the same way each time, as long as its letters take', async () => {
    const voice = createFakeVoice();
    const [one, other] = [await voice.synthesize(hello, never), await voice.synthesize(hello, never)];
    assert.deepEqual(one.samples, other.samples);
    assert.equal(one.samples.length, 5 * msPerCharacter * 8);
    assert.deepEqual(voice.requests, [hello, hello]);
  });

  it('tells genders apart by the pitch of its tone', async () => {
    const voice = createFakeVoice();
    const crossings = async (gender: 'male' | 'female'): Promise<number> => {
      const { samples } = await voice.synthesize({ ...hello, gender }, never);
      return samples.filter((sample, index) => sample >= 0 !== (samples[index + 1] ?? 0) >= 0).length;
    };
    assert.ok((await crossings('female')) > 1.5 * (await crossings('male')));
  });

  it('holds its answers back until it is told to give them', async () => {
    const voice = createFakeVoice();
    const answered: string[] = [];
    voice.hold();
    const answer = voice.synthesize(hello, never).then(() => answered.push('spoken'));
    await createFakeVoice().synthesize(hello, never);
    answered.push('released');
    voice.release();
    await answer;
    assert.deepEqual(answered, ['released', 'spoken']);
  });
});
