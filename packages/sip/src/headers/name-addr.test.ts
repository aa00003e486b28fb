import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { parseNameAddr, parseNameAddrList, printNameAddr } from './name-addr.ts';

function read(value: string) {
  const parsed = parseNameAddr(value);
  assert.ok(parsed.ok, value);
  const { displayName, uri, params } = parsed.value;
  return { displayName, uri, params: Object.fromEntries(params) };
}

describe('parseNameAddr', () => {
  test('reads a quoted display name without its escapes', () => {
    assert.deepEqual(read('"Say \\"hi\\" \\\\" <sip:a@b>;tag=1'), {
      displayName: 'Say "hi" \\',
      uri: 'sip:a@b',
      params: { tag: '1' },
    });
  });

  test('reads an unquoted display name of several words', () => {
    assert.equal(read('Ann of Parley  <sip:a@b>').displayName, 'Ann of Parley');
  });

  test('has no display name when it is empty', () => {
    assert.equal(read('<sip:a@b>').displayName, undefined);
    assert.equal(read('"" <sip:a@b>').displayName, undefined);
  });

  test('leaves the parameters inside the brackets to the URI', () => {
    assert.deepEqual(read('<sip:a@b;lr;x=1>;tag=2'), {
      displayName: undefined,
      uri: 'sip:a@b;lr;x=1',
      params: { tag: '2' },
    });
  });

  test('gives all parameters to the header when there are no brackets', () => {
    assert.deepEqual(read('sip:a@b;tag=2;x'), {
      displayName: undefined,
      uri: 'sip:a@b',
      params: { tag: '2', x: undefined },
    });
  });

  test('does not take a bracket inside a quoted parameter for the address', () => {
    const { uri, params } = read('sip:a@b;+sip.instance="<urn:uuid:1>"');
    assert.equal(uri, 'sip:a@b');
    assert.equal(params['+sip.instance'], '"<urn:uuid:1>"');
  });

  test('does not take a bracket inside the quoted name for the address', () => {
    assert.deepEqual(read('"<sip:x@y>" <sip:a@b>').uri, 'sip:a@b');
  });

  test('reads URIs of any scheme', () => {
    assert.equal(read('<urn:service:sos>').uri, 'urn:service:sos');
    assert.equal(read('tel:+49301234').uri, 'tel:+49301234');
  });

  test('reads the wildcard', () => {
    assert.equal(read('*').uri, '*');
    assert.ok(!parseNameAddr('*;x=1').ok);
  });

  for (const value of [
    '',
    'sip',
    '<>',
    '<sip:a@b',
    '"Ann <sip:a@b>',
    '"Ann"',
    '"Ann" sip:a@b',
    '"Ann" x <sip:a@b>',
    'A "nn" <sip:a@b>',
    '<sip:a b@c>',
    'sip:a@b?x=1',
    '<sip:a@b>tag=1',
    '<sip:a@b>;tag=1;tag=2',
  ]) {
    test(`refuses '${value}'`, () => {
      assert.deepEqual(parseNameAddr(value), { ok: false, error: 'malformedAddress' });
    });
  }
});

test('printNameAddr is undone by parseNameAddr for any display name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (displayName) => {
      const printed = printNameAddr({ displayName, uri: 'sip:a@b;lr', params: new Map([['tag', 'x']]) });
      assert.deepEqual(read(printed), { displayName, uri: 'sip:a@b;lr', params: { tag: 'x' } });
    }),
  );
});

describe('parseNameAddrList', () => {
  test('reads every entry', () => {
    const list = parseNameAddrList('"a, b" <sip:a@b>, sip:c@d;q=0.5');
    assert.ok(list.ok);
    assert.deepEqual(
      list.value.map((entry) => entry.uri),
      ['sip:a@b', 'sip:c@d'],
    );
  });

  test('is spoiled by one bad or missing entry', () => {
    assert.ok(!parseNameAddrList('<sip:a@b>, nonsense').ok);
    assert.ok(!parseNameAddrList('<sip:a@b>,').ok);
    assert.ok(!parseNameAddrList('"open').ok);
  });
});
