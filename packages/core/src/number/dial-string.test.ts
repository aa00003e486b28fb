import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDialString } from './dial-string.ts';

describe('a number that a client wants', () => {
  it('is E.164 with its plus, or a dial string', () => {
    for (const text of [
      '+15551230000',
      '+999999999999999',
      '+12',
      '1000',
      '*97',
      '#1',
      'front-desk',
      'a.b_c',
      'x'.repeat(64),
    ]) {
      assert.deepEqual(parseDialString(text), { ok: true, value: text });
    }
  });

  it('is refused with a word on what it should be', () => {
    for (const text of ['+0123', '+1', '+1234567890123456', '+1 555', '+abc', '+']) {
      const parsed = parseDialString(text);
      assert.ok(!parsed.ok && parsed.error.includes('after "+"'), text);
    }
    for (const text of ['', 'x'.repeat(65), 'a b', 'a@b', 'ä', '1\n', '100+1', '%41']) {
      const parsed = parseDialString(text);
      assert.ok(!parsed.ok && parsed.error.includes('E.164'), text);
    }
  });
});
