import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTargetPolicy } from './target-policy.ts';

const strict = createTargetPolicy({ allow: [], loopbackTrusted: false });
const reasonFor = (url: string, policy = strict) => {
  const target = policy.parseTarget(url);
  return target.ok ? 'ok' : target.error.reason;
};

describe('the policy for targets', () => {
  it('takes http and https URLs of names and public addresses', () => {
    for (const url of [
      'http://example.com/hook?a=1',
      'https://example.com:8443/',
      'http://1.1.1.1/',
      'http://[2606:4700::1]/',
    ]) {
      assert.equal(reasonFor(url), 'ok', url);
    }
  });

  it('refuses what is no absolute URL, other schemes and credentials', () => {
    assert.equal(reasonFor('example.com/hook'), 'not_a_url');
    assert.equal(reasonFor('/hook'), 'not_a_url');
    assert.equal(reasonFor(''), 'not_a_url');
    for (const url of ['ftp://example.com/', 'file:///etc/passwd', 'javascript:alert(1)', 'data:,x']) {
      assert.equal(reasonFor(url), 'scheme', url);
    }
    assert.equal(reasonFor('http://user@example.com/'), 'credentials');
    assert.equal(reasonFor('http://user:secret@example.com/'), 'credentials');
  });

  it('never repeats credentials in what it says', () => {
    const target = strict.parseTarget('http://user:secret@example.com/');
    assert.ok(!target.ok && !target.error.message.includes('secret'));
  });

  it('refuses private addresses in all their spellings', () => {
    const spellings = [
      '127.0.0.1',
      '127.1',
      '0x7f.1',
      '2130706433',
      '0177.0.0.1',
      '[::1]',
      '[::ffff:127.0.0.1]',
    ];
    for (const host of [...spellings, '10.0.0.1', '169.254.169.254', '[fd00::1]', '0.0.0.0']) {
      assert.equal(reasonFor(`http://${host}/`), 'address', host);
    }
  });

  it('allows the blocks it is told to allow, and those only', () => {
    const policy = createTargetPolicy({ allow: ['10.1.0.0/16'], loopbackTrusted: false });
    assert.equal(reasonFor('http://10.1.2.3/', policy), 'ok');
    assert.equal(reasonFor('http://10.2.2.3/', policy), 'address');
    assert.ok(policy.allows('10.1.2.3') && policy.allows('8.8.8.8') && !policy.allows('127.0.0.1'));
  });

  it('allows loopback when loopback is trusted', () => {
    const policy = createTargetPolicy({ allow: [], loopbackTrusted: true });
    for (const url of [
      'http://127.0.0.1:8080/',
      'http://127.9.9.9/',
      'http://[::1]/',
      'http://[::ffff:127.0.0.1]/',
    ]) {
      assert.equal(reasonFor(url, policy), 'ok', url);
    }
    assert.equal(reasonFor('http://192.168.1.1/', policy), 'address');
  });

  it('does not come about with a list it cannot read', () => {
    assert.throws(() => createTargetPolicy({ allow: ['lan'], loopbackTrusted: false }), /"lan"/);
  });
});
