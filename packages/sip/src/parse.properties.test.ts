import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { parseAuthValue } from './headers/auth.ts';
import { parseCSeq } from './headers/cseq.ts';
import { parseNameAddr, parseNameAddrList } from './headers/name-addr.ts';
import { parseVia } from './headers/via.ts';
import { defaultLimits, type SipLimits } from './limits.ts';
import { Headers, type SipMessage } from './message.ts';
import { parseMessage } from './parse.ts';
import { printMessage } from './print.ts';
import { encodeText } from './text.ts';
import { parseUri } from './uri.ts';

const folder = new URL('../fixtures/messages/', import.meta.url);
const corpus = readdirSync(folder)
  .filter((file) => file.endsWith('.sip'))
  .map((file) => new Uint8Array(readFileSync(new URL(file, folder))));

type Mutation = readonly [at: number, bytes: Uint8Array, dropped: number];

/** A corpus message with a few stretches replaced. */
function mutated(): fc.Arbitrary<Uint8Array> {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 4 }),
    fc
      .constantFrom(
        '\r\n',
        '\r',
        '\n ',
        '"',
        '<',
        '>',
        ',',
        ';',
        ':',
        '\\',
        '%',
        '@',
        ' ',
        '\0',
        'ü',
        '[',
        ']',
      )
      .map(encodeText),
  );
  const mutation: fc.Arbitrary<Mutation> = fc.tuple(fc.nat(), piece, fc.nat({ max: 5 }));
  return fc
    .tuple(fc.constantFrom(...corpus), fc.array(mutation, { maxLength: 4 }))
    .map(([bytes, mutations]) => mutations.reduce(applyMutation, bytes));
}

function applyMutation(bytes: Uint8Array, [at, inserted, dropped]: Mutation): Uint8Array {
  const start = bytes.length === 0 ? 0 : at % bytes.length;
  return new Uint8Array([...bytes.subarray(0, start), ...inserted, ...bytes.subarray(start + dropped)]);
}

/** Everything but Content-Length, which the printer owns. */
function essence(message: SipMessage): unknown {
  const { headers, ...rest } = message;
  return { ...rest, fields: [...headers].filter((field) => field.name !== 'Content-Length') };
}

function assertRoundTrip(message: SipMessage): void {
  const again = parseMessage(printMessage(message));
  assert.ok(again.ok, again.ok ? '' : again.error.detail);
  assert.deepEqual(essence(again.value), essence(message));
  assert.equal(again.value.headers.get('Content-Length'), String(message.body.length));
}

describe('parseMessage', () => {
  test('never throws for arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void parseMessage(bytes)),
      { numRuns: 1000 },
    );
  });

  test('never throws for a mutated message, and what it accepts prints back to the same', () => {
    fc.assert(
      fc.property(mutated(), (bytes) => {
        const result = parseMessage(bytes);
        if (result.ok) assertRoundTrip(result.value);
        else if (result.error.reply) printMessage(result.error.reply.request);
      }),
      { numRuns: 2000 },
    );
  });

  test('does not write to the bytes it reads and keeps none of them', () => {
    fc.assert(
      fc.property(mutated(), (bytes) => {
        const before = bytes.slice();
        const first = parseMessage(bytes);
        assert.deepEqual(bytes, before);
        if (!first.ok) return;
        const body = first.value.body.slice();
        bytes.fill(0);
        assert.deepEqual(first.value.body, body);
      }),
      { numRuns: 300 },
    );
  });
});

