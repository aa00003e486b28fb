import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseHostPort, printHostPort } from './host.ts';
import { isIpv4Address, isIpv6Address, isUnicastAddress, isUnspecified } from './ip-address.ts';

test('parseHostPort reads names, addresses and references', () => {
  assert.deepEqual(parseHostPort('a.example'), { host: 'a.example' });
  assert.deepEqual(parseHostPort('192.0.2.1:5060'), { host: '192.0.2.1', port: 5060 });
  assert.deepEqual(parseHostPort('[::1]'), { host: '::1' });
  assert.deepEqual(parseHostPort('[::1]:0'), { host: '::1', port: 0 });
  assert.deepEqual(parseHostPort('docker_host.'), { host: 'docker_host.' });
});

test('parseHostPort refuses what is no host', () => {
  for (const text of [
    '',
    ':5060',
    'a b',
    'a/b',
    'a:x',
    'a:65536',
    '::1',
    '[]',
    '[1]',
    '[::1]x',
    '[::1',
    'a-',
    '-a',
    'x'.repeat(300),
  ]) {
    assert.equal(parseHostPort(text), undefined, text);
  }
});

test('printHostPort puts IPv6 into brackets', () => {
  assert.equal(printHostPort('::1', 5060), '[::1]:5060');
  assert.equal(printHostPort('::1', undefined), '[::1]');
  assert.equal(printHostPort('a', 1), 'a:1');
});

test('isIpv4Address takes four decimal bytes', () => {
  for (const text of ['0.0.0.0', '255.255.255.255', '10.1.20.199']) assert.ok(isIpv4Address(text), text);
  for (const text of ['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.4 ', 'a.b.c.d']) {
    assert.ok(!isIpv4Address(text), text);
  }
});

test('isIpv6Address takes full, shortened and mixed forms', () => {
  for (const text of [
    '::',
    '::1',
    '1::',
    '2001:db8::1',
    '1:2:3:4:5:6:7:8',
    '::ffff:192.0.2.1',
    '1:2:3:4:5:6:1.2.3.4',
    '1::3:4:5:6:7:8',
  ]) {
    assert.ok(isIpv6Address(text), text);
  }
  for (const text of [
    '',
    ':',
    ':::',
    '1',
    '1:2',
    '1::2::3',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4::5:6:7:8',
    '12345::',
    'g::',
    '1.2.3.4',
    '::1.2.3',
    '1.2.3.4::',
    'fe80::1%eth0',
  ]) {
    assert.ok(!isIpv6Address(text), text);
  }
});

test('nowhere and everywhere are told apart from places', () => {
  for (const text of ['0.0.0.0', '::', '0:0:0:0:0:0:0:0', '::0.0.0.0']) assert.ok(isUnspecified(text), text);
  for (const text of ['10.0.0.0', '::1', 'fe80::']) assert.ok(!isUnspecified(text), text);
  for (const text of ['192.0.2.1', '223.255.255.255', '2001:db8::1', '0.0.0.0'])
    assert.ok(isUnicastAddress(text), text);
  for (const text of ['224.0.0.1', '239.1.1.1/64', 'ff02::1', 'host.example', ''])
    assert.ok(!isUnicastAddress(text), text);
});
