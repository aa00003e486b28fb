import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import type { DigestHash, DigestSecret } from './digest.ts';
import { createDigestClient } from './digest-client.ts';
import { parseAuthValue } from './headers/auth.ts';
import { type HeaderField, Headers } from './message.ts';

const hash: DigestHash = (algorithm, text) =>
  createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text, 'utf8')
    .digest('hex');

function client(secret: DigestSecret = { kind: 'password', password: 'secret' }) {
  let count = 0;
  const token = () => {
    count += 1;
    return count.toString(16).padStart(16, '0');
  };
  return createDigestClient({ hash, token, username: 'ann', secret });
}

function unauthorized(...challenges: string[]) {
  return {
    status: 401,
    headers: new Headers(challenges.map((value) => ({ name: 'WWW-Authenticate', value }))),
  };
}

function proxyAuth(...challenges: string[]) {
  return {
    status: 407,
    headers: new Headers(challenges.map((value) => ({ name: 'Proxy-Authenticate', value }))),
  };
}

const nothing = { headers: new Headers() };
const invite = { method: 'INVITE', uri: 'sip:ben@parley.example' };
const refused = { ok: false, error: 'credentialsRefused' };
const unusable = { ok: false, error: 'noUsableChallenge' };
const fine = { ok: true, value: undefined };

function params(field: HeaderField | undefined): Record<string, string> {
  const parsed = parseAuthValue(field?.value ?? '');
  assert.ok(parsed.ok);
  return Object.fromEntries(parsed.value.params);
}

describe('answering a challenge', () => {
  test('there is nothing to say before the first challenge', () => {
    assert.deepEqual(client().authorize(invite), []);
  });

  test('with qop=auth the response covers nonce count and cnonce', () => {
    const one = client();
    assert.deepEqual(
      one.challenged(
        nothing,
        unauthorized('Digest realm="r", nonce="n", opaque="o", algorithm=SHA-256, qop="auth-int, auth"'),
      ),
      fine,
    );
    const [field] = one.authorize(invite);
    const { response, ...rest } = params(field);
    assert.equal(field?.name, 'Authorization');
    assert.deepEqual(rest, {
      username: 'ann',
      realm: 'r',
      nonce: 'n',
      uri: 'sip:ben@parley.example',
      algorithm: 'SHA-256',
      opaque: 'o',
      qop: 'auth',
      nc: '00000001',
      cnonce: '0000000000000001',
    });
    const ha1 = hash('SHA-256', 'ann:r:secret');
    const ha2 = hash('SHA-256', 'INVITE:sip:ben@parley.example');
    assert.equal(response, hash('SHA-256', `${ha1}:n:00000001:0000000000000001:auth:${ha2}`));
  });

  test('without qop and algorithm it answers in the old MD5 form and echoes neither', () => {
    const one = client();
    assert.deepEqual(one.challenged(nothing, unauthorized('Digest realm="r", nonce="n"')), fine);
    const { response, ...rest } = params(one.authorize(invite)[0]);
    assert.deepEqual(rest, { username: 'ann', realm: 'r', nonce: 'n', uri: 'sip:ben@parley.example' });
    assert.equal(
      response,
      hash('MD5', `${hash('MD5', 'ann:r:secret')}:n:${hash('MD5', 'INVITE:sip:ben@parley.example')}`),
    );
  });

  test('chooses the strongest algorithm of a realm, wherever it stands', () => {
    const one = client();
    one.challenged(
      nothing,
      unauthorized(
        'Digest realm="r", nonce="1", algorithm=MD5',
        'Digest realm="r", nonce="2", algorithm=SHA-256',
        'Digest realm="r", nonce="3", algorithm=SHA-512-256',
      ),
    );
    assert.deepEqual(
      one.authorize(invite).map((field) => params(field)['nonce']),
      ['2'],
    );
  });

  test('chooses the algorithm for which HA1 is known', () => {
    const one = client({ kind: 'ha1', ha1: { MD5: hash('MD5', 'ann:r:secret') } });
    one.challenged(
      nothing,
      unauthorized(
        'Digest realm="r", nonce="2", algorithm=SHA-256',
        'Digest realm="r", nonce="1", algorithm=MD5',
      ),
    );
    assert.equal(params(one.authorize(invite)[0])['nonce'], '1');
  });

  test('answers every realm on the way, each in its header', () => {
    const one = client();
    one.challenged(nothing, proxyAuth('Digest realm="p1", nonce="1"', 'Digest realm="p2", nonce="2"'));
    one.challenged(nothing, unauthorized('Digest realm="p1", nonce="3"'));
    assert.deepEqual(
      one
        .authorize(invite)
        .map((field) => `${field.name} ${params(field)['realm']} ${params(field)['nonce']}`),
      ['Proxy-Authorization p1 1', 'Proxy-Authorization p2 2', 'Authorization p1 3'],
    );
  });

  test('cannot answer other schemes, algorithms and qops', () => {
    for (const value of [
      'Basic realm="r"',
      'Digest realm="r"',
      'Digest nonce="n"',
      'Digest realm="r", nonce="n", algorithm=MD5-sess',
      'Digest realm="r", nonce="n", qop="auth-int"',
      'Digest "',
    ]) {
      assert.deepEqual(client().challenged(nothing, unauthorized(value)), unusable, value);
    }
    assert.deepEqual(client().challenged(nothing, unauthorized()), unusable);
    assert.deepEqual(client().challenged(nothing, proxyAuth()), unusable);
  });
});

