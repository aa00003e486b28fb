import type { Instant } from '@parley/contract';
import type { OutboundHttp, OutboundResult } from '../outbound/outbound-http.ts';
import type { AttemptOutcome } from './attempt-outcome.ts';
import type { Attempt } from './delivery-output.ts';
import type { Endpoint } from './endpoint.ts';
import { parseSecret, signatureOf, type SigningKeyResult } from './signature.ts';

/** Makes one attempt; `at` is its wall time, which is signed with it. Never rejects. */
export type Send = (attempt: Attempt, at: Instant) => Promise<AttemptOutcome>;

export interface SenderOptions {
  readonly http: OutboundHttp;
  /** For a whole attempt; a receiver should answer first and work later. */
  readonly timeoutMs?: number;
  readonly userAgent?: string;
}

const defaultTimeoutMs = 15_000;
/** Of an answer only the status counts. Some of its text helps whoever looks for what went wrong. */
const answerBytes = 16_384;

/** Sends events as Standard Webhooks requests: the event's text as it is in the log, signed with the endpoint's key. */
export function createSender(options: SenderOptions): Send {
  const { http, timeoutMs = defaultTimeoutMs, userAgent = 'Parley-Webhooks/1' } = options;
  const keys = new WeakMap<Endpoint, SigningKeyResult>();
  return async ({ endpoint, event }, at) => {
    const key = keyOf(keys, endpoint);
    if (!key.ok) return { kind: 'unanswered', reason: 'secret', message: key.error };
    const timestamp = Math.floor(at / 1_000_000);
    const result = await http.request({
      method: endpoint.method,
      url: endpoint.url,
      headers: {
        'content-type': 'application/json',
        'user-agent': userAgent,
        'webhook-id': event.id,
        'webhook-timestamp': String(timestamp),
        'webhook-signature': signatureOf(key.value, event.id, timestamp, event.body),
      },
      body: event.body,
      timeoutMs,
      maxBytes: answerBytes,
      answerBody: 'optional',
    });
    return outcomeOf(result, at);
  };
}

/** A key is made ready once per endpoint; new settings are a new endpoint object. */
function keyOf(keys: WeakMap<Endpoint, SigningKeyResult>, endpoint: Endpoint): SigningKeyResult {
  const known = keys.get(endpoint);
  if (known !== undefined) return known;
  const key = parseSecret(endpoint.secret);
  keys.set(endpoint, key);
  return key;
}

function outcomeOf(result: OutboundResult, at: Instant): AttemptOutcome {
  if (result.ok) {
    const retryAfterMs = parseRetryAfter(result.headers['retry-after'], at);
    return { kind: 'answered', status: result.status, retryAfterMs, body: result.body };
  }
  const { reason, message } = result.error;
  return {
    kind: 'unanswered',
    reason: reason === 'timeout' || reason === 'target' ? reason : 'connection',
    message,
  };
}

/** RFC 9110, 10.2.3: seconds, or an HTTP date; undefined when it is neither. A date in the past is 0. */
export function parseRetryAfter(value: string | undefined, now: Instant): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const at = /^[A-Z][a-z]{2,8},? /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now / 1_000);
}
