import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parseCSeq } from './headers/cseq.ts';
import { parseNameAddr } from './headers/name-addr.ts';
import { parseVia } from './headers/via.ts';
import type { SipMessage } from './message.ts';
import { parseMessage } from './parse.ts';
import { printMessage } from './print.ts';
import { parseUri } from './uri.ts';

/** What stands beside each message in `fixtures/messages`. */
type Expectation = Refused | Accepted;

interface Refused {
  readonly source: string;
  readonly ok: false;
  readonly reason: string;
  /** null: nobody is told. */
  readonly replyStatus: number | null;
}

interface Accepted {
  readonly source: string;
  readonly ok: true;
  readonly kind?: string;
  readonly method?: string;
  readonly uri?: string;
  readonly status?: number;
  readonly reasonPhrase?: string;
  readonly bodyLength?: number;
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly valueCounts?: Readonly<Record<string, number>>;
  readonly requestUri?: object;
  readonly via?: object;
  readonly from_?: object;
  readonly to?: object;
  readonly contact?: object;
  readonly cseq?: object;
}

const folder = new URL('../fixtures/messages/', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.sip'))
  .map((file) => file.slice(0, -'.sip'.length));

describe('the corpus', () => {
  test('has a message for each expectation and covers more than a hundred themes', () => {
    const expectations = readdirSync(folder).filter((file) => file.endsWith('.json'));
    assert.deepEqual(new Set(expectations.map((file) => file.slice(0, -'.json'.length))), new Set(names));
    assert.ok(names.length > 100);
  });

  for (const name of names) {
    const bytes = new Uint8Array(readFileSync(new URL(`${name}.sip`, folder)));
    const expected = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Expectation;
    test(`${name}: ${expected.source}`, () => {
      if (expected.ok) assertAccepted(bytes, expected);
      else assertRefused(bytes, expected);
    });
  }
});

function assertRefused(bytes: Uint8Array, expected: Refused): void {
  const result = parseMessage(bytes);
  assert.ok(!result.ok, 'should be refused');
  assert.equal(result.error.reason, expected.reason, result.error.detail);
  assert.equal(result.error.reply?.status ?? null, expected.replyStatus);
  if (result.error.reply !== undefined) {
    const { request } = result.error.reply;
    assert.ok(parseVia(request.headers.get('Via') ?? '').ok, 'the reply must find its way back');
    assert.equal(request.body.length, 0);
  }
}

function assertAccepted(bytes: Uint8Array, expected: Accepted): void {
  const result = parseMessage(bytes);
  assert.ok(result.ok, result.ok ? '' : `${result.error.reason}: ${result.error.detail}`);
  const message = result.value;
  assertSubset(startLineOf(message), {
    kind: expected.kind,
    method: expected.method,
    uri: expected.uri,
    status: expected.status,
    reason: expected.reasonPhrase,
  });
  if (expected.bodyLength !== undefined) assert.equal(message.body.length, expected.bodyLength);
  for (const [header, values] of Object.entries(expected.headers ?? {})) {
    assert.deepEqual(message.headers.all(header), values, header);
  }
  for (const [header, count] of Object.entries(expected.valueCounts ?? {})) {
    assert.equal(message.headers.all(header).length, count, header);
  }
  assertFields(message, expected);
  assertPrintsBack(message);
}

function assertFields(message: SipMessage, expected: Accepted): void {
  const { headers } = message;
  if (expected.from_) assert.deepEqual(partyOf(headers.get('From')), expected.from_);
  if (expected.to) assert.deepEqual(partyOf(headers.get('To')), expected.to);
  if (expected.contact) assert.deepEqual(partyOf(headers.get('Contact')), expected.contact);
  if (expected.cseq) assert.deepEqual(valueOf(parseCSeq(headers.get('CSeq') ?? '')), expected.cseq);
  if (expected.via) assert.deepEqual(viaOf(headers.get('Via')), expected.via);
  if (expected.requestUri) {
    assert.ok(message.kind === 'request');
    const { user, password, host, port } = valueOf(parseUri(message.uri));
    assert.deepEqual(present({ user, password, host, port }), expected.requestUri);
  }
}

function assertPrintsBack(message: SipMessage): void {
  const again = parseMessage(printMessage(message));
  assert.ok(again.ok, 'what is printed can be read');
  assert.deepEqual(startLineOf(again.value), startLineOf(message));
  assert.deepEqual(withoutLength(again.value), withoutLength(message));
  assert.deepEqual(again.value.body, message.body);
}

function withoutLength(message: SipMessage): unknown[] {
  return [...message.headers].filter((field) => field.name !== 'Content-Length');
}

function startLineOf(message: SipMessage): Record<string, unknown> {
  const { headers: _headers, body: _body, ...startLine } = message;
  return startLine;
}

function partyOf(value: string | undefined): object {
  const { displayName, uri, params } = valueOf(parseNameAddr(value ?? ''));
  return present({ displayName, uri, tag: params.get('tag') });
}

function viaOf(value: string | undefined): object {
  const { transport, host, port, params } = valueOf(parseVia(value ?? ''));
  return present({ transport, host, port, branch: params.get('branch'), received: params.get('received') });
}

function valueOf<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  assert.ok(result.ok);
  return result.value;
}

function present(fields: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function assertSubset(actual: Record<string, unknown>, expected: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(present(expected))) assert.equal(actual[name], value, name);
}
