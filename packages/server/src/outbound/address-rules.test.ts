import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPublicAddresses, listed, parseBlocks } from './address-rules.ts';

describe('public addresses', () => {
  const isPublic = createPublicAddresses();

  for (const address of [
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '172.15.0.1',
    '172.32.0.1',
    '192.167.1.1',
    '223.255.255.255',
  ]) {
    it(`include ${address}`, () => assert.ok(isPublic(address)));
  }

  for (const address of [
    '2606:4700::1111',
    '2a00:1450::1',
    '2003::1',
    '::ffff:8.8.8.8',
    '64:ff9b::8.8.8.8',
  ]) {
    it(`include ${address}`, () => assert.ok(isPublic(address)));
  }

  const local4 = [
    '0.0.0.0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.1.1',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
  ];
  const special4 = [
    '192.0.0.1',
    '192.0.2.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.9',
    '224.0.0.1',
    '255.255.255.255',
  ];
  const local6 = [
    '::',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fdff::1',
    'ff02::1',
    'fec0::1',
    '::7f00:1',
    '100::1',
  ];
  const special6 = ['2001::1', '2001:db8::1', '2002:7f00:1::', '3fff::1', '5f00::1', '64:ff9b:1::1'];
  const hidden4 = [
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:169.254.169.254',
    '64:ff9b::10.0.0.1',
    '64:ff9b::a9fe:a9fe',
  ];
  for (const address of [...local4, ...special4, ...local6, ...special6, ...hidden4, 'localhost', '']) {
    it(`do not include "${address}"`, () => assert.ok(!isPublic(address)));
  }
});

describe('a list of address blocks', () => {
  it('takes addresses and CIDR blocks of both families', () => {
    const blocks = parseBlocks(['10.1.0.0/16', '192.0.2.7', 'fd00::/8', '::1']);
    assert.ok(blocks.ok);
    for (const address of ['10.1.255.1', '192.0.2.7', 'fd12::1', '::1', '::ffff:10.1.2.3']) {
      assert.ok(listed(blocks.value, address), address);
    }
    for (const address of ['10.2.0.1', '192.0.2.8', 'fe00::1', '::2', 'nowhere']) {
      assert.ok(!listed(blocks.value, address), address);
    }
  });

  for (const entry of [
    '10.0.0.0/33',
    'fd00::/129',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '10.0.0/8',
    'example.com',
    '',
    'fe80::1%eth0',
    '10.0.0.0/-1',
  ]) {
    it(`refuses "${entry}" and names it`, () => {
      const blocks = parseBlocks(['127.0.0.1', entry]);
      assert.ok(!blocks.ok);
      assert.ok(blocks.error.includes(`"${entry}"`));
    });
  }
});
