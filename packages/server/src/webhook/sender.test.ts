import assert from 'node:assert/strict';
import type { Instant } from '@parley/contract';
import type { EventPosition } from '@parley/core';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { createOutboundHttp, type OutboundHttp } from '../outbound/outbound-http.ts';
import { createTargetPolicy } from '../outbound/target-policy.ts';
import { LocalReceiver } from '../outbound/testing/local-receiver.ts';
import type { Attempt } from './delivery-output.ts';
import type { Endpoint } from './endpoint.ts';
import { createSender, parseRetryAfter, type Send } from './sender.ts';
import { endpoint } from './testing/engine-stage.ts';

const body = '{"type":"call_created","data":{"id":"x","name":"Zoë"}}';
const now = () => (Date.now() * 1_000) as Instant;

let receiver: LocalReceiver;
let http: OutboundHttp;
let send: Send;

beforeEach(async () => {
  receiver = await LocalReceiver.open();
  http = createOutboundHttp({ policy: createTargetPolicy({ allow: [], loopbackTrusted: true }) });
  send = createSender({ http, timeoutMs: 2_000 });
});

afterEach(async () => {
  await http.destroy();
  await receiver.close();
});

function attempt(settings: Partial<Endpoint> = {}): Attempt {
  const event = {
    position: 1 as EventPosition,
    id: 'evt_1',
    type: 'call_created' as const,
    customerId: 'customer-1',
    lane: 'call-1',
    resourceId: 'call-1',
    at: now(),
    body,
  };
  return { endpoint: endpoint('a', { url: `${receiver.url}/hook`, ...settings }), event, number: 1 };
}

describe('an attempt', () => {
  it('is a request that the reference library verifies', async () => {
    const { secret } = attempt().endpoint;
    const outcome = await send(attempt(), now());
    assert.deepEqual(outcome, { kind: 'answered', status: 204, retryAfterMs: undefined, body: '' });
    const [request] = receiver.requests;
    assert.ok(request !== undefined);
    assert.equal(request.body, body);
    assert.equal(request.headers['webhook-id'], 'evt_1');
    assert.equal(request.headers['content-type'], 'application/json');
    assert.match(request.headers['user-agent'] ?? '', /^Parley/);
    assert.deepEqual(new Webhook(secret).verify(request.body, { ...request.headers }), JSON.parse(body));
    assert.throws(() => new Webhook('whsec_AAAA').verify(request.body, { ...request.headers }));
    assert.throws(() => new Webhook(secret).verify(`${request.body} `, { ...request.headers }));
  });

  for (const method of ['POST', 'GET', 'PUT', 'DELETE'] as const) {
    it(`carries its body with ${method}`, async () => {
      await send(attempt({ method }), now());
      assert.equal(receiver.requests[0]?.method, method);
      assert.equal(receiver.requests[0]?.body, body);
    });
  }

  it('ends with the status that was answered, and the beginning of what was said', async () => {
    receiver.answer = (_, response) =>
      response.writeHead(500, { 'retry-after': '7' }).end('x'.repeat(1_000_000));
    const outcome = await send(attempt(), now());
    assert.deepEqual(outcome, {
      kind: 'answered',
      status: 500,
      retryAfterMs: 7_000,
      body: 'x'.repeat(16_384),
    });
  });

  it('says why there was no answer', async () => {
    const reasonFor = async (settings: Partial<Endpoint>, by = send) => {
      const outcome = await by(attempt(settings), now());
      return outcome.kind === 'unanswered' ? outcome.reason : outcome.status;
    };
    receiver.answer = () => {};
    assert.equal(await reasonFor({}, createSender({ http, timeoutMs: 30 })), 'timeout');
    assert.equal(await reasonFor({ url: 'http://127.0.0.1:1/' }), 'connection');
    assert.equal(await reasonFor({ url: 'http://10.0.0.1/' }), 'target');
    assert.equal(await reasonFor({ url: 'nonsense' }), 'target');
    assert.equal(await reasonFor({ secret: 'whsec_?' }), 'secret');
  });
});

describe('Retry-After', () => {
  const at = (Date.parse('2026-03-01T12:00:00Z') * 1_000) as Instant;

  it('is a number of seconds or a date', () => {
    assert.equal(parseRetryAfter('120', at), 120_000);
    assert.equal(parseRetryAfter('0', at), 0);
    assert.equal(parseRetryAfter('Sun, 01 Mar 2026 12:01:30 GMT', at), 90_000);
    assert.equal(parseRetryAfter('Sunday, 01-Mar-26 12:01:30 GMT', at), 90_000);
  });

  it('is nothing when it lies in the past', () => {
    assert.equal(parseRetryAfter('Sun, 01 Mar 2026 11:00:00 GMT', at), 0);
  });

  for (const value of [
    undefined,
    '',
    '-5',
    '1.5',
    'soon',
    '5 minutes',
    '2026-03-01T12:01:00Z',
    '99999999999',
  ]) {
    it(`is ignored when it is "${value}"`, () => assert.equal(parseRetryAfter(value, at), undefined));
  }
});
