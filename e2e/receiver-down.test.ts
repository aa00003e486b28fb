import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { ActionInput, LoggedEvent } from '@parley/contract';
import type { HttpAnswer } from './harness/http-peer.ts';
import { callWithSipp } from './harness/sipp.ts';
import { scene } from './harness/stage.ts';
import { until } from './harness/until.ts';
import { callOf, type Delivery, type WebhookReceiver } from './harness/webhook-receiver.ts';

const shortCall: readonly ActionInput[] = [
  { type: 'answer' },
  { type: 'sleep', option: { duration: 50 } },
  { type: 'hangup' },
];

const calls = 10;
const eventsOfACall = 8;

function logIsWhole(log: readonly LoggedEvent[]): LoggedEvent[] | undefined {
  return log.length === calls * eventsOfACall ? [...log] : undefined;
}

/** Everything in the log has been taken, each call's events in the order of the log. */
async function assertAllTaken(receiver: WebhookReceiver, log: readonly LoggedEvent[]): Promise<void> {
  await receiver.deliveries.when(
    'every event of the log',
    () => (receiver.taken().length === log.length ? true : undefined),
    60_000,
  );
  const idsBy = (events: readonly { id: string; call: string | undefined }[]): Map<string, string[]> => {
    const lanes = new Map<string, string[]>();
    for (const { id, call = '' } of events) lanes.set(call, [...(lanes.get(call) ?? []), id]);
    return lanes;
  };
  // Deep equality of maps does not look at the order of their keys: calls may be told side by side.
  assert.deepEqual(
    idsBy(receiver.taken().map(({ webhookId, event }) => ({ id: webhookId, call: callOf(event) }))),
    idsBy(log.map((event) => ({ id: event.id, call: callOf(event) }))),
  );
}

/** No event of a call was tried before the one ahead of it was taken. */
function assertNeverOvertaken(attempts: readonly Delivery[]): void {
  const waitingFor = new Map<string, string>();
  for (const { event, webhookId, answered } of attempts) {
    const call = callOf(event) ?? '';
    const ahead = waitingFor.get(call);
    assert.ok(ahead === undefined || ahead === webhookId, `${webhookId} came while ${ahead} was not taken`);
    if (answered === 200) waitingFor.delete(call);
    else waitingFor.set(call, webhookId);
  }
}

describe('a receiver of webhooks', { concurrency: 2 }, () => {
  scene('that is down during calls and a restart gets everything when it is back', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', shortCall);
    await receiver.stop();
    await callWithSipp(stage, server, { scenario: 'server-hangs-up.xml', number: '1000', calls, rate: 20 });
    const log = await until('the end of the last call', async () => logIsWhole(await server.api.events()));
    assert.equal(receiver.deliveries.entries.length, 0);
    server.program.signal('SIGTERM');
    assert.deepEqual(await server.program.end(20_000), { code: 0, signal: null });
    const next = await stage.server({ dataDir: server.dataDir });
    await receiver.start();
    await assertAllTaken(receiver, log);
    assert.deepEqual(await next.api.events(), log, 'the restart has added nothing');
  });

  scene('that fails at first gets everything, no event before the one ahead of it', async (stage) => {
    const receiver = await stage.receiver();
    const tried = new Set<string>();
    const failures: readonly (HttpAnswer | 'close')[] = [
      { status: 500 },
      { status: 404, body: 'wrong door' },
      'close',
    ];
    let failed = 0;
    receiver.behaviour = ({ webhookId }) => {
      if (tried.has(webhookId)) return { status: 200 };
      tried.add(webhookId);
      failed += 1;
      return failures[failed % failures.length] ?? 'close';
    };
    const server = await stage.server({ receiver });
    await server.number('1000', shortCall);
    for (const caller of ['first', 'second']) {
      const phone = await stage.phone(server, { user: caller });
      const call = await phone.invite('1000');
      await call.request('BYE');
    }
    await receiver.deliveries.when(
      'both calls, told to the end',
      () => (receiver.taken().length === 2 * eventsOfACall ? true : undefined),
      60_000,
    );
    await assertAllTaken(receiver, await server.api.events());
    assertNeverOvertaken(receiver.deliveries.entries);
    assert.equal(receiver.deliveries.entries.length, 4 * eventsOfACall);
  });

  scene('that is slow about one call hears of the others at once', async (stage) => {
    const receiver = await stage.receiver();
    let release: (answer: HttpAnswer) => void = () => undefined;
    const slow = new Promise<HttpAnswer>((resolve) => (release = resolve));
    receiver.behaviour = ({ event }) =>
      event.type === 'call_created' && (event.data as { source: { target: string } }).source.target === 'slow'
        ? slow
        : { status: 200 };
    const server = await stage.server({ receiver });
    await server.number('1000', shortCall);
    const call = await (await stage.phone(server, { user: 'slow' })).invite('1000');
    await call.request('BYE');
    const quick = await (await stage.phone(server, { user: 'quick' })).invite('1000');
    await quick.request('BYE');
    const { id } = await receiver.callFrom('quick');
    assert.equal((await receiver.wholeStory(id)).length, eventsOfACall);
    const ofTheSlow = receiver.deliveries.entries.filter(({ event }) => callOf(event) !== id);
    assert.equal(ofTheSlow.length, 2, 'its call_created is not taken yet, and nothing overtakes it');
    release({ status: 200 });
    const slowId = (await receiver.callFrom('slow')).id;
    assert.equal((await receiver.wholeStory(slowId)).length, eventsOfACall);
  });
});
