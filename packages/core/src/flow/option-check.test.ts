import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { finishActionId, nilId } from '@parley/contract';
import { checkFlow } from './check.ts';

describe('the problems of an option', () => {
  /** Place within the option, and message. */
  const of = (type: string, option: unknown): string[] => {
    const checked = checkFlow([{ type, option }], randomUUID);
    const problems = checked.ok ? [] : checked.problems.filter(({ reason }) => reason === 'bad_option');
    return problems.map(({ path, message }) => `${path.replace('actions[0].option', '')} ${message}`);
  };

  it('say what is needed', () => {
    assert.deepEqual(of('talk', {}), ['.text is needed by talk']);
    assert.deepEqual(of('talk', undefined), ['.text is needed by talk']);
    assert.deepEqual(of('goto', { loop_count: 1 }), ['.target_id is needed by goto']);
  });

  it('say what a value has to be', () => {
    assert.deepEqual(of('talk', 'hello'), [' has to be an object']);
    assert.deepEqual(of('talk', [1]), [' has to be an object']);
    assert.deepEqual(of('talk', { text: 5 }), ['.text has to be a text']);
    assert.deepEqual(of('talk', { text: 'a', async: 'yes' }), ['.async has to be true or false']);
    assert.deepEqual(of('sleep', { duration: 1.5 }), ['.duration has to be a whole number']);
    assert.deepEqual(of('play', { stream_urls: 'x' }), ['.stream_urls has to be a list']);
    assert.deepEqual(
      of('condition_variable', {
        condition: '==',
        variable: '',
        value_type: 'number',
        value_number: '5',
        false_target_id: finishActionId,
      }),
      ['.value_number has to be a number'],
    );
  });

  it('say in which bounds it has to be', () => {
    assert.deepEqual(of('sleep', { duration: 0 }), ['.duration has to be at least 1']);
    assert.deepEqual(of('sleep', { duration: 86_400_001 }), ['.duration has to be at most 86400000']);
    assert.deepEqual(of('talk', { text: '' }), ['.text must not be empty']);
    assert.deepEqual(of('talk', { text: 'x'.repeat(5001) }), ['.text has more than 5000 characters']);
    assert.deepEqual(of('play', { stream_urls: [] }), ['.stream_urls must not be empty']);
    const urls = Array.from({ length: 51 }, () => 'http://x/');
    assert.deepEqual(of('play', { stream_urls: urls }), ['.stream_urls has more than 50 entries']);
    assert.deepEqual(of('play', { stream_urls: ['a', ''] }), ['.stream_urls[1] must not be empty']);
  });

  it('say which form it has to have', () => {
    assert.deepEqual(of('talk', { text: 'a', digits_handle: 'stop' }), [
      '.digits_handle has to be one of "", "next"',
    ]);
    assert.deepEqual(of('goto', { target_id: 'menu' }), ['.target_id has to be a UUID in lower case']);
    assert.deepEqual(of('digits_receive', { duration: 1, key: '5x' }), [
      '.key may hold only keys: 0 to 9, A to D, * and #',
    ]);
    assert.deepEqual(of('webhook_send', { uri: 'http://x/', data_type: 'a\r\nX: y' }), [
      '.data_type may hold only printable ASCII characters',
    ]);
    assert.deepEqual(of('branch', { target_ids: { 'a/b': 'x' } }), [
      '.target_ids.a/b has to be a UUID in lower case',
    ]);
    assert.deepEqual(of('branch', { target_ids: { ['k'.repeat(300)]: nilId } }), [
      `.target_ids.${'k'.repeat(64)}… is too long for a key`,
    ]);
  });

  it('say when it is too long as a whole', () => {
    assert.deepEqual(of('play', { stream_urls: Array.from({ length: 50 }, () => 'x'.repeat(2048)) }), [
      ' has 102567 bytes as JSON; at most 61440 are allowed',
    ]);
  });

  it('are found however many there are', () => {
    const keys = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, 1]));
    assert.notDeepEqual(of('talk', { text: 'a', ...keys }), []);
    assert.notDeepEqual(of('answer', keys), []);
  });

  it('are found in the keys of a map too, line breaks or not', () => {
    const [problem] = of('branch', { target_ids: { '\n': { toString: 1 } } });
    assert.match(problem ?? '', /has to be a text/);
  });
});
