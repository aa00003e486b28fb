import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import {
  constantTimeEquals,
  type DigestHash,
  digestHa1,
  digestResponse,
  readDigestAlgorithm,
} from './digest.ts';

const hash: DigestHash = (algorithm, text) =>
  createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text, 'utf8')
    .digest('hex');

/** The example of RFC 7616 section 3.9.1. */
const mufasa = {
  username: 'Mufasa',
  realm: 'http-auth@example.org',
  secret: { kind: 'password', password: 'Circle of Life' },
} as const;
const request = {
  method: 'GET',
  uri: '/dir/index.html',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  auth: { nc: '00000001', cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ' },
};

for (const [algorithm, response] of [
  ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
  ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
] as const) {
  test(`the published ${algorithm} example comes out`, () => {
    const ha1 = digestHa1(hash, algorithm, mufasa);
    assert.ok(ha1 !== undefined);
    assert.equal(digestResponse(hash, { algorithm, ha1, ...request }), response);
  });
}

test('the published example without qop comes out', () => {
  // User and nonce of RFC 2617 section 3.5, in the form of RFC 2069.
  const user = {
    username: 'Mufasa',
    realm: 'testrealm@host.com',
    secret: { kind: 'password', password: 'Circle Of Life' },
  } as const;
  const nonce = 'dcd98b7102dd2f0e8b11d0f600bfb0c093';
  const ha1 = digestHa1(hash, 'MD5', user) ?? '';
  assert.equal(ha1, '939e7578ed9e3c518a452acee763bce9');
  assert.equal(
    digestResponse(hash, { algorithm: 'MD5', ha1, method: 'GET', uri: '/dir/index.html', nonce }),
    '670fd8c2df070c60b045671b8b24ff02',
  );
});

test('HA1 given instead of a password is used as it is, per algorithm', () => {
  const ha1 = hash('MD5', 'a:b:c').toUpperCase();
  const user = { username: 'a', realm: 'b', secret: { kind: 'ha1', ha1: { MD5: ha1 } } } as const;
  assert.equal(digestHa1(hash, 'MD5', user), hash('MD5', 'a:b:c'));
  assert.equal(digestHa1(hash, 'SHA-256', user), undefined);
});

test('readDigestAlgorithm knows ours in any case and takes MD5 for granted', () => {
  assert.deepEqual([undefined, 'md5', 'Sha-256', 'MD5-sess', 'SHA-512-256', ''].map(readDigestAlgorithm), [
    'MD5',
    'MD5',
    'SHA-256',
    undefined,
    undefined,
    undefined,
  ]);
});

test('constantTimeEquals compares whole texts', () => {
  assert.ok(constantTimeEquals('', '') && constantTimeEquals('abc', 'abc'));
  for (const [a, b] of [
    ['abc', 'abd'],
    ['abc', 'ab'],
    ['ab', 'abc'],
    ['', 'a'],
    ['a', ''],
    ['a', 'a\0'],
  ] as const) {
    assert.ok(!constantTimeEquals(a, b), `${a} ${b}`);
  }
});
