import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { type ActionInput, type Call, notYet } from '@parley/contract';
import { header, statusOf } from './harness/phone/sip-text.ts';
import { soundLines } from './harness/phone/sdp-text.ts';
import { scene } from './harness/stage.ts';
import { until } from './harness/until.ts';
import type { WebhookReceiver } from './harness/webhook-receiver.ts';

const answerAndStay: readonly ActionInput[] = [
  { type: 'answer' },
  { type: 'sleep', option: { duration: 60_000 } },
];

const ringFirst: readonly ActionInput[] = [
  { type: 'sleep', option: { duration: 60_000 } },
  { type: 'answer' },
];

/** The call as its last event shows it. */
async function lastOf(receiver: WebhookReceiver, user: string, withinMs?: number): Promise<Call> {
  const { id } = await receiver.callFrom(user);
  const story = await receiver.wholeStory(id, withinMs);
  const ends = story.filter(({ type }) => type === 'call_hungup');
  assert.equal(ends.length, 1);
  assert.equal(story.filter(({ type }) => type === 'activeflow_deleted').length, 1);
  return ends[0]?.data as Call;
}

function how({ hangup_by: by, hangup_reason: reason }: Call): string {
  return `${by} ${reason}`;
}

describe('a call that is refused', { concurrency: 2 }, () => {
  scene('because nobody has that number gets 404, and leaves no call and no event', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', answerAndStay);
    const phone = await stage.phone(server);
    assert.equal(await (await phone.invite('4711')).final(), 404);
    // Events come in the order of the log: had the refused call any, they would be before these.
    const call = await phone.invite('1000');
    await call.answered();
    await call.hangUp();
    await lastOf(receiver, phone.user);
    assert.equal((await server.api.calls()).length, 1);
    const calls = (await server.api.events()).filter(({ type }) => type === 'call_created');
    assert.equal(calls.length, 1);
  });

  scene('because the house is full gets 503 until there is room', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver, settings: { PARLEY_MAX_CALLS: '1' } });
    await server.number('1000', answerAndStay);
    const first = await stage.phone(server);
    const call = await first.invite('1000');
    await call.answered();
    const second = await stage.phone(server);
    assert.equal(await (await second.invite('1000')).final(), 503);
    await call.hangUp();
    await lastOf(receiver, first.user);
    await untilThereIsRoom(server.api.metric.bind(server.api));
    const third = await second.invite('1000');
    await third.answered();
    await third.hangUp();
    await lastOf(receiver, second.user);
    assert.equal((await server.api.calls()).length, 2);
  });

  scene('because its customer has as many as allowed gets 486', async (stage) => {
    const server = await stage.server({ settings: { PARLEY_MAX_CALLS_PER_CUSTOMER: '1' } });
    await server.number('1000', answerAndStay);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    assert.equal(await (await phone.invite('1000')).final(), 486);
    assert.equal((await server.api.calls()).length, 1);
    await call.hangUp();
  });

  scene('because it speaks no codec of ours gets 488, and leaves no call', async (stage) => {
    const server = await stage.server();
    await server.number('1000', answerAndStay);
    const phone = await stage.phone(server);
    const sdp = soundLines(40_000, [18], 1, ['a=rtpmap:18 G729/8000', 'a=sendrecv']);
    assert.equal(await (await phone.invite('1000', { sdp })).final(), 488);
    assert.deepEqual(await server.api.calls(), []);
    assert.deepEqual(await server.api.events(), []);
  });
});

/** A call whose media is closing still takes its place for a moment, and no event tells when that is over. */
async function untilThereIsRoom(metric: (name: string) => Promise<number>): Promise<void> {
  await until('room for a call', async () => ((await metric('parley_calls_live')) === 0 ? true : undefined));
}

describe('a call that ends', { concurrency: 3 }, () => {
  scene('because the caller gives up before the answer: 180, 487, remote and normal', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', ringFirst);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.response(180);
    call.cancel();
    assert.equal(await call.final(), 487);
    const last = await lastOf(receiver, phone.user);
    assert.equal(how(last), 'remote normal');
    assert.equal(last.tm_progressing, notYet);
    const story = receiver.story(last.id).map(({ type }) => type);
    assert.ok(!story.includes('call_answered'));
  });

  scene('because the flow says busy before the answer is refused with 486', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', [{ type: 'hangup', option: { reason: 'busy' } }]);
    const phone = await stage.phone(server);
    assert.equal(await (await phone.invite('1000')).final(), 486);
    assert.equal(how(await lastOf(receiver, phone.user)), 'local normal');
  });

  scene('because a client asks for it: local and normal, and told to the phone by BYE', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', answerAndStay);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    const { id } = await receiver.callFrom(phone.user);
    const early = await server.api.ask('DELETE', `/v1.0/calls/${id}`);
    assert.equal(early.status, 409);
    const asked = await server.api.post<Call>(`/v1.0/calls/${id}/hangup`);
    assert.ok(['terminating', 'hangup'].includes(asked.status));
    await call.request('BYE');
    assert.equal(how(await lastOf(receiver, phone.user)), 'local normal');
    assert.equal((await server.api.ask('POST', `/v1.0/calls/${id}/hangup`)).status, 409);
    assert.equal((await server.api.call(id)).status, 'hangup');
    const deleted = await server.api.ask('DELETE', `/v1.0/calls/${id}`);
    assert.equal(deleted.status, 200);
    assert.equal((await server.api.ask('GET', `/v1.0/calls/${id}`)).status, 404);
    // The figures of its sound come when its media has closed, and must not bring it back.
    await untilThereIsRoom(server.api.metric.bind(server.api));
    assert.equal((await server.api.ask('GET', `/v1.0/calls/${id}`)).status, 404);
    assert.deepEqual(await server.api.calls(), []);
  });

  scene('because it has lasted as long as any may: reason timeout', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver, settings: { PARLEY_LONGEST_CALL: '2' } });
    await server.number('1000', answerAndStay);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    await call.request('BYE');
    const last = await lastOf(receiver, phone.user);
    assert.equal(last.hangup_reason, 'timeout');
    const seconds = (Date.parse(`${last.tm_hangup}Z`) - Date.parse(`${last.tm_create}Z`)) / 1000;
    assert.ok(seconds >= 2 && seconds < 4, `${seconds} s`);
  });

  scene('because its sound has stopped coming is hung up on', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver, settings: { PARLEY_RTP_TIMEOUT: '1' } });
    await server.number('1000', answerAndStay);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    await call.sound.play(new Uint8Array(160 * 20).fill(0xff));
    await call.request('BYE');
    assert.equal(how(await lastOf(receiver, phone.user)), 'local normal');
  });

  scene(
    'because the caller never acknowledged the answer: 200 again and again, then BYE after 32 seconds',
    async (stage) => {
      const receiver = await stage.receiver();
      const server = await stage.server({ receiver });
      await server.number('1000', answerAndStay);
      const phone = await stage.phone(server);
      const call = await phone.invite('1000', { acknowledges: false });
      const began = performance.now();
      await call.answered();
      await call.request('BYE', 45_000);
      const seconds = (performance.now() - began) / 1000;
      assert.ok(seconds > 31 && seconds < 36, `${seconds} s`);
      const answers = call.messages.entries.filter((message) => statusOf(message) === 200);
      assert.ok(answers.length >= 9, `${answers.length} answers: doubled up to 4 s apart, for 32 s`);
      assert.equal(new Set(answers.map((answer) => header(answer, 'To'))).size, 1);
      const last = await lastOf(receiver, phone.user);
      assert.equal(last.hangup_reason, 'normal');
    },
  );
});
