import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { effectivePageSize } from './limits.ts';

test('a page has as many rows as were asked for, from 1 to 100', () => {
  for (const asked of [1, 2, 10, 99, 100]) assert.equal(effectivePageSize(asked), asked);
});

test('a page has 10 rows when nothing was asked for, or nothing sensible', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.integer({ max: 0 }), fc.integer({ min: 101 }), fc.constant(2.5), fc.constant(NaN)),
      (asked) => {
        assert.equal(effectivePageSize(asked), 10);
      },
    ),
  );
  assert.equal(effectivePageSize(undefined), 10);
});
