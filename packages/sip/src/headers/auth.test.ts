import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bareInChallenge, bareInCredentials, parseAuthValue, printAuthValue } from './auth.ts';

test('parseAuthValue reads quoted and bare values and lowers the names', () => {
  const parsed = parseAuthValue(' Digest  Realm="a, \\"b\\"" ,nonce=abc, qop="auth,auth-int",stale = TRUE ');
  assert.ok(parsed.ok);
  assert.equal(parsed.value.scheme, 'Digest');
  assert.deepEqual(Object.fromEntries(parsed.value.params), {
    realm: 'a, "b"',
    nonce: 'abc',
    qop: 'auth,auth-int',
    stale: 'TRUE',
  });
});

test('parseAuthValue takes a scheme alone and an empty value', () => {
  assert.deepEqual(parseAuthValue('Negotiate'), {
    ok: true,
    value: { scheme: 'Negotiate', params: new Map() },
  });
  const parsed = parseAuthValue('Digest opaque="", realm=x');
  assert.ok(parsed.ok);
  assert.equal(parsed.value.params.get('opaque'), '');
});

test('parseAuthValue refuses half values, doubled names and too many of them', () => {
  const many = Array.from({ length: 40 }, (_, index) => `p${index}=1`).join(',');
  for (const value of [
    '',
    'Dig"est a=b',
    'Digest a',
    'Digest a="b',
    'Digest a="b"c',
    'Digest a=1, A=2',
    'Digest =x',
    `Digest ${many}`,
  ]) {
    assert.deepEqual(parseAuthValue(value), { ok: false, error: 'malformedAuth' }, value);
  }
});

test('printAuthValue quotes by the kind of header', () => {
  const params = new Map([
    ['realm', 'a "b"'],
    ['qop', 'auth'],
    ['algorithm', 'MD5'],
  ]);
  assert.equal(
    printAuthValue({ scheme: 'Digest', params }, bareInChallenge),
    'Digest realm="a \\"b\\"", qop="auth", algorithm=MD5',
  );
  assert.equal(
    printAuthValue({ scheme: 'Digest', params }, bareInCredentials),
    'Digest realm="a \\"b\\"", qop=auth, algorithm=MD5',
  );
});
