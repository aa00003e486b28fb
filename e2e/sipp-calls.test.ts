import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { callWithSipp } from './harness/sipp.ts';
import { scene } from './harness/stage.ts';
import type { WebhookReceiver } from './harness/webhook-receiver.ts';

const answerAndStay = [{ type: 'answer' }, { type: 'sleep', option: { duration: 60_000 } }];

async function endsOf(receiver: WebhookReceiver, count: number): Promise<string[]> {
  await receiver.deliveries.when(`${count} calls that are over`, (entries) =>
    entries.filter(({ event }) => event.type === 'call_hungup').length >= count ? true : undefined,
  );
  return receiver.taken().flatMap(({ event }) => {
    if (event.type !== 'call_hungup') return [];
    const { hangup_by: by, hangup_reason: reason } = event.data as {
      hangup_by: string;
      hangup_reason: string;
    };
    return [`${by} ${reason}`];
  });
}

function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

describe('SIPp, a phone that is not ours', { concurrency: 2 }, () => {
  scene('calls twenty times with its own caller, ten a second, and every call succeeds', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', answerAndStay);
    await callWithSipp(stage, server, { number: '1000', calls: 20, rate: 10, talkMs: 500 });
    assert.deepEqual(await endsOf(receiver, 20), times(20, 'remote normal'));
  });

  scene('calls over TCP too, all calls on one connection', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', answerAndStay);
    await callWithSipp(stage, server, { number: '1000', calls: 5, rate: 5, talkMs: 200, transport: 't1' });
    assert.deepEqual(await endsOf(receiver, 5), times(5, 'remote normal'));
  });

  scene('is hung up on when the flow has come to its end', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', [{ type: 'answer' }, { type: 'sleep', option: { duration: 200 } }]);
    await callWithSipp(stage, server, {
      scenario: 'server-hangs-up.xml',
      number: '1000',
      calls: 5,
      rate: 5,
    });
    assert.deepEqual(await endsOf(receiver, 5), times(5, 'local normal'));
  });

  scene('gives up while it rings, and is told 487', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', [{ type: 'sleep', option: { duration: 30_000 } }, { type: 'answer' }]);
    await callWithSipp(stage, server, { scenario: 'gives-up.xml', number: '1000', calls: 5, rate: 5 });
    assert.deepEqual(await endsOf(receiver, 5), times(5, 'remote normal'));
  });

  scene('calls without an offer, is offered sound, and answers with its ACK', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', answerAndStay);
    await callWithSipp(stage, server, { scenario: 'offers-late.xml', number: '1000', calls: 3, rate: 5 });
    assert.deepEqual(await endsOf(receiver, 3), times(3, 'remote normal'));
  });

  scene('holds and resumes', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', answerAndStay);
    await callWithSipp(stage, server, { scenario: 'holds.xml', number: '1000', calls: 3, rate: 5 });
    assert.deepEqual(await endsOf(receiver, 3), times(3, 'remote normal'));
  });

  scene('is told 404 for a number that does not exist, and that is no call', async (stage) => {
    const server = await stage.server();
    await callWithSipp(stage, server, { scenario: 'unknown-number.xml', number: '4711', calls: 5, rate: 20 });
    assert.deepEqual(await server.api.calls(), []);
    assert.deepEqual(await server.api.events(), []);
  });
});
