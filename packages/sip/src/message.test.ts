import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { canonicalHeaderName, Headers } from './message.ts';

const sample = () =>
  new Headers([
    { name: 'v', value: 'one' },
    { name: 'CALL-ID', value: 'id' },
    { name: 'Via', value: 'two' },
    { name: 'X-Mine', value: 'x' },
  ]);

test('canonicalHeaderName knows compact forms, cases and leaves strangers alone', () => {
  assert.deepEqual(['v', 'VIA', 'i', 'cseq', 'l', 'x', 'X-Mine', '__proto__'].map(canonicalHeaderName), [
    'Via',
    'Via',
    'Call-ID',
    'CSeq',
    'Content-Length',
    'Session-Expires',
    'X-Mine',
    '__proto__',
  ]);
});

describe('Headers', () => {
  test('finds values by long, compact and differently written names', () => {
    const headers = sample();
    assert.equal(headers.get('VIA'), 'one');
    assert.deepEqual(headers.all('v'), ['one', 'two']);
    assert.equal(headers.get('i'), 'id');
    assert.equal(headers.get('x-mine'), 'x');
    assert.equal(headers.get('From'), undefined);
    assert.ok(headers.has('call-id') && !headers.has('To'));
    assert.equal(headers.size, 4);
  });

  test('iterates in order with canonical names', () => {
    assert.deepEqual(
      [...sample()].map((field) => `${field.name}=${field.value}`),
      ['Via=one', 'Call-ID=id', 'Via=two', 'X-Mine=x'],
    );
  });

  test('prepends before and adds after everything', () => {
    const headers = sample().prepend('via', 'zero').add('V', 'three');
    assert.deepEqual(headers.all('Via'), ['zero', 'one', 'two', 'three']);
    assert.equal([...headers][0]?.value, 'zero');
  });

  test('sets the first value in place and drops the others', () => {
    const headers = sample().set('via', 'only');
    assert.deepEqual(
      [...headers].map((field) => field.value),
      ['only', 'id', 'x'],
    );
    assert.equal(headers.get('Via'), 'only');
    assert.deepEqual(headers.set('To', 't').all('To'), ['t']);
  });

  test('removes all values of a name and keeps finding the others', () => {
    const headers = sample().remove('v');
    assert.deepEqual(
      [headers.has('Via'), headers.get('Call-ID'), headers.get('X-Mine'), headers.size],
      [false, 'id', 'x', 2],
    );
  });

  test('copies share nothing', () => {
    const headers = sample();
    const copy = headers.copy().set('Via', 'changed').remove('X-Mine');
    assert.deepEqual(headers.all('Via'), ['one', 'two']);
    assert.deepEqual([copy.get('Via'), copy.has('X-Mine'), headers.has('X-Mine')], ['changed', false, true]);
  });
});
