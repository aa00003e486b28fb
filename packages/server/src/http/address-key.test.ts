import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressKey, isLoopback } from './address-key.ts';

describe('the address that a rate limit counts', () => {
  it('is the address itself for IPv4, mapped or not', () => {
    assert.equal(addressKey('192.0.2.1'), '192.0.2.1');
    assert.equal(addressKey('::ffff:192.0.2.1'), '192.0.2.1');
  });

  it('is the /64 for IPv6, so that a subscriber counts once', () => {
    const key = '2001:db8:0:1::/64';
    for (const address of ['2001:db8:0:1::1', '2001:db8:0:1:ffff::', '2001:0DB8:0000:0001:1:2:3:4']) {
      assert.equal(addressKey(address), key, address);
    }
    assert.notEqual(addressKey('2001:db8:0:2::1'), key);
    assert.equal(addressKey('fe80::1%eth0'), 'fe80:0:0:0::/64');
  });
});

describe('loopback', () => {
  it('is 127.0.0.0/8 and ::1', () => {
    for (const address of ['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1']) {
      assert.equal(isLoopback(address), true, address);
    }
    for (const address of ['128.0.0.1', '192.0.2.127', '::2', '::ffff:10.0.0.1', '']) {
      assert.equal(isLoopback(address), false, address);
    }
  });
});
