import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseReplaces, printReplaces } from './replaces.ts';

test('a dialog by its Call-ID and two tags, in any order, with blanks', () => {
  assert.deepEqual(parseReplaces('12@h;to-tag=a;from-tag=b'), {
    ok: true,
    value: { callId: '12@h', toTag: 'a', fromTag: 'b', earlyOnly: false },
  });
  assert.deepEqual(parseReplaces(' 12@h ; from-tag=b ;early-only; to-tag=a;x=y'), {
    ok: true,
    value: { callId: '12@h', toTag: 'a', fromTag: 'b', earlyOnly: true },
  });
});

test('a tag 0 stands for none', () => {
  const parsed = parseReplaces('12@h;to-tag=a;from-tag=0');
  assert.ok(parsed.ok);
  assert.equal(parsed.value.fromTag, '');
});

test('is printed as it was read', () => {
  for (const value of ['12@h;to-tag=a;from-tag=b', '12@h;to-tag=a;from-tag=0;early-only']) {
    const parsed = parseReplaces(value);
    assert.ok(parsed.ok);
    assert.equal(printReplaces(parsed.value), value);
  }
});

test('what lacks a part is malformed', () => {
  for (const value of [
    '',
    '12@h',
    ';to-tag=a;from-tag=b',
    '12@h;to-tag=a',
    '12@h;from-tag=b',
    'a b;to-tag=a;from-tag=b',
  ]) {
    assert.equal(parseReplaces(value).ok, false, value);
  }
});
