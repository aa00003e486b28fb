import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Agent, Provider, Queue, Queuecall } from '@parley/contract';
import { allTold, once, storyOf, timesOf } from './harness/call-log.ts';
import type { Phone } from './harness/phone/phone.ts';
import type { ServerProcess } from './harness/server-process.ts';
import { has, hears, isMusicWithout } from './harness/sound/ear.ts';
import { scene } from './harness/stage.ts';
import { nothingIsLeft, sings, tones } from './harness/talk.ts';
import { until } from './harness/until.ts';

const called = '+4930111';
const caller = '+4930222';

/** A queue that calls back, whom its number leads to, and an agent who is not there yet. */
async function givenQueue({ api }: ServerProcess, desk: Phone) {
  const queue = await api.post<Queue>('/v1.0/queues', { name: 'Help', callback: { key: '1' } });
  const agent = await api.post<Agent>('/v1.0/agents', {
    username: 'ann',
    password: 'correct horse battery',
    addresses: [{ type: 'sip', target: desk.uri }],
  });
  return { queue, agent };
}

/** Calls to numbers in Germany end at this phone. */
async function routeTo({ api }: ServerProcess, phone: Phone): Promise<void> {
  const { id } = await api.post<Provider>('/v1.0/providers', {
    hostname: '127.0.0.1',
    port: Number(phone.uri.split(':').at(-1)),
    allowed_prefixes: ['all'],
  });
  await api.post('/v1.0/routes', { provider_id: id, target: '+49' });
}

async function setAvailable({ api }: ServerProcess, agent: Agent): Promise<void> {
  await api.put(`/v1.0/agents/${agent.id}/status`, { status: 'available' });
}

/** Calls the queue, presses the key, hears that it will be called back, and hangs up. */
async function asksForCallback(server: ServerProcess, phone: Phone): Promise<Queuecall> {
  const call = await phone.invite(called, { codecs: ['PCMU'] });
  await call.answered();
  await sings(call, tones.caller);
  await hears(call.sound, 'music', isMusicWithout(tones.callee));
  await call.sound.press('1');
  const visit = await until('a promise', async () => {
    const { result } = await server.api.get<{ result: Queuecall[] }>('/v1.0/queuecalls');
    return result.find(({ callback }) => callback.state === 'pending');
  });
  await call.hangUp();
  await nothingIsLeft(server);
  return visit;
}

describe('a queue that calls back', { concurrency: 2 }, () => {
  scene(
    'lets a caller hang up with its place kept, rings the agent and then the caller, and joins the two',
    async (stage) => {
      const receiver = await stage.receiver();
      const server = await stage.server({ receiver });
      const [phone, desk] = [await stage.phone(server, { user: caller }), await stage.phone(server)];
      const { queue, agent } = await givenQueue(server, desk);
      await routeTo(server, phone);
      await server.number(called, [
        { type: 'answer' },
        { type: 'queue_join', option: { queue_id: queue.id } },
      ]);
      const visit = await asksForCallback(server, phone);
      assert.equal(visit.callback.destination.target, caller);
      const line = await server.api.get<Queue>(`/v1.0/queues/${queue.id}`);
      assert.deepEqual(line.wait_queue_call_ids, [visit.id]);

      await setAvailable(server, agent);
      const leg = await desk.rung();
      assert.match(leg.from, /sip:\+4930222@/, 'the agent sees who will be called');
      assert.equal(phone.called.entries.length, 0, 'the agent is first');
      const atDesk = await leg.answer();
      await sings(atDesk, tones.callee);
      const back = await phone.rung();
      assert.match(back.from, /\+4930111@/, 'the caller sees the number it had called');
      const atHome = await back.answer();
      await sings(atHome, tones.caller);
      await hears(atHome.sound, 'the agent', has([tones.callee], [tones.caller]));
      await hears(atDesk.sound, 'the caller', has([tones.caller], [tones.callee]));
      const { data: served } = await receiver.event('queuecall_serviced');
      assert.deepEqual([served.id, served.callback.state], [visit.id, 'connected']);
      await atHome.hangUp();
      const { data: done } = await receiver.event('queuecall_done');
      assert.deepEqual([done.end_reason, done.service_agent_id], ['served', agent.id]);
      await nothingIsLeft(server);
      const log = await server.api.events();
      await allTold(receiver, log);
      assert.deepEqual(timesOf(log, 'queuecall_created'), once(1));
      assert.deepEqual(
        storyOf(log).filter((event) => /queuecall|call_answered|call_hungup/.test(event)),
        [
          'call_answered 0',
          'queuecall_created',
          'queuecall_waiting',
          'call_hungup 0',
          'queuecall_entering',
          'call_answered 1',
          'call_answered 2',
          'queuecall_serviced',
          'call_hungup 2',
          'queuecall_done',
          'call_hungup 1',
        ],
      );
      const after = await server.api.get<Queue>(`/v1.0/queues/${queue.id}`);
      assert.deepEqual(
        [after.total_incoming_count, after.total_serviced_count, after.total_abandoned_count],
        [1, 1, 0],
      );
      assert.deepEqual([after.wait_queue_call_ids, after.service_queue_call_ids], [[], []]);
    },
  );

  scene('keeps its promise after it was killed, once', async (stage) => {
    const before = await stage.server();
    const { queue, agent } = await givenQueue(before, await stage.phone(before));
    await before.number(called, [{ type: 'answer' }, { type: 'queue_join', option: { queue_id: queue.id } }]);
    const visit = await asksForCallback(before, await stage.phone(before, { user: caller }));
    await before.kill();
    const server = await stage.server({ dataDir: before.dataDir });
    const kept = await server.api.get<Queuecall>(`/v1.0/queuecalls/${visit.id}`);
    assert.deepEqual([kept.status, kept.callback.state], ['wait', 'pending']);
    const [phone, desk] = [await stage.phone(server, { user: caller }), await stage.phone(server)];
    await routeTo(server, phone);
    await server.api.put(`/v1.0/agents/${agent.id}/addresses`, {
      addresses: [{ type: 'sip', target: desk.uri }],
    });
    await setAvailable(server, agent);
    const atDesk = await (await desk.rung(0, 60_000)).answer();
    const atHome = await (await phone.rung()).answer();
    await sings(atDesk, tones.callee);
    await hears(atHome.sound, 'the agent', has([tones.callee], [tones.caller]));
    await atDesk.hangUp();
    await nothingIsLeft(server);
    const log = await server.api.events();
    assert.deepEqual(timesOf(log, 'queuecall_done'), once(1));
    assert.deepEqual(timesOf(log, 'queuecall_abandoned'), once(0));
    assert.equal(phone.called.entries.length, 1);
  });
});
