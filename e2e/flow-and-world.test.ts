import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { type ActionInput, type Activeflow, notYet } from '@parley/contract';
import { payloadTypes } from './harness/phone/sdp-text.ts';
import { header, statusOf } from './harness/phone/sip-text.ts';
import { shareAt, soundOf } from './harness/sound/listening.ts';
import { decode, tone, toneFile } from './harness/sound/sox.ts';
import { scene } from './harness/stage.ts';
import type { WebhookReceiver } from './harness/webhook-receiver.ts';

const stay: ActionInput = { type: 'sleep', option: { duration: 60_000 } };

/** The types of the actions that a call's flow has walked through. */
function walkOf(receiver: WebhookReceiver, callId: string): string[] {
  return receiver
    .story(callId)
    .flatMap(({ type, data }) => (type === 'activeflow_updated' ? [data.current_action.type] : []));
}

async function reaches(receiver: WebhookReceiver, callId: string, action: string): Promise<Activeflow> {
  const step = await receiver.event(
    'activeflow_updated',
    (data) => data.reference_id === callId && data.current_action.type === action,
  );
  return step.data;
}

describe('a flow that uses the world', { concurrency: 2 }, () => {
  scene('plays WAV files from a web server, one after the other, at the right pitch', async (stage) => {
    const files = new Map([
      ['/low.wav', await toneFile(440, 1, 16_000)],
      ['/high.wav', await toneFile(1000, 1, 8000)],
    ]);
    const web = await stage.webServer('sounds', ({ path }) => {
      const body = files.get(path);
      return body === undefined
        ? { status: 404 }
        : { status: 200, headers: { 'content-type': 'audio/wav' }, body };
    });
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const urls = [`${web.url}/low.wav`, `${web.url}/high.wav`];
    await server.number('1000', [
      { type: 'play', option: { stream_urls: urls } },
      { type: 'play', option: { stream_urls: [`${web.url}/gone.wav`] } },
      { type: 'hangup' },
    ]);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    await call.request('BYE');
    const heard = await decode('PCMU', soundOf(call.sound.heard.entries, payloadTypes.PCMU));
    const loud = heard.findIndex((sample) => Math.abs(sample) > 1000);
    const [low, high] = [heard.subarray(loud + 800, loud + 7200), heard.subarray(loud + 8800, loud + 15_200)];
    assert.ok(shareAt(440, low) > 0.95, `${shareAt(440, low)}`);
    assert.ok(shareAt(1000, high) > 0.95, `${shareAt(1000, high)}`);
    const { id: callId } = await receiver.callFrom(phone.user);
    await receiver.wholeStory(callId);
    assert.deepEqual(walkOf(receiver, callId), ['play', 'play', 'hangup']);
    assert.ok(server.log().some(({ msg }) => msg.startsWith('play was skipped')));
  });

  scene('fetches its actions from a web server and goes on with them', async (stage) => {
    const fetched = [{ type: 'answer' }, { type: 'sleep', option: { duration: 100 } }, { type: 'beep' }];
    const web = await stage.webServer('actions', () => ({ status: 200, body: JSON.stringify(fetched) }));
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const event_url = `${web.url}/actions?from=flow`;
    await server.number('1000', [{ type: 'fetch', option: { event_url } }, { type: 'hangup' }]);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    await call.request('BYE');
    const { id: callId } = await receiver.callFrom(phone.user);
    await receiver.wholeStory(callId);
    assert.deepEqual(walkOf(receiver, callId), ['fetch', 'answer', 'sleep', 'beep', 'hangup']);
    const [request] = web.requests.entries;
    assert.deepEqual([request?.method, request?.path], ['POST', '/actions?from=flow']);
    const { activeflow_id: flowId } = await server.api.call(callId);
    const asked: unknown = JSON.parse(request?.body.toString('utf8') ?? '');
    assert.deepEqual(asked, { activeflow_id: flowId, reference_id: callId });
  });

  scene('ends, and its call with it, when what it fetches is no flow', async (stage) => {
    const web = await stage.webServer('nonsense', () => ({ status: 200, body: '[{"type":"fly"}]' }));
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', [
      { type: 'answer' },
      { type: 'fetch', option: { event_url: web.url } },
      stay,
    ]);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    await call.request('BYE');
    const { id: callId } = await receiver.callFrom(phone.user);
    await receiver.wholeStory(callId);
    assert.deepEqual(walkOf(receiver, callId), ['answer', 'fetch']);
  });

  scene('sends a request of its own, with what it knows filled in', async (stage) => {
    const web = await stage.webServer('own requests', () => ({ status: 204 }));
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', [
      { type: 'answer' },
      {
        type: 'webhook_send',
        option: {
          sync: true,
          uri: `${web.url}/crm`,
          method: 'PUT',
          data_type: 'text/plain',
          data: 'from ${parley.call.source.target} to ${voipbin.call.destination.target}${unknown}',
        },
      },
      { type: 'hangup' },
    ]);
    const phone = await stage.phone(server, { user: '+15550100177' });
    const call = await phone.invite('1000');
    await call.request('BYE');
    const [request] = web.requests.entries;
    assert.deepEqual(
      [request?.method, request?.path, request?.headers['content-type'], request?.body.toString('utf8')],
      ['PUT', '/crm', 'text/plain', 'from +15550100177 to 1000'],
    );
  });

  scene('waits at a block until a client resumes it', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', [{ type: 'answer' }, { type: 'block' }, { type: 'hangup' }]);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    const { id: callId, activeflow_id: flowId } = await receiver.callFrom(phone.user);
    const { current_action: block } = await reaches(receiver, callId, 'block');
    const resume = `/v1.0/activeflows/${flowId}/resume`;
    const wrong = await server.api.ask('POST', resume, { action_id: callId });
    assert.equal(wrong.status, 409);
    assert.deepEqual(
      (await server.api.activeflows()).map(({ id }) => id),
      [flowId],
    );
    await server.api.post(resume, { action_id: block.id });
    await call.request('BYE');
    await receiver.wholeStory(callId);
    assert.deepEqual(walkOf(receiver, callId), ['answer', 'block', 'hangup']);
    assert.deepEqual(await server.api.activeflows(), []);
  });

  scene('stops by itself and leaves its call alone until the caller hangs up', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', [{ type: 'answer' }, { type: 'stop' }]);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    const { id: callId } = await receiver.callFrom(phone.user);
    const ended = await receiver.event('activeflow_deleted', (data) => data.reference_id === callId);
    assert.notEqual(ended.data.tm_delete, notYet);
    assert.equal((await server.api.call(callId)).status, 'progressing');
    await call.hangUp();
    const story = await receiver.wholeStory(callId);
    assert.equal(story.at(-1)?.type, 'call_hungup');
    assert.equal(story.filter(({ type }) => type === 'activeflow_deleted').length, 1);
  });

  scene('is stopped by a client, and its call ends as after the last action', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', [{ type: 'answer' }, stay]);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    const { id: callId, activeflow_id: flowId } = await receiver.callFrom(phone.user);
    await reaches(receiver, callId, 'sleep');
    await server.api.post(`/v1.0/activeflows/${flowId}/stop`);
    await call.request('BYE');
    const story = await receiver.wholeStory(callId);
    assert.deepEqual(
      story.slice(-2).map(({ type }) => type),
      ['activeflow_deleted', 'call_hungup'],
    );
    const last = await server.api.call(callId);
    assert.deepEqual([last.hangup_by, last.hangup_reason], ['local', 'normal']);
    assert.equal((await server.api.ask('POST', `/v1.0/activeflows/${flowId}/stop`)).status, 409);
  });
});

