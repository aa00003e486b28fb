import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Agent, Call, Queue, Queuecall, QueuecallExplanation } from '@parley/contract';
import { allTold, once, storyOf, timesOf } from './harness/call-log.ts';
import type { Phone } from './harness/phone/phone.ts';
import type { PhoneCall } from './harness/phone/phone-call.ts';
import type { ServerProcess } from './harness/server-process.ts';
import { has, hears, isMusicWithout, isRinging } from './harness/sound/ear.ts';
import { rmsOf } from './harness/sound/listening.ts';
import { scene, type Stage } from './harness/stage.ts';
import { nothingIsLeft, sings, tones } from './harness/talk.ts';
import { until } from './harness/until.ts';

async function queueFor({ api }: ServerProcess, settings: object = {}): Promise<Queue> {
  return await api.post<Queue>('/v1.0/queues', { name: 'Help', ...settings });
}

async function agentAt(
  { api }: ServerProcess,
  username: string,
  phone: Phone,
  more: object = {},
): Promise<Agent> {
  return await api.post<Agent>('/v1.0/agents', {
    username,
    password: 'correct horse battery',
    addresses: [{ type: 'sip', target: phone.uri }],
    ...more,
  });
}

async function setStatus({ api }: ServerProcess, agent: Agent, status: Agent['status']): Promise<void> {
  await api.put(`/v1.0/agents/${agent.id}/status`, { status });
}

async function statusOf({ api }: ServerProcess, agent: Agent): Promise<Agent> {
  return await api.get<Agent>(`/v1.0/agents/${agent.id}`);
}

/** What came of each offer of a visit. */
async function outcomesOf({ api }: ServerProcess, visitId: string): Promise<string> {
  const { offers } = await api.get<QueuecallExplanation>(`/v1.0/queuecalls/${visitId}/explain`);
  return offers.flatMap(({ agents }) => agents.map(({ outcome }) => outcome)).join(' ');
}

async function callQueue(stage: Stage, server: ServerProcess): Promise<PhoneCall> {
  const phone = await stage.phone(server, { user: 'caller' });
  const call = await phone.invite('1000', { codecs: ['PCMU'] });
  await call.answered();
  await sings(call, tones.caller);
  return call;
}

