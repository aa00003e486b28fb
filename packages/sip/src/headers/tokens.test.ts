import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { parseDigits, parseParams, printParams, quote, splitValues, unquote } from './tokens.ts';

describe('splitValues', () => {
  test('splits at commas and trims the entries', () => {
    assert.deepEqual(splitValues(' a , b,c '), ['a', 'b', 'c']);
  });

  test('keeps commas inside quotes and angle brackets', () => {
    assert.deepEqual(splitValues('"a, b" <sip:x@y;z=1,2>, <sip:c,d@e>'), [
      '"a, b" <sip:x@y;z=1,2>',
      '<sip:c,d@e>',
    ]);
  });

  test('does not end a quoted string at an escaped quote', () => {
    assert.deepEqual(splitValues('"a\\", b", c'), ['"a\\", b"', 'c']);
  });

  test('keeps empty entries, so that the caller can refuse them', () => {
    assert.deepEqual(splitValues('a,,b,'), ['a', '', 'b', '']);
  });

  test('refuses a quote or a bracket that never closes', () => {
    assert.equal(splitValues('a, "b'), undefined);
    assert.equal(splitValues('"b\\"'), undefined);
    assert.equal(splitValues('<sip:a, b'), undefined);
  });
});

describe('parseParams', () => {
  const read = (text: string) => {
    const params = parseParams(text, 0);
    return params && [...params];
  };

  test('reads values, flags and quoted strings and lowers the names', () => {
    assert.deepEqual(read(';Tag=Ab;lr ; x = "a;\\"b" '), [
      ['tag', 'Ab'],
      ['lr', undefined],
      ['x', '"a;\\"b"'],
    ]);
  });

  test('takes nothing as no parameters', () => {
    assert.deepEqual(read('  '), []);
  });

  for (const text of [
    ';',
    ';;',
    ';a;',
    ';a=',
    ';a=;b',
    ';=b',
    ';a=1;A=2',
    'a=1',
    ';a b',
    ';a="x',
    ';a="x"y',
    ';a=<x>',
    ';a,b',
  ]) {
    test(`refuses ${text}`, () => {
      assert.equal(read(text), undefined);
    });
  }

  test('refuses more parameters than the limit', () => {
    const some = (count: number) => Array.from({ length: count }, (_, index) => `;p${index}`).join('');
    assert.equal(parseParams(some(64), 0)?.size, 64);
    assert.equal(parseParams(some(65), 0), undefined);
  });

  test('is undone by printParams', () => {
    const text = ';tag=x;lr;q="a b"';
    const params = parseParams(text, 0);
    assert.ok(params);
    assert.equal(printParams(params), text);
  });
});

describe('quote and unquote', () => {
  test('undo each other for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => unquote(quote(text)) === text));
  });

  test('unquote leaves plain words and half-open quotes alone', () => {
    assert.equal(unquote('word'), 'word');
    assert.equal(unquote('"'), '"');
    assert.equal(unquote('"open'), '"open');
  });
});

test('parseDigits reads digits only and not too many', () => {
  assert.equal(parseDigits('0070', 4), 70);
  for (const text of ['', '12345', '1a', '-1', '+1', '1.0', ' 1', '٣'])
    assert.equal(parseDigits(text, 4), undefined, text);
});
