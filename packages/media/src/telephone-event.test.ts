import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  digitOfEvent,
  eventOfDigit,
  readEventCode,
  readEventDuration,
  readEventEnd,
  writeTelephoneEvent,
} from './telephone-event.ts';

describe('telephone-event payloads', () => {
  it('are laid out as RFC 4733 draws them', () => {
    const bytes = new Uint8Array(6);
    writeTelephoneEvent(bytes, 1, 11, true, 0x0320);
    assert.deepEqual([...bytes], [0, 11, 0x8a, 0x03, 0x20, 0]);
    assert.equal(readEventCode(bytes, 1), 11);
    assert.equal(readEventEnd(bytes, 1), true);
    assert.equal(readEventDuration(bytes, 1), 800);
  });

  it('name sixteen digits', () => {
    assert.deepEqual(
      Array.from({ length: 17 }, (_, code) => digitOfEvent(code)).join(' '),
      '0 1 2 3 4 5 6 7 8 9 * # A B C D ',
    );
    for (let code = 0; code < 16; code += 1) assert.equal(eventOfDigit(digitOfEvent(code) ?? ''), code);
    assert.equal(eventOfDigit('a'), 12);
    assert.equal(eventOfDigit('E'), undefined);
    assert.equal(eventOfDigit(''), undefined);
    assert.equal(eventOfDigit('12'), undefined);
  });
});