describe('a queue with agents at real phones', { concurrency: 2 }, () => {
  scene(
    'has music for who waits, rings the agent who becomes available, and joins the two',
    async (stage) => {
      const receiver = await stage.receiver();
      const server = await stage.server({ receiver });
      const desk = await stage.phone(server, { user: 'agent' });
      const queue = await queueFor(server);
      const agent = await agentAt(server, 'ann', desk);
      await server.number('1000', [
        { type: 'answer' },
        { type: 'queue_join', option: { queue_id: queue.id } },
        { type: 'block' },
      ]);
      const caller = await callQueue(stage, server);
      await hears(caller.sound, 'music', isMusicWithout(tones.callee));
      await setStatus(server, agent, 'available');
      const leg = await desk.rung();
      assert.match(leg.from, /sip:caller@/, 'the agent sees who waits');
      await receiver.event('queuecall_entering');
      const talk = await leg.answer();
      await sings(talk, tones.callee);
      await hears(caller.sound, 'the agent', has([tones.callee], [tones.caller]));
      await hears(talk.sound, 'the caller', has([tones.caller], [tones.callee]));
      const { data: served } = await receiver.event('queuecall_serviced');
      assert.equal(served.service_agent_id, agent.id);
      assert.equal((await statusOf(server, agent)).status, 'busy');
      await talk.hangUp();
      const { data: done } = await receiver.event('queuecall_done');
      assert.ok(done.duration_service >= 500, `${done.duration_service} ms of talk`);
      await receiver.event('activeflow_updated', ({ current_action: { type } }) => type === 'block');
      assert.equal((await statusOf(server, agent)).status, 'available');
      await caller.hangUp();
      await nothingIsLeft(server);
      const log = await server.api.events();
      const story = storyOf(log).filter((event) =>
        /queuecall|call_answered|call_hungup|agent_status/.test(event),
      );
      assert.deepEqual(story, [
        'call_answered 0',
        'queuecall_created',
        'agent_status_updated',
        'agent_status_updated',
        'queuecall_entering',
        'call_answered 1',
        'agent_status_updated',
        'queuecall_serviced',
        'call_hungup 1',
        'agent_status_updated',
        'queuecall_done',
        'call_hungup 0',
      ]);
      const after = await server.api.get<Queue>(`/v1.0/queues/${queue.id}`);
      assert.deepEqual(
        [after.total_incoming_count, after.total_serviced_count, after.total_abandoned_count],
        [1, 1, 0],
      );
      assert.deepEqual([after.wait_queue_call_ids, after.service_queue_call_ids], [[], []]);
    },
  );

  scene('tells who waits its place in the line, and breaks that off for the agent', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const desk = await stage.phone(server, { user: 'agent' });
    const queue = await queueFor(server, {
      wait_actions: [{ type: 'sleep', option: { duration: 300 } }],
      announce: { interval_seconds: 10, position: true },
    });
    const agent = await agentAt(server, 'ann', desk);
    await server.number('1000', [{ type: 'answer' }, { type: 'queue_join', option: { queue_id: queue.id } }]);
    const caller = await callQueue(stage, server);
    await receiver.event('activeflow_updated', ({ current_action: { type } }) => type === 'queue_announce');
    // There is nothing else to be heard while it waits.
    await hears(caller.sound, 'its place', (samples) => rmsOf(samples) > 0.02 && !isRinging(samples));
    await setStatus(server, agent, 'available');
    const talk = await (await desk.rung()).answer();
    await sings(talk, tones.callee);
    await hears(caller.sound, 'the agent and nothing else', has([tones.callee], [tones.caller]));
    await talk.hangUp();
    await caller.hangUp();
    await nothingIsLeft(server);
  });

  scene('rings the next agent when one does not answer, who is away with a reason', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const [first, second] = [await stage.phone(server), await stage.phone(server)];
    const queue = await queueFor(server, {
      no_answer: { timeout_seconds: 1, delay_seconds: { noanswer: 60 }, max: 1 },
    });
    await server.number('1000', [{ type: 'answer' }, { type: 'queue_join', option: { queue_id: queue.id } }]);
    const deaf = await agentAt(server, 'deaf', first);
    const keen = await agentAt(server, 'keen', second);
    await setStatus(server, deaf, 'available');
    const caller = await callQueue(stage, server);
    const missed = await first.rung();
    const { data: visit } = await receiver.event('queuecall_entering');
    await setStatus(server, keen, 'available');
    await missed.request('CANCEL');
    const talk = await (await second.rung()).answer();
    await sings(talk, tones.callee);
    await hears(caller.sound, 'the second agent', has([tones.callee], [tones.caller]));
    const away = await statusOf(server, deaf);
    assert.deepEqual([away.status, away.status_reason], ['away', 'missed_noanswer']);
    const { data: again } = await receiver.event('queuecall_waiting');
    assert.equal(again.id, visit.id);
    await caller.hangUp();
    await receiver.event('queuecall_done', ({ id }) => id === visit.id);
    await nothingIsLeft(server);
  });

  scene('ends each visit once and frees its agents when the server is killed', async (stage) => {
    const receiver = await stage.receiver();
    const before = await stage.server({ receiver });
    const [talking, ringing] = [await stage.phone(before), await stage.phone(before)];
    const queue = await queueFor(before);
    await before.number('1000', [{ type: 'answer' }, { type: 'queue_join', option: { queue_id: queue.id } }]);
    const [ann, bob] = [await agentAt(before, 'ann', talking), await agentAt(before, 'bob', ringing)];
    await setStatus(before, ann, 'available');
    await callQueue(stage, before);
    await (await talking.rung()).answer();
    await receiver.event('queuecall_serviced');
    await setStatus(before, bob, 'available');
    await callQueue(stage, before);
    await ringing.rung();
    await callQueue(stage, before);
    await receiver.deliveries.when('three visits', (deliveries) => {
      const created = deliveries.filter(({ event }) => event.type === 'queuecall_created');
      return created.length === 3 ? true : undefined;
    });
    await until('an agent that is rung', async () => {
      const { status } = await statusOf(before, bob);
      return status === 'ringing' ? true : undefined;
    });
    await before.kill();
    const server = await stage.server({ dataDir: before.dataDir });
    const log = await server.api.events();
    await allTold(receiver, log);
    assert.deepEqual(timesOf(log, 'queuecall_created'), once(3));
    assert.deepEqual(timesOf(log, 'queuecall_done'), once(1));
    assert.deepEqual(timesOf(log, 'queuecall_abandoned'), once(2));
    const visits = await server.api.pages<Queuecall>('/v1.0/queuecalls');
    assert.deepEqual(
      visits.map(({ status }) => status).toSorted((a, b) => (a < b ? -1 : 1)),
      ['abandoned', 'abandoned', 'done'],
    );
    for (const agent of [ann, bob]) assert.equal((await statusOf(server, agent)).status, 'available');
    const after = await server.api.get<Queue>(`/v1.0/queues/${queue.id}`);
    assert.deepEqual(
      [after.total_incoming_count, after.total_serviced_count, after.total_abandoned_count],
      [3, 1, 2],
    );
    assert.deepEqual([after.wait_queue_call_ids, after.service_queue_call_ids], [[], []]);
    const outcomes = await Promise.all(visits.map(async ({ id }) => await outcomesOf(server, id)));
    assert.deepEqual(outcomes, ['', 'withdrawn', 'answered'], 'newest first');
    const calls = await server.api.pages<Call>('/v1.0/calls');
    assert.ok(calls.every(({ status }) => status === 'hangup'));
  });
});
