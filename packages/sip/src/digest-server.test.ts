import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import type { DigestHash, DigestSecret } from './digest.ts';
import { createDigestClient } from './digest-client.ts';
import { createDigestServer, type DigestServerDeps, findCredentials } from './digest-server.ts';
import { Headers } from './message.ts';

const hash: DigestHash = (algorithm, text) =>
  createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text, 'utf8')
    .digest('hex');

function tokens(prefix: string) {
  let count = 0;
  return () => {
    count += 1;
    return prefix + count.toString(16).padStart(15, '0');
  };
}

const invite = { method: 'INVITE', uri: 'sip:ben@parley.example' };
const users: Readonly<Record<string, DigestSecret>> = {
  ann: { kind: 'password', password: 'secret' },
  old: { kind: 'ha1', ha1: { MD5: hash('MD5', 'old:parley.example:secret') } },
};
const secretOf = (username: string) => users[username];

function server(more: Partial<DigestServerDeps> = {}) {
  return createDigestServer({ hash, token: tokens('a'), realm: 'parley.example', ...more });
}

function client(username = 'ann', password = 'secret') {
  return createDigestClient({ hash, token: tokens('b'), username, secret: { kind: 'password', password } });
}

function challengeOf(values: readonly string[]) {
  return { status: 401, headers: new Headers(values.map((value) => ({ name: 'WWW-Authenticate', value }))) };
}

function checkOf(one: ReturnType<typeof client>, request = invite) {
  return { ...request, secretOf, values: one.authorize(request).map((field) => field.value) };
}

/** A client that was challenged by this server at time 0. */
function ready(side: ReturnType<typeof server>, one = client(), keep = (_value: string) => true) {
  const result = one.challenged({ headers: new Headers() }, challengeOf(side.challenge(0).filter(keep)));
  assert.ok(result.ok);
  return one;
}

function errorOf(result: { ok: boolean; error?: string }) {
  return result.ok ? 'ok' : result.error;
}

describe('challenge', () => {
  test('offers SHA-256 before MD5 with one nonce and qop=auth', () => {
    const values = server().challenge(5);
    assert.equal(values.length, 2);
    assert.match(
      values[0] ?? '',
      /^Digest realm="parley.example", nonce="5\.a0+4\.[0-9a-f]{64}", algorithm=SHA-256, qop="auth"$/,
    );
    assert.equal(values[1], values[0]?.replace('SHA-256', 'MD5'));
    assert.match(
      server({ algorithms: ['MD5'] })
        .challenge(5, { stale: true })
        .join(),
      /^Digest [^,]+, [^,]+, algorithm=MD5, qop="auth", stale=true$/,
    );
  });
});

