import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { isInBlock, parseAddress, parseAddressBlock } from './address-block.ts';

function contains(block: string, address: string): boolean {
  const parsed = parseAddressBlock(block);
  const bytes = parseAddress(address);
  assert.ok(parsed.ok && bytes !== undefined, `${block} ${address}`);
  return isInBlock(parsed.value, bytes);
}

const groups = fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 });

describe('an address', () => {
  it('is IPv4 in four numbers', () => {
    assert.deepEqual(parseAddress('192.0.2.7'), [192, 0, 2, 7]);
    for (const text of [
      '',
      '192.0.2',
      '192.0.2.256',
      '192.0.2.07',
      '192.0.2.7.1',
      '1e1.0.0.1',
      ' 192.0.2.7',
    ]) {
      assert.equal(parseAddress(text), undefined, text);
    }
  });

  it('is IPv6 in eight groups, of which a row of zeros may be left out once', () => {
    const zeros = (count: number): number[] => Array.from({ length: count }, () => 0);
    assert.deepEqual(parseAddress('2001:db8::7'), [0x20, 1, 0xd, 0xb8, ...zeros(11), 7]);
    assert.deepEqual(parseAddress('::'), zeros(16));
    assert.deepEqual(parseAddress('::1'), [...zeros(15), 1]);
    assert.deepEqual(parseAddress('FE80::'), [0xfe, 0x80, ...zeros(14)]);
    assert.deepEqual(parseAddress('64:ff9b::192.0.2.7'), [0, 0x64, 0xff, 0x9b, ...zeros(8), 192, 0, 2, 7]);
    const wrong = [':', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '12345::', 'g::', '::1%eth0'];
    for (const text of [...wrong, '1:2:3:4:5:6:7::8', '192.0.2.7::', '1::192.0.2']) {
      assert.equal(parseAddress(text), undefined, text);
    }
  });

  it('that a socket of both families shows as IPv6 is the IPv4 address', () => {
    assert.deepEqual(parseAddress('::ffff:192.0.2.7'), [192, 0, 2, 7]);
    assert.deepEqual(parseAddress('::FFFF:c000:207'), [192, 0, 2, 7]);
  });

  it('of eight groups is read to the byte', () => {
    fc.assert(
      fc.property(groups, (numbers) => {
        fc.pre(numbers.slice(0, 5).some((number) => number > 0));
        const text = numbers.map((number) => number.toString(16)).join(':');
        assert.deepEqual(
          parseAddress(text),
          numbers.flatMap((number) => [number >> 8, number & 0xff]),
        );
      }),
    );
  });

  it('is read from any text without a throw', () => {
    const nearly = fc.stringMatching(/^[0-9a-f:.%/]{0,40}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), nearly), (text) => {
        const bytes = parseAddress(text);
        assert.ok(bytes === undefined || bytes.length === 4 || bytes.length === 16);
        assert.equal(typeof parseAddressBlock(text).ok, 'boolean');
      }),
    );
  });
});

describe('a block', () => {
  it('has the addresses that begin with the same bits', () => {
    assert.ok(contains('192.0.2.0/24', '192.0.2.255'));
    assert.ok(!contains('192.0.2.0/24', '192.0.3.0'));
    assert.ok(contains('192.0.2.129/25', '192.0.2.200'));
    assert.ok(!contains('192.0.2.129/25', '192.0.2.127'));
    assert.ok(contains('10.9.8.7/8', '10.0.0.1'));
    assert.ok(contains('2001:db8:40::/44', '2001:db8:4f:1::9'));
    assert.ok(!contains('2001:db8:40::/44', '2001:db8:50::'));
  });

  it('without a length is one address', () => {
    assert.ok(contains('192.0.2.7', '192.0.2.7'));
    assert.ok(!contains('192.0.2.7', '192.0.2.6'));
    assert.ok(contains('::ffff:192.0.2.7', '192.0.2.7'));
  });

  it('of one family has no address of the other', () => {
    assert.ok(!contains('2001:db8::/32', '32.1.13.184'));
    assert.ok(!contains('32.1.13.184', '2001:db8::'));
  });

  it('says what is wrong with it', () => {
    const wrong = {
      'office.example': /is not an address/,
      '192.0.2.0/24/1': /is not an address/,
      '192.0.2.0/': /at most 32/,
      '192.0.2.0/33': /at most 32/,
      '2001:db8::/129': /at most 128/,
      '0.0.0.0/0': /too wide/,
      '8.0.0.0/7': /too wide/,
      '::/0': /too wide/,
      '::ffff:192.0.2.0/120': /as IPv4/,
    };
    for (const [text, problem] of Object.entries(wrong)) {
      const parsed = parseAddressBlock(text);
      assert.match(parsed.ok ? '' : parsed.error, problem, text);
    }
  });
});
