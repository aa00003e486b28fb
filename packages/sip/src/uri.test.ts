import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { parseUri, printUri, type SipUri, uriEquals } from './uri.ts';

function read(text: string): SipUri {
  const parsed = parseUri(text);
  assert.ok(parsed.ok, text);
  return parsed.value;
}

describe('parseUri', () => {
  test('reads all parts of a SIP URI', () => {
    const uri = read('sips:alice:secret@Example.com:5061;transport=TCP;lr?subject=a%20b&to=x');
    assert.deepEqual(
      { ...uri, params: Object.fromEntries(uri.params), headers: Object.fromEntries(uri.headers) },
      {
        scheme: 'sips',
        user: 'alice',
        password: 'secret',
        host: 'Example.com',
        port: 5061,
        params: { transport: 'TCP', lr: undefined },
        headers: { subject: 'a b', to: 'x' },
      },
    );
  });

  test('needs no user and no port', () => {
    const uri = read('SIP:example.com');
    assert.deepEqual(
      [uri.scheme, uri.user, uri.host, uri.port],
      ['sip', undefined, 'example.com', undefined],
    );
  });

  test('decodes escapes in the user, also those of Latin-1', () => {
    assert.equal(read('sip:%61lice%40x@b').user, 'alice@x');
    assert.equal(read('sip:%C3%BC@b').user, 'ü');
    assert.equal(read('sip:%FC@b').user, 'ü');
  });

  test('lets the user hold semicolons and question marks', () => {
    const uri = read('sip:a;b=c?d@host;lr');
    assert.deepEqual([uri.user, uri.host, [...uri.params.keys()]], ['a;b=c?d', 'host', ['lr']]);
  });

  test('reads IPv6 references', () => {
    assert.deepEqual([read('sip:[::1]:5060').host, read('sip:a@[2001:db8::1]').host], ['::1', '2001:db8::1']);
  });

  test('joins a header given twice', () => {
    assert.equal(read('sip:a@b?route=x&Route=y').headers.get('route'), 'x,y');
  });

  test('reads tel URIs', () => {
    const uri = read('tel:+1-201-555-0123;phone-context=example.com');
    assert.deepEqual([uri.scheme, uri.user, uri.host], ['tel', '+1-201-555-0123', '']);
    assert.equal(uri.params.get('phone-context'), 'example.com');
    assert.equal(read('tel:7042;phone-context=x').user, '7042');
  });

  test('tells an unsupported scheme from a malformed URI', () => {
    assert.deepEqual(parseUri('http://example.com'), { ok: false, error: 'unsupportedScheme' });
    assert.deepEqual(parseUri('urn:service:sos'), { ok: false, error: 'unsupportedScheme' });
  });

  for (const text of [
    '',
    'sip',
    'sip:',
    ':x',
    'sip:@host',
    'sip:a@',
    'sip:a@b@c',
    'sip:a b@c',
    'sip:a%4@b',
    'sip:a%zz@b',
    'sip:a"b@c',
    'sip:a@b:',
    'sip:a@b:99999',
    'sip:a@b: 5060',
    'sip:a@-b',
    'sip:a@b;',
    'sip:a@b;;lr',
    'sip:a@b;lr;LR',
    'sip:a@b;x=',
    'sip:a@b?',
    'sip:a@b?x',
    'sip:a@b?=x',
    'sip:2001:db8::1',
    'sip:[2001:db8::1',
    'sip:[host]',
    'tel:',
    'tel:+',
    'tel:--',
    'tel:+49x30',
    'tel:123;',
  ]) {
    test(`refuses '${text}'`, () => {
      assert.deepEqual(parseUri(text), { ok: false, error: 'malformedUri' });
    });
  }

  test('bounds the number of parameters and headers', () => {
    const many = (count: number, join: string) =>
      Array.from({ length: count }, (_, i) => `p${i}=1`).join(join);
    assert.equal(read(`sip:a@b;${many(64, ';')}`).params.size, 64);
    assert.ok(!parseUri(`sip:a@b;${many(65, ';')}`).ok);
    assert.equal(read(`sip:a@b?${many(64, '&')}`).headers.size, 64);
    assert.ok(!parseUri(`sip:a@b?${many(65, '&')}`).ok);
  });
});