describe('verify', () => {
  test('offers a peer that chokes on SHA-256 what it knows, under the same rules', () => {
    const side = server();
    const values = side.challenge(0, { algorithms: ['MD5'] });
    assert.equal(values.length, 1);
    assert.match(values[0] ?? '', /algorithm=MD5/);
    const one = client();
    assert.ok(one.challenged({ headers: new Headers() }, challengeOf(values)).ok);
    assert.ok(side.verify(checkOf(one), 1).ok);
    assert.deepEqual(server({ algorithms: ['MD5'] }).challenge(0, { algorithms: ['SHA-256'] }), []);
  });

  test('lets in who knows the secret, with either algorithm', () => {
    for (const algorithm of ['SHA-256', 'MD5']) {
      const side = server();
      const one = ready(side, client(), (value) => value.includes(algorithm));
      const result = side.verify(checkOf(one), 10);
      assert.ok(result.ok);
      assert.deepEqual([result.value.username, result.value.algorithm], ['ann', algorithm]);
    }
  });

  test('lets in a user known by HA1, by the algorithm of that HA1', () => {
    const side = server();
    assert.equal(
      errorOf(side.verify(checkOf(ready(side, client('old'), (value) => value.includes('MD5'))), 0)),
      'ok',
    );
    assert.equal(errorOf(side.verify(checkOf(ready(side, client('old'))), 0)), 'wrongCredentials');
  });

  test('does not tell a stranger from a wrong password', () => {
    const side = server();
    assert.equal(errorOf(side.verify(checkOf(ready(side, client('nobody'))), 0)), 'wrongCredentials');
    assert.equal(errorOf(side.verify(checkOf(ready(side, client('ann', 'guess'))), 0)), 'wrongCredentials');
  });

  test('lets in no stranger, not even one who guesses the secret that strangers are checked against', () => {
    for (const guess of ['1', '2', '3', '4']) {
      const side = server();
      const one = ready(side, client('nobody', `a${guess.padStart(15, '0')}`));
      assert.equal(errorOf(side.verify(checkOf(one), 0)), 'wrongCredentials');
    }
  });

  test('asks for credentials when there are none of its realm', () => {
    const side = server();
    for (const values of [
      [],
      ['Basic x'],
      ['NoOneKnows a=b'],
      ['Bearer abc=='],
      ['Digest realm="other", nonce="1"'],
    ]) {
      assert.equal(errorOf(side.verify({ ...invite, secretOf, values }, 0)), 'noCredentials', values.join());
    }
  });

  test('finds its credentials among others', () => {
    const side = server();
    const check = checkOf(ready(side));
    assert.equal(
      errorOf(side.verify({ ...check, values: ['Bearer abc==', 'Digest realm="x"', ...check.values] }, 0)),
      'ok',
    );
  });

  test('refuses credentials that cannot be read', () => {
    const side = server();
    const [good = ''] = checkOf(ready(side)).values;
    const broken = [
      good.replace(/username="[^"]*", /, ''),
      good.replace(/nonce="[^"]*", /, ''),
      good.replace(/, uri="[^"]*"/, ''),
      good.replace(/response="[^"]*", /, ''),
      good.replace('nc=00000001', 'nc=1'),
      good.replace('nc=00000001', 'nc=zzzzzzzz'),
      good.replace(/, cnonce="[^"]*"/, ''),
      good.replace('qop=auth', 'qop=auth-int'),
      good.replace('algorithm=SHA-256', 'algorithm=SHA-1'),
      `${good}, realm="twice"`,
      'Digest "',
    ];
    for (const value of broken) {
      assert.notEqual(value, good);
      assert.equal(errorOf(side.verify({ ...invite, secretOf, values: [value] }, 0)), 'malformed', value);
    }
  });

  test('refuses an algorithm it did not offer', () => {
    const strict = server({ algorithms: ['SHA-256'] });
    const lax = server();
    const one = ready(lax, client(), (value) => value.includes('MD5'));
    assert.equal(errorOf(strict.verify(checkOf(one), 0)), 'malformed');
  });

  test('refuses credentials made for another method or target', () => {
    const side = server();
    const one = ready(side);
    assert.equal(errorOf(side.verify({ ...checkOf(one), method: 'BYE' }, 0)), 'wrongCredentials');
    assert.equal(
      errorOf(side.verify({ ...checkOf(one), uri: 'sip:+1900555@parley.example' }, 0)),
      'uriMismatch',
    );
    assert.equal(
      errorOf(side.verify({ ...checkOf(one), uri: 'sip:ben@elsewhere.example' }, 0)),
      'uriMismatch',
    );
    assert.equal(errorOf(side.verify({ ...checkOf(one), uri: 'urn:x' }, 0)), 'uriMismatch');
    assert.equal(
      errorOf(side.verify({ ...checkOf(one), uri: 'sip:ben@Parley.example:5060;transport=tcp' }, 0)),
      'ok',
    );
  });

  test('never throws for any text', () => {
    const side = server();
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }).map((text) => `Digest ${text}`)), (values) => {
        assert.notEqual(errorOf(side.verify({ ...invite, secretOf, values }, 0)), 'ok');
      }),
    );
  });
});