describe('nonces that go on', () => {
  const challenge = (nonce: string, more = '') =>
    unauthorized(`Digest realm="r", nonce="${nonce}", qop="auth"${more}`);

  /** Sends one request with what the client has, as its headers. */
  function send(one: ReturnType<typeof client>) {
    return { headers: new Headers(one.authorize(invite)) };
  }

  test('the nonce count grows with every request and starts again with a new nonce', () => {
    const one = client();
    one.challenged(nothing, challenge('1'));
    assert.deepEqual(
      [1, 2].map(() => params(one.authorize(invite)[0])['nc']),
      ['00000001', '00000002'],
    );
    const sent = send(one);
    assert.deepEqual(one.challenged(sent, challenge('2', ', stale=TRUE')), fine);
    assert.deepEqual(
      [params(one.authorize(invite)[0])].map(({ nonce, nc }) => [nonce, nc]),
      [['2', '00000001']],
    );
  });

  test('a fresh answer that is refused means a wrong password', () => {
    const one = client();
    one.challenged(nothing, challenge('1'));
    assert.deepEqual(one.challenged(send(one), challenge('2')), refused);
    assert.deepEqual(one.challenged(send(one), challenge('1')), refused);
  });

  test('a nonce that worked before may be replaced without the word stale, once', () => {
    const one = client();
    one.challenged(nothing, challenge('1'));
    send(one);
    assert.deepEqual(one.challenged(send(one), challenge('2')), fine);
    assert.deepEqual(one.challenged(send(one), challenge('3')), refused);
  });

  test('the same nonce called stale is a server that will never be content', () => {
    const one = client();
    one.challenged(nothing, challenge('1'));
    assert.deepEqual(one.challenged(send(one), challenge('1', ', stale=true')), refused);
  });

  test('a server that calls every nonce stale at once is given up', () => {
    const one = client();
    one.challenged(nothing, challenge('0'));
    const results = ['1', '2', '3'].map(
      (nonce) => one.challenged(send(one), challenge(nonce, ', stale=true')).ok,
    );
    assert.deepEqual(results, [true, true, false]);
  });

  test('a refusal in one realm does not touch the credentials of another', () => {
    const one = client();
    one.challenged(nothing, challenge('1'));
    const sent = send(one);
    assert.deepEqual(one.challenged(sent, proxyAuth('Digest realm="r", nonce="p"')), fine);
    assert.equal(one.authorize(invite).length, 2);
  });

  test('remembers a bounded number of realms', () => {
    const one = client();
    for (let index = 0; index < 20; index += 1)
      one.challenged(nothing, unauthorized(`Digest realm="r${index}", nonce="n"`));
    assert.equal(one.authorize(invite).length, 8);
  });
});