describe('a phone of another kind', { concurrency: 2 }, () => {
  scene('that speaks TCP is answered, heard and hung up on over its connection', async (stage) => {
    const server = await stage.server();
    await server.number('1000', [{ type: 'echo', option: { duration: 1000 } }]);
    const phone = await stage.phone(server, { transport: 'TCP' });
    const call = await phone.invite('1000');
    await call.answered();
    await call.sound.play(await tone('PCMU', 600, 0.6));
    await call.request('BYE');
    const heard = await decode('PCMU', soundOf(call.sound.heard.entries, payloadTypes.PCMU));
    const loud = heard.findIndex((sample) => Math.abs(sample) > 1000);
    assert.ok(shareAt(600, heard.subarray(loud + 400, loud + 3600)) > 0.95);
  });

  scene('that leaves the offer to the server is heard all the same', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', [{ type: 'answer' }, { type: 'echo', option: { duration: 60_000 } }]);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000', { sdp: '' });
    const offered = await call.answered();
    assert.deepEqual(offered.formats, [0, 8, 101]);
    await call.sound.play(await tone('PCMU', 600, 0.6));
    await call.sound.heard.when('its own tone', (packets) =>
      packets.some(({ payload }) => new Set(payload).size > 20) ? true : undefined,
    );
    await call.hangUp();
  });

  scene('that holds is sent nothing, and hears again when it resumes', async (stage) => {
    const server = await stage.server();
    await server.number('1000', [{ type: 'answer' }, { type: 'echo', option: { duration: 60_000 } }]);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    const { heard } = call.sound;
    await heard.when('sound', ({ length }) => (length > 5 ? true : undefined));
    const held = await call.reinvite('sendonly');
    assert.equal(held.direction, 'recvonly');
    // What was on its way when the answer came may still arrive; sending 300 ms shows that nothing follows.
    await call.sound.play(new Uint8Array(160 * 5).fill(0xff));
    const before = heard.entries.length;
    await call.sound.play(new Uint8Array(160 * 15).fill(0xff));
    assert.equal(heard.entries.length, before);
    const resumed = await call.reinvite('sendrecv');
    assert.equal(resumed.direction, 'sendrecv');
    await heard.when('sound again', ({ length }) => (length > before + 5 ? true : undefined));
    await call.hangUp();
  });

  scene('that asks for any direction is answered in kind', async (stage) => {
    const server = await stage.server();
    await server.number('1000', [{ type: 'answer' }, stay]);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    assert.equal((await call.reinvite('inactive')).direction, 'inactive');
    assert.equal((await call.reinvite('recvonly')).direction, 'sendonly');
    assert.equal((await call.reinvite('sendrecv')).direction, 'sendrecv');
    await call.hangUp();
  });

  scene('that sends its INVITE again and again makes one call, and hears the same answer', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', [{ type: 'sleep', option: { duration: 300 } }, { type: 'answer' }, stay]);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    for (let n = 0; n < 5; n += 1) call.inviteAgain();
    await call.answered();
    call.inviteAgain();
    await call.hangUp();
    const { id } = await receiver.callFrom(phone.user);
    await receiver.wholeStory(id);
    assert.equal((await server.api.calls()).length, 1);
    const finals = call.messages.entries.filter((message) => (statusOf(message) ?? 0) >= 200);
    const tags = new Set(finals.map((message) => header(message, 'To')));
    assert.equal(tags.size, 1, 'all of it was said in one dialog');
  });
});
