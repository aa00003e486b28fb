import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Agent, Extension, Queue } from '@parley/contract';
import type { Phone } from './harness/phone/phone.ts';
import type { PhoneCall } from './harness/phone/phone-call.ts';
import type { ServerProcess } from './harness/server-process.ts';
import { startSippRegistering } from './harness/sipp-registrations.ts';
import { has, hears, isMusicWithout } from './harness/sound/ear.ts';
import { toneFile } from './harness/sound/sox.ts';
import { scene, type Stage } from './harness/stage.ts';
import { nothingIsLeft, sings, tones } from './harness/talk.ts';
import { until } from './harness/until.ts';

const password = 'rye-and-spelt';

/** What agents hear before they meet a caller. */
const whisper = 2311;

async function queueAt(server: ServerProcess, settings: object = {}): Promise<Queue> {
  const queue = await server.api.post<Queue>('/v1.0/queues', { name: 'Help', ...settings });
  await server.number('1000', [{ type: 'answer' }, { type: 'queue_join', option: { queue_id: queue.id } }]);
  return queue;
}

async function availableAgent({ api }: ServerProcess, more: object): Promise<Agent> {
  const agent = await api.post<Agent>('/v1.0/agents', { username: 'ann', password, ...more });
  await api.put(`/v1.0/agents/${agent.id}/status`, { status: 'available' });
  return agent;
}

function at(phone: Phone): object {
  return { addresses: [{ type: 'sip', target: phone.uri }] };
}

async function statusOf({ api }: ServerProcess, { id }: Agent): Promise<string> {
  const { status, status_reason: reason } = await api.get<Agent>(`/v1.0/agents/${id}`);
  return reason === '' ? status : `${status} ${reason}`;
}

async function callQueue(stage: Stage, server: ServerProcess): Promise<PhoneCall> {
  const call = await (await stage.phone(server)).invite('1000', { codecs: ['PCMU'] });
  await call.answered();
  await sings(call, tones.caller);
  return call;
}

describe('an agent at a real phone', { concurrency: 2 }, () => {
  scene('hears of the caller alone, takes it with a key, and then both hear each other', async (stage) => {
    const wav = await toneFile(whisper, 20, 8_000);
    const web = await stage.webServer('sounds', () => ({
      status: 200,
      headers: { 'content-type': 'audio/wav' },
      body: wav,
    }));
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const desk = await stage.phone(server, { user: 'agent' });
    await queueAt(server, {
      agent_announcement: [{ type: 'play', option: { stream_urls: [`${web.url}/whisper.wav`] } }],
      confirm_key: '1',
      confirm_seconds: 60,
    });
    const agent = await availableAgent(server, { ...at(desk), auto_answer: true });
    const caller = await callQueue(stage, server);
    const leg = await desk.rung();
    assert.equal(leg.header('Answer-Mode'), 'Auto');
    assert.match(leg.header('Call-Info'), /^<sip:[^>]+>;answer-after=0$/);
    assert.match(leg.header('Alert-Info'), /^<sip:[^>]+>;info=alert-autoanswer;delay=0$/);
    const talk = await leg.answer();
    await sings(talk, tones.callee);
    await hears(talk.sound, 'the announcement alone', has([whisper], [tones.caller]));
    await hears(caller.sound, 'its music alone', isMusicWithout(whisper, tones.callee));
    assert.equal(await statusOf(server, agent), 'ringing');
    await talk.sound.press('1');
    await hears(caller.sound, 'the agent', has([tones.callee], [tones.caller, whisper]));
    await hears(talk.sound, 'the caller', has([tones.caller], [tones.callee, whisper]));
    await receiver.event('queuecall_serviced');
    assert.equal(await statusOf(server, agent), 'busy service');
    await talk.hangUp();
    await caller.hangUp();
    await nothingIsLeft(server);
  });

  scene('who hangs up while it hears of the caller has missed it, and the caller stays', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const desk = await stage.phone(server);
    const pause = { type: 'sleep', option: { duration: 60_000 } };
    await queueAt(server, { agent_announcement: [pause], no_answer: { max: 1 } });
    const agent = await availableAgent(server, at(desk));
    const caller = await callQueue(stage, server);
    const talk = await (await desk.rung()).answer();
    await talk.hangUp();
    await receiver.event('queuecall_waiting');
    assert.equal(await statusOf(server, agent), 'away missed_rejected');
    await hears(caller.sound, 'its music', isMusicWithout(tones.callee));
    await caller.hangUp();
    await receiver.event('queuecall_abandoned');
    await nothingIsLeft(server);
  });

  scene('goes on resting after a restart, until it says that it has done', async (stage) => {
    const receiver = await stage.receiver();
    const before = await stage.server({ receiver });
    const desk = await stage.phone(before);
    await queueAt(before, { wrap_up_seconds: 600 });
    const agent = await availableAgent(before, at(desk));
    const caller = await callQueue(stage, before);
    await (await desk.rung()).answer();
    await receiver.event('queuecall_serviced');
    await caller.hangUp();
    await receiver.event('agent_status_updated', ({ status_reason: reason }) => reason === 'wrap_up');
    const { tm_wrap_up_end: end } = await before.api.get<Agent>(`/v1.0/agents/${agent.id}`);
    await before.kill();
    const server = await stage.server({ dataDir: before.dataDir });
    const resting = await server.api.get<Agent>(`/v1.0/agents/${agent.id}`);
    assert.deepEqual([resting.status_reason, resting.tm_wrap_up_end], ['wrap_up', end]);
    const path = `/v1.0/agents/${agent.id}/wrap_up`;
    const longer = await server.api.post<Agent>(path, { extend_seconds: 60 });
    assert.ok(longer.tm_wrap_up_end > end);
    await server.api.post<Agent>(path, { finish: true });
    assert.equal(await statusOf(server, agent), 'available');
  });

  scene(
    'is offered the caller when its phone registers, and has missed it when its connection closes',
    async (stage) => {
      const receiver = await stage.receiver();
      const server = await stage.server({ receiver });
      await server.api.post<Extension>('/v1.0/extensions', { extension: '1001', password });
      await queueAt(server, { no_answer: { timeout_seconds: 120, max: 1 } });
      const agent = await availableAgent(server, { addresses: [{ type: 'extension', target: '1001' }] });
      const caller = await callQueue(stage, server);
      await receiver.event('queuecall_created');
      assert.equal(await statusOf(server, agent), 'available', 'and nobody is rung');
      const sipp = await startSippRegistering(stage, server, {
        extension: '1001',
        password,
        expires: 600,
        transport: 't1',
        stayMs: 60_000,
      });
      await receiver.event('queuecall_entering');
      assert.equal(await statusOf(server, agent), 'ringing');
      sipp.program.kill();
      await sipp.end();
      await receiver.event('queuecall_waiting');
      await until('the agent is away', async () =>
        (await statusOf(server, agent)) === 'away missed_failed' ? true : undefined,
      );
      await caller.hangUp();
      await nothingIsLeft(server);
    },
  );
});
