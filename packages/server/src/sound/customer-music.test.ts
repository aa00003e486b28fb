import assert from 'node:assert/strict';
import { it } from 'node:test';
import { notYet } from '@parley/contract';
import { createClip } from '@parley/media';
import type { Sound } from './clip-library.ts';
import { CustomerMusic } from './customer-music.ts';

const anybody = new AbortController().signal;

function setUp() {
  const asked: Sound[] = [];
  const music = new CustomerMusic(async (sound) => {
    asked.push(sound);
    return await Promise.resolve(createClip(new Int16Array(1)));
  });
  const change = (id: string, music_on_hold_uri: string, tm_delete: string = notYet): void =>
    music.changed({ id, music_on_hold_uri, tm_delete });
  /** Which file the music of that customer is. */
  const fileOf = async (id: string | undefined): Promise<string> => {
    await music.clip({ kind: 'music' }, id, anybody);
    const sound = asked.at(-1);
    return sound?.kind === 'music' ? sound.file : 'no music';
  };
  return { asked, music, change, fileOf };
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

it('music is the file of the customer whose call it is, as it was set last', async () => {
  const { change, fileOf } = setUp();
  change('a', 'http://a/1');
  change('b', 'http://b/');
  change('a', 'http://a/2');
  assert.deepEqual([await fileOf('a'), await fileOf('b')], ['http://a/2', 'http://b/']);
  assert.deepEqual([await fileOf('c'), await fileOf(undefined)], ['', '']);
});

it('music is our own again when the file is taken back, or the customer is gone', async () => {
  const { change, fileOf } = setUp();
  change('a', 'http://a/');
  change('b', 'http://b/');
  change('a', '');
  change('b', 'http://b/', '2022-04-12 10:00:00.000000');
  assert.deepEqual([await fileOf('a'), await fileOf('b')], ['', '']);
});

it('music is fetched once before anybody waits, whatever else changes, and only what is still wanted', async () => {
  const { asked, change } = setUp();
  change('a', 'http://a/1');
  change('a', 'http://a/2');
  change('a', 'http://a/2');
  change('b', '');
  await settled();
  assert.deepEqual(asked, [{ kind: 'music', file: 'http://a/2' }]);
});

it('other sounds are nobody’s in particular', async () => {
  const { asked, music, change } = setUp();
  change('a', 'http://a/');
  await settled();
  await music.clip({ kind: 'url', url: 'http://x/' }, 'a', anybody);
  await music.clip({ kind: 'ringback' }, 'a', anybody);
  assert.deepEqual(asked.slice(1), [{ kind: 'url', url: 'http://x/' }, { kind: 'ringback' }]);
});