const token = fc.stringMatching(/^[A-Za-z0-9\-.!%*_+`'~]{1,12}$/);
const text = fc
  .string({ unit: 'grapheme', maxLength: 30 })
  .map((value) => value.replace(/[\r\n]/g, '').trim())
  .filter((value) => value.isWellFormed());

function message(): fc.Arbitrary<SipMessage> {
  const extra = fc.tuple(
    token.map((name) => `X-${name}`),
    text,
  );
  const essentials = fc.record({ method: token, number: fc.nat(), tag: token, callId: token, branch: token });
  return fc
    .tuple(
      essentials,
      fc.array(extra, { maxLength: 6 }),
      fc.array(token, { maxLength: 5 }),
      fc.uint8Array({ maxLength: 40 }),
      text,
      fc.option(fc.integer({ min: 100, max: 699 })),
    )
    .map(([one, extras, words, body, reason, status]) => {
      const headers = new Headers([
        { name: 'Via', value: `SIP/2.0/UDP 192.0.2.1;branch=${one.branch}` },
        { name: 'From', value: `<sip:a@b>;tag=${one.tag}` },
        { name: 'To', value: '<sip:c@d>' },
        { name: 'Call-ID', value: one.callId },
        { name: 'CSeq', value: `${one.number} ${one.method}` },
      ]);
      for (const [name, value] of extras) headers.add(name, value);
      for (const word of words) headers.add('Supported', word);
      return status === null
        ? { kind: 'request', method: one.method, uri: 'sip:c@d', headers, body }
        : { kind: 'response', status, reason, headers, body };
    });
}

test('parse(print(x)) is x for messages made by us', () => {
  fc.assert(fc.property(message(), assertRoundTrip), { numRuns: 500 });
});

test('the readers of single values never throw for any text', () => {
  const foreign = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          'sip:',
          'tel:',
          '"',
          '<',
          '>',
          ',',
          ';',
          '=',
          '\\',
          '%41',
          '%f',
          '@',
          '[',
          ']',
          ':',
          '::',
          ' ',
          'a',
          '1',
          'SIP/2.0/UDP ',
          'Digest ',
          '?',
          '&',
        ),
        { maxLength: 20 },
      )
      .map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(foreign, (value) => {
      for (const read of [parseUri, parseVia, parseNameAddr, parseNameAddrList, parseCSeq, parseAuthValue])
        read(value);
    }),
    { numRuns: 3000 },
  );
});

describe('work is bounded', () => {
  // Far above what the defaults let in: anything quadratic would take minutes here.
  const size = 1_000_000;
  const open: SipLimits = {
    messageBytes: 4 * size,
    headerBytes: 4 * size,
    headerCount: size,
    headerLineLength: 4 * size,
    requestUriLength: 4 * size,
    paramCount: 64,
    leadingBytes: 4 * size,
  };
  const start =
    'OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:b@c>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n';
  const hostile: Readonly<Record<string, string>> = {
    'blanks before a fold': `${start}Subject: a${' '.repeat(size)}b\r\n c\r\n\r\n`,
    'many folds': `${start}Subject: a${'\r\n b'.repeat(size / 4)}\r\n\r\n`,
    'open quotes': `${start}Contact: ${'"\\'.repeat(size / 2)}\r\n\r\n`,
    'closed quotes': `${start}Contact: ${'"",'.repeat(size / 4)}\r\n\r\n`,
    'open brackets': `${start}Route: ${'<'.repeat(size)}\r\n\r\n`,
    'empty list entries': `${start}Supported: ${','.repeat(size)}\r\n\r\n`,
    semicolons: `${start}Contact: <sip:a@b>${';'.repeat(size)}\r\n\r\n`,
    'long parameter names': `${start}Contact: <sip:a@b>;${'a'.repeat(size)}\r\n\r\n`,
    'blanks in Via': `${start}Via: SIP${' '.repeat(size)}/2.0\r\n\r\n`,
    'digits in CSeq': `OPTIONS sip:a@b SIP/2.0\r\nCSeq: ${'0'.repeat(size)} ${' '.repeat(size)}\r\n\r\n`,
    'colons in a host': `OPTIONS sip:[${':'.repeat(size)}] SIP/2.0\r\n\r\n`,
    'escapes in a user': `OPTIONS sip:${'%41'.repeat(size / 3)}@b SIP/2.0\r\n\r\n`,
    'parameters of a URI': `OPTIONS sip:a@b${';a'.repeat(size / 2)} SIP/2.0\r\n\r\n`,
    'blanks in the request line': `OPTIONS${' '.repeat(size)}SIP/2.0\r\n\r\n`,
    'line ends': '\r\n'.repeat(size / 2),
    'one endless line': 'A'.repeat(size),
  };

  for (const [name, input] of Object.entries(hostile)) {
    test(`a megabyte of ${name} costs less than half a second of CPU`, () => {
      const bytes = encodeText(input);
      const before = process.cpuUsage();
      parseMessage(bytes, open);
      const { user, system } = process.cpuUsage(before);
      assert.ok((user + system) / 1000 < 500, `${(user + system) / 1000} ms`);
      assert.equal(parseMessage(bytes).ok, false, 'and with the default limits it is refused');
    });
  }

  test('the defaults refuse one byte more than the largest message', () => {
    const body = new Uint8Array(defaultLimits.messageBytes - encodeText(`${start}\r\n`).length);
    const whole = new Uint8Array([...encodeText(`${start}\r\n`), ...body]);
    assert.ok(parseMessage(whole).ok);
    const result = parseMessage(new Uint8Array([...whole, 0]));
    assert.ok(!result.ok);
    assert.deepEqual([result.error.reason, result.error.reply?.status], ['messageTooLarge', 513]);
  });
});
