import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EndCause } from '@parley/sip';
import type { CallEnd } from './phone.ts';
import { verdictOn } from './verdict.ts';

const called = { number: '100', server: '127.0.0.1:5060' };

function verdict(end: Partial<CallEnd>) {
  return verdictOn({ by: 'peer', answered: false, cause: undefined, problem: undefined, ...end }, called);
}

function refusal(status: number) {
  return verdict({ cause: { kind: 'rejected', status } });
}

describe('the verdict on a call', () => {
  it('is good when it was answered and somebody hung up', () => {
    const bye: EndCause = { kind: 'bye', q850: 16 };
    const server = verdict({ answered: true, cause: bye });
    assert.deepEqual(server, {
      exitCode: 0,
      happened: 'hung up by the server (BYE, cause 16 normal clearing)',
      remedy: undefined,
    });
    assert.equal(
      verdict({ answered: true, cause: { kind: 'bye', q850: 38 } }).happened,
      'hung up by the server (BYE, cause 38)',
    );
    assert.equal(verdict({ answered: true, cause: { kind: 'bye' } }).happened, 'hung up by the server (BYE)');
    assert.match(verdict({ answered: true, by: 'duration', cause: bye }).happened, /--duration/);
    const user = verdict({ answered: true, by: 'user', cause: bye });
    assert.deepEqual([user.exitCode, user.happened], [0, 'hung up by you']);
  });

  it('says what each usual refusal means and what to do', () => {
    const expected: readonly [number, RegExp, RegExp][] = [
      [401, /401 Unauthorized/, /user name and password/],
      [403, /403 Forbidden/, /does not let/],
      [404, /404 Not Found/, /no number 100.*\/v1\.0\/numbers/],
      [408, /408 Request Timeout/, /gave up waiting/],
      [480, /480 Temporarily Unavailable/, /Nobody answers/],
      [486, /486 Busy Here/, /PARLEY_MAX_CALLS_PER_CUSTOMER/],
      [487, /487 Request Terminated/, /while it rang/],
      [488, /488 Not Acceptable Here/, /G\.711/],
      [500, /500 Server Internal Error/, /log/],
      [503, /503 Service Unavailable/, /PARLEY_MAX_CALLS\b.*\/ready/],
      [504, /504 Server Time-out/, /log/],
      [603, /603 Decline/, /declined/],
      [499, /499/, /log/],
    ];
    for (const [status, happened, remedy] of expected) {
      const found = refusal(status);
      assert.equal(found.exitCode, 1);
      assert.match(found.happened, happened);
      assert.match(found.remedy ?? '', remedy);
    }
  });

  it('tells the ways apart in which nobody answers', () => {
    const nobody = verdict({ cause: { kind: 'transport' } });
    assert.match(nobody.happened, /nobody takes SIP calls at 127\.0\.0\.1:5060/);
    assert.match(nobody.remedy ?? '', /npm start/);
    const silent = verdict({ cause: { kind: 'timeout', status: 408 } });
    assert.match(silent.happened, /no response.*32 s/);
    assert.match(silent.remedy ?? '', /PARLEY_TRUSTED_PEERS/);
    const rang = verdict({ cause: { kind: 'timeout' } });
    assert.match(rang.happened, /not answered within a minute/);
    for (const each of [nobody, silent, rang]) assert.equal(each.exitCode, 1);
  });

  it('is bad when the user gave up before the answer', () => {
    assert.deepEqual(verdict({ by: 'user', cause: { kind: 'cancel' } }), {
      exitCode: 1,
      happened: 'you gave up before anybody answered',
      remedy: undefined,
    });
    assert.equal(verdict({ by: 'user' }).exitCode, 1);
  });

  it('is bad when the call broke off', () => {
    const answered = true;
    const lost = verdict({ answered, cause: { kind: 'timeout', status: 408 } });
    assert.match(lost.happened, /lost: the server does not answer/);
    assert.match(verdict({ answered, cause: { kind: 'transport' } }).happened, /connection broke/);
    const silent = verdict({ answered, by: 'silence', cause: { kind: 'bye' } });
    assert.match(silent.happened, /nothing has come/);
    const mute = verdict({ answered, by: 'media', cause: { kind: 'bye' }, problem: 'no port' });
    assert.match(mute.happened, /no sound: no port/);
    assert.match(verdict({ cause: { kind: 'protocol' } }).remedy ?? '', /G\.711/);
    for (const each of [lost, silent, mute]) assert.equal(each.exitCode, 1);
  });
});