describe('nonces', () => {
  test('a count is good once and must grow', () => {
    const side = server();
    const one = ready(side);
    const [first, second, third] = [checkOf(one), checkOf(one), checkOf(one)];
    assert.deepEqual(
      [first, first, third, second].map((check) => errorOf(side.verify(check, 1))),
      ['ok', 'stale', 'ok', 'stale'],
    );
  });

  test('without qop a nonce is good for one request', () => {
    const side = server();
    const one = client();
    one.challenged(
      { headers: new Headers() },
      challengeOf(side.challenge(0).map((value) => value.replace(', qop="auth"', ''))),
    );
    assert.deepEqual(
      [checkOf(one), checkOf(one)].map((check) => errorOf(side.verify(check, 1))),
      ['ok', 'stale'],
    );
  });

  test('a nonce turns stale when its time is over', () => {
    const side = server({ nonceLifetimeMs: 1000 });
    const one = ready(side);
    assert.deepEqual(
      [1000, 1001].map((now) => errorOf(side.verify(checkOf(one), now))),
      ['ok', 'stale'],
    );
  });

  test('a nonce of another server is stale to one who knows the secret, and wrong to others', () => {
    const side = server();
    const other = server({ token: tokens('f') });
    assert.equal(errorOf(side.verify(checkOf(ready(other)), 0)), 'stale');
    assert.equal(errorOf(side.verify(checkOf(ready(other, client('ann', 'guess'))), 0)), 'wrongCredentials');
  });

  test('a nonce whose time was changed is not believed', () => {
    const side = server();
    const one = client();
    const forged = side.challenge(0).map((value) => value.replace('nonce="0.', 'nonce="fffff.'));
    one.challenged({ headers: new Headers() }, challengeOf(forged));
    assert.equal(errorOf(side.verify(checkOf(one), 0x100_000)), 'stale');
  });

  test('a wrong guess does not use up the count of the real user', () => {
    const side = server();
    const one = ready(side);
    const check = checkOf(one);
    const guess = check.values.map((value) => value.replace(/response="[^"]*"/, 'response="0"'));
    assert.equal(errorOf(side.verify({ ...check, values: guess }, 1)), 'wrongCredentials');
    assert.equal(errorOf(side.verify(check, 1)), 'ok');
  });

  test('when the book is full the oldest nonces turn stale, and none can be replayed', () => {
    const side = server({ nonceLimit: 10, nonceLifetimeMs: 1_000_000 });
    const used = Array.from({ length: 30 }, (_, index) => {
      const one = client();
      one.challenged({ headers: new Headers() }, challengeOf(side.challenge(index * 10)));
      const check = checkOf(one);
      assert.equal(errorOf(side.verify(check, index * 10)), 'ok', `user ${index}`);
      return { one, check };
    });
    for (const { check } of used) assert.equal(errorOf(side.verify(check, 400)), 'stale');
    const next = used.map(({ one }) => errorOf(side.verify(checkOf(one), 400)));
    assert.equal(next[0], 'stale');
    assert.equal(next.at(-1), 'ok');
    assert.ok(next.filter((result) => result === 'ok').length <= 10);
  });
});

test('findCredentials tells who asks before the secret is fetched', () => {
  const side = server();
  const found = findCredentials(checkOf(ready(side)).values, 'parley.example');
  assert.ok(found.ok);
  assert.equal(found.value.username, 'ann');
});

test('client and server agree for any name, password and request', () => {
  const text = fc
    .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
    .filter((value) => !/[\r\n]/.test(value));
  fc.assert(
    fc.property(
      text,
      text,
      text,
      fc.constantFrom('INVITE', 'REGISTER'),
      (username, password, realm, method) => {
        const secret = { kind: 'password', password } as const;
        const side = server({ realm });
        const one = createDigestClient({ hash, token: tokens('b'), username, secret });
        one.challenged({ headers: new Headers() }, challengeOf(side.challenge(0)));
        const request = { method, uri: 'sip:x@y' };
        const values = one.authorize(request).map((field) => field.value);
        const result = side.verify(
          { ...request, values, secretOf: (name) => (name === username ? secret : undefined) },
          0,
        );
        assert.equal(errorOf(result), 'ok');
      },
    ),
  );
});
