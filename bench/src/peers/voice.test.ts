import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Spread } from './spread.ts';
import { Ear, type Hearing, Voice } from './voice.ts';

function scene(): { readonly voice: Voice; readonly ear: Ear; readonly hearing: Hearing } {
  const hearing = { latency: new Spread(), unevenness: new Spread() };
  const ear = new Ear(new Voice(1), hearing);
  const voice = new Voice(0);
  for (const each of [voice, ear]) each.begin();
  return { voice, ear, hearing };
}

it('every packet is counted by its number: what is missing is lost, what comes again is not heard twice', () => {
  const { voice, ear } = scene();
  for (let n = 0; n < 10; n += 1) {
    const number = voice.say(n * 20);
    if (n !== 4) ear.hear(voice, number, n * 20 + 1);
    if (n === 7) ear.hear(voice, number, n * 20 + 2);
  }
  assert.deepEqual([voice.said, ear.heard, ear.twice, ear.strange], [10, 9, 1, 0]);
});

it('only packets sent between the beginning and the end of a window count, however late they come', () => {
  const { voice, ear } = scene();
  const before = voice.say(0);
  voice.begin();
  const within = voice.say(20);
  voice.end();
  const after = voice.say(40);
  for (const number of [before, within, after]) ear.hear(voice, number, 100);
  assert.deepEqual([voice.said, ear.heard], [1, 1]);
});

it('nothing counts before the first window', () => {
  const { ear } = scene();
  const voice = new Voice(2);
  ear.hear(voice, voice.say(0), 1);
  assert.deepEqual([voice.said, ear.voice, ear.heard], [0, voice, 0]);
});

it('latency is from sending to hearing, and a gap makes no interval uneven', () => {
  const { voice, ear, hearing } = scene();
  const numbers = [0, 20, 40].map((at) => voice.say(at));
  ear.hear(voice, numbers[0] ?? 0, 5);
  ear.hear(voice, numbers[2] ?? 0, 48);
  assert.deepEqual([hearing.latency.summary().max, hearing.latency.summary().p50], [8, 5]);
  assert.deepEqual([hearing.unevenness.summary().count, hearing.unevenness.summary().max], [1, 3]);
});

it('a phone that hears itself, or a second voice, hears what is strange', () => {
  const hearing = { latency: new Spread(), unevenness: new Spread() };
  const [own, other, third] = [new Voice(0), new Voice(1), new Voice(2)];
  const ear = new Ear(own, hearing);
  other.begin();
  for (const voice of [own, other, third]) ear.hear(voice, voice.say(0), 1);
  assert.equal(ear.voice, other);
  assert.deepEqual([ear.heard, ear.strange], [1, 2]);
});

it('a window with more packets than are remembered is refused', () => {
  const voice = new Voice(0);
  voice.begin();
  for (let n = 0; n <= 8192; n += 1) voice.say(n);
  assert.throws(() => voice.end(), /more than 8192 packets/);
});
