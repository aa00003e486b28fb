import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { parseByteRange } from './byte-range.ts';

test('a range has a first and a last byte, both included, and ends with the file', () => {
  assert.deepEqual(parseByteRange('bytes=0-0', 10), { first: 0, last: 0 });
  assert.deepEqual(parseByteRange('bytes=2-5', 10), { first: 2, last: 5 });
  assert.deepEqual(parseByteRange('Bytes= 2-50', 10), { first: 2, last: 9 });
  assert.deepEqual(parseByteRange('bytes=9-', 10), { first: 9, last: 9 });
});

test('a range may count from the end', () => {
  assert.deepEqual(parseByteRange('bytes=-3', 10), { first: 7, last: 9 });
  assert.deepEqual(parseByteRange('bytes=-30', 10), { first: 0, last: 9 });
});

test('bytes that do not exist cannot be had', () => {
  for (const header of ['bytes=10-', 'bytes=10-20', 'bytes=-0', `bytes=${'9'.repeat(400)}-`]) {
    assert.equal(parseByteRange(header, 10), 'unsatisfiable', header);
  }
  for (const header of ['bytes=0-', 'bytes=-1'])
    assert.equal(parseByteRange(header, 0), 'unsatisfiable', header);
});

test('without a range, with several, or with something else, it is the whole file', () => {
  const headers = [
    undefined,
    '',
    'bytes=-',
    'bytes=5-2',
    'bytes=0-1,4-5',
    'items=0-1',
    'bytes=a-b',
    'bytes=1.5-2',
  ];
  for (const header of headers) assert.equal(parseByteRange(header, 10), 'whole', header);
});

test('a range lies within the file, whatever was asked for', () => {
  const headers = fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,20}-\d{0,20}$/));
  fc.assert(
    fc.property(headers, fc.nat(100), (header, size) => {
      const range = parseByteRange(header, size);
      if (typeof range === 'string') return;
      assert.ok(range.first >= 0 && range.first <= range.last && range.last < size);
    }),
  );
});
