import assert from 'node:assert/strict';
import { it } from 'node:test';
import { nilId } from '@parley/contract';
import { fixedSpeechOf } from './flow-speech.ts';

it('the fixed words of a flow are those of its talks that hold no variable, as they will be asked for', () => {
  const talk = (option: Record<string, unknown>) => ({ id: nilId, next_id: nilId, type: 'talk', option });
  const actions = [
    { id: nilId, next_id: nilId, type: 'answer' },
    talk({ text: 'Hello' }),
    talk({ text: 'Hello ${voipbin.call.source.target}' }),
    talk({ text: 'Hallo', language: 'de-DE', gender: 'female' }),
    talk({ text: 'Bye', language: '', gender: '' }),
    talk({ text: 'Bye', language: '${language}' }),
    { id: nilId, next_id: nilId, type: 'play', option: { stream_urls: ['http://x/'] } },
  ];
  assert.deepEqual(
    [...fixedSpeechOf({ actions })],
    [
      { kind: 'speech', text: 'Hello', language: 'en-US', gender: 'neutral' },
      { kind: 'speech', text: 'Hallo', language: 'de-DE', gender: 'female' },
      { kind: 'speech', text: 'Bye', language: 'en-US', gender: 'neutral' },
    ],
  );
});
