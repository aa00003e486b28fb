import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Headers, type SipRequest } from './message.ts';
import { printMessage } from './print.ts';
import { encodeText } from './text.ts';

function request(headers: Headers, body = ''): SipRequest {
  return { kind: 'request', method: 'INFO', uri: 'sip:a@b', headers, body: encodeText(body) };
}

function printed(headers: Headers, body?: string): string {
  return new TextDecoder().decode(printMessage(request(headers, body)));
}

test('Content-Length is computed in bytes and goes last, whatever the headers say', () => {
  const headers = new Headers([
    { name: 'Content-Length', value: '999' },
    { name: 'To', value: '<sip:a@b>' },
    { name: 'l', value: '1' },
  ]);
  assert.equal(printed(headers, 'ü'), 'INFO sip:a@b SIP/2.0\r\nTo: <sip:a@b>\r\nContent-Length: 2\r\n\r\nü');
});

test('a response prints its status line', () => {
  const bytes = printMessage({
    kind: 'response',
    status: 180,
    reason: 'Ringing',
    headers: new Headers(),
    body: new Uint8Array(0),
  });
  assert.equal(new TextDecoder().decode(bytes), 'SIP/2.0 180 Ringing\r\nContent-Length: 0\r\n\r\n');
});

test('lists of words share a line while addresses keep theirs', () => {
  const headers = new Headers();
  for (const value of ['INVITE', 'ACK', 'BYE']) headers.add('Allow', value);
  for (const value of ['<sip:a>', '<sip:b>']) headers.add('Route', value);
  headers.add('Supported', '').add('Supported', 'timer').add('Allow', 'INFO');
  assert.deepEqual(printed(headers).split('\r\n').slice(1, -3), [
    'Allow: INVITE, ACK, BYE',
    'Route: <sip:a>',
    'Route: <sip:b>',
    'Supported: ',
    'Supported: timer',
    'Allow: INFO',
  ]);
});

test('a word with an open quote cannot swallow its neighbour', () => {
  const headers = new Headers();
  for (const value of ['399 a "open', '399 b "closed"', 'plain']) headers.add('Warning', value);
  assert.deepEqual(printed(headers).split('\r\n').slice(1, -3), [
    'Warning: 399 a "open',
    'Warning: 399 b "closed"',
    'Warning: plain',
  ]);
});

test('line breaks in values, method, URI and reason cannot make new lines', () => {
  const headers = new Headers([{ name: 'Subject', value: 'a\r\nX-Evil: 1\n\rb' }]);
  assert.ok(printed(headers).includes('Subject: a X-Evil: 1 b\r\n'));
  const bytes = printMessage({
    kind: 'response',
    status: 200,
    reason: 'O\r\nK: x',
    headers: new Headers(),
    body: new Uint8Array(0),
  });
  assert.ok(new TextDecoder().decode(bytes).startsWith('SIP/2.0 200 O K: x\r\n'));
});

test('binary bodies pass unchanged', () => {
  const body = Uint8Array.from({ length: 256 }, (_, index) => index);
  const bytes = printMessage({ ...request(new Headers()), body });
  assert.deepEqual(bytes.slice(-256), body);
});