describe('printUri', () => {
  test('gives back a URI in its usual form', () => {
    for (const text of [
      'sip:example.com',
      'sips:alice:secret@example.com:5061;transport=tcp;lr?subject=a%20b',
      'sip:a;b@[2001:db8::1]:5060',
      'tel:+1-201-555-0123;phone-context=example.com',
    ]) {
      assert.equal(printUri(read(text)), text);
    }
  });

  test('is undone by parseUri for any user, password, parameter and header text', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
    const name = fc.stringMatching(/^[a-z][a-z-]{0,8}$/);
    const sipUri = fc.record({
      scheme: fc.constantFrom('sip' as const, 'sips' as const),
      user: text,
      password: text,
      host: fc.constantFrom('example.com', '192.0.2.1', '2001:db8::1'),
      port: fc.integer({ min: 0, max: 65_535 }),
      params: fc.uniqueArray(fc.tuple(name, fc.option(text, { nil: undefined })), {
        selector: ([key]) => key,
        maxLength: 5,
      }),
      headers: fc.uniqueArray(fc.tuple(name, text), { selector: ([key]) => key, maxLength: 5 }),
    });
    fc.assert(
      fc.property(sipUri, (fields) => {
        const uri: SipUri = { ...fields, params: new Map(fields.params), headers: new Map(fields.headers) };
        assert.deepEqual(read(printUri(uri)), uri);
      }),
    );
  });

  test('replaces a lone surrogate instead of throwing', () => {
    const printed = printUri({ ...read('sip:x@b'), user: 'a\ud800' });
    assert.equal(read(printed).user, 'a\ufffd');
  });
});

describe('uriEquals', () => {
  const equal: readonly (readonly [string, string])[] = [
    ['sip:%61lice@atlanta.example;transport=TCP', 'sip:alice@AtlanTa.example;Transport=tcp'],
    ['sip:carol@chicago.example', 'sip:carol@chicago.example;newparam=5'],
    ['sip:carol@chicago.example;security=on', 'sip:carol@chicago.example;newparam=5'],
    [
      'sip:biloxi.example;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.example',
      'sip:biloxi.example;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.example',
    ],
    [
      'sip:alice@atlanta.example?subject=project%20x&priority=urgent',
      'sip:alice@atlanta.example?priority=urgent&subject=project%20x',
    ],
    ['tel:+1-201-555-0123', 'tel:+1(201)5550123'],
    ['tel:863-1234;phone-context=+1-914', 'tel:8631234;phone-context=+1914'],
  ];
  const different: readonly (readonly [string, string])[] = [
    ['SIP:ALICE@AtLanTa.example;Transport=udp', 'sip:alice@AtlanTa.example;Transport=UDP'],
    ['sip:bob@biloxi.example', 'sip:bob@biloxi.example:5060'],
    ['sip:bob@biloxi.example', 'sip:bob@biloxi.example;transport=udp'],
    ['sip:bob@biloxi.example', 'sip:bob@biloxi.example:6000;transport=tcp'],
    ['sip:bob@biloxi.example', 'sips:bob@biloxi.example'],
    ['sip:bob@biloxi.example', 'sip:bob:pw@biloxi.example'],
    ['sip:bob@biloxi.example;user=phone', 'sip:bob@biloxi.example'],
    ['sip:bob@biloxi.example;maddr=192.0.2.1', 'sip:bob@biloxi.example'],
    ['sip:bob@biloxi.example;ttl=1', 'sip:bob@biloxi.example'],
    ['sip:carol@chicago.example;newparam=6', 'sip:carol@chicago.example;newparam=5'],
    ['sip:carol@chicago.example', 'sip:carol@chicago.example?Subject=next%20meeting'],
    ['sip:carol@chicago.example?a=1', 'sip:carol@chicago.example?a=2'],
    ['sip:bob@phone21.example', 'sip:bob@192.0.2.4'],
    ['tel:+12015550123', 'tel:12015550123'],
    ['tel:863-1234;phone-context=+1-914', 'tel:863-1234'],
    ['tel:863-1234;phone-context=a.example', 'tel:863-1234;phone-context=b.example'],
  ];

  for (const [a, b] of equal) {
    test(`${a} equals ${b}`, () => {
      assert.ok(uriEquals(read(a), read(b)));
      assert.ok(uriEquals(read(b), read(a)));
    });
  }

  for (const [a, b] of different) {
    test(`${a} differs from ${b}`, () => {
      assert.ok(!uriEquals(read(a), read(b)));
      assert.ok(!uriEquals(read(b), read(a)));
    });
  }
});
