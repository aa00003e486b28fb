import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EventPosition } from '@parley/core';
import * as fc from 'fast-check';
import { formatEventCursor, parseEventCursor } from './event-cursor.ts';

describe('an event cursor', () => {
  it('gives its position back', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (position) => {
        assert.equal(parseEventCursor(formatEventCursor(position as EventPosition)), position);
      }),
    );
  });

  it('is undefined for whatever was not made by us, and never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseEventCursor(text)));
    for (const text of ['', '12', 'ZTEuMDE', 'ZTEuLTE', 'ZTEuOTAwNzE5OTI1NDc0MDk5OQ']) {
      assert.equal(parseEventCursor(text), undefined, text);
    }
  });

  it('is safe in a URL as it is', () => {
    assert.match(formatEventCursor(Number.MAX_SAFE_INTEGER as EventPosition), /^[A-Za-z0-9_-]+$/);
  });
});
