import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Reply } from '@parley/core';
import { FlowRequests, type RequestEffect } from './flow-requests.ts';

const effect: RequestEffect = {
  kind: 'request',
  callId: 'call',
  request: 'fetch 1',
  method: 'POST',
  url: 'http://127.0.0.1/',
  contentType: '',
  body: '',
  timeoutMs: 1_000,
  maxBytes: 10,
};

const reply: Reply = { ok: true, status: 200, body: '' };

function setUp() {
  const sent: { signal: AbortSignal | undefined; answer: (reply: Reply) => void }[] = [];
  const replied: string[] = [];
  const requests = new FlowRequests({
    send: (_, signal) => new Promise((answer) => sent.push({ signal, answer })),
    replied: ({ request }) => replied.push(request),
  });
  return { requests, sent, replied };
}

describe('a request of a flow', () => {
  it('tells its reply', async () => {
    const { requests, sent, replied } = setUp();
    const done = requests.start(effect);
    sent[0]?.answer(reply);
    await done;
    assert.deepEqual(replied, ['fetch 1']);
    requests.cancel('call');
    assert.equal(sent[0]?.signal?.aborted, false);
  });

  it('that is waited for is given up with its flow, and tells nothing', async () => {
    const { requests, sent, replied } = setUp();
    const done = requests.start(effect);
    const other = requests.start({ ...effect, callId: 'other', request: 'fetch 2' });
    requests.cancel('call');
    assert.deepEqual([sent[0]?.signal?.aborted, sent[1]?.signal?.aborted], [true, false]);
    for (const { answer } of sent) answer(reply);
    await Promise.all([done, other]);
    assert.deepEqual(replied, ['fetch 2']);
  });

  it('that nobody waits for is sent even when the caller is gone', async () => {
    const { requests, sent, replied } = setUp();
    const done = requests.start({ ...effect, request: '' });
    requests.cancel('call');
    assert.equal(sent[0]?.signal, undefined);
    sent[0]?.answer(reply);
    await done;
    assert.deepEqual(replied, ['']);
  });
});
