import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Agent, Call, Queue, Queuecall, Supervision, SupervisionMode } from '@parley/contract';
import { allTold, once, storyOf, timesOf } from './harness/call-log.ts';
import type { AnsweringCall } from './harness/phone/answering-call.ts';
import type { Phone } from './harness/phone/phone.ts';
import type { PhoneCall } from './harness/phone/phone-call.ts';
import { payloadTypes } from './harness/phone/sdp-text.ts';
import { recordingFile } from './harness/recording-file.ts';
import type { ServerProcess } from './harness/server-process.ts';
import { has, hears } from './harness/sound/ear.ts';
import { levelAt, soundPackets } from './harness/sound/listening.ts';
import { scene, type Stage } from './harness/stage.ts';
import { nothingIsLeft, sings, tones } from './harness/talk.ts';
import { until } from './harness/until.ts';
import type { WebhookReceiver } from './harness/webhook-receiver.ts';

const manager = 64;

/** A caller whom an agent serves, and a supervisor at a third phone; all say their tones. */
interface Scene {
  readonly server: ServerProcess;
  readonly receiver: WebhookReceiver;
  readonly caller: PhoneCall;
  readonly agent: AnsweringCall;
  readonly callerId: string;
  readonly agentCallId: string;
  readonly ann: Agent;
  readonly boss: Agent;
  readonly bossPhone: Phone;
}

async function agentAt(
  { api }: ServerProcess,
  username: string,
  phone: Phone,
  more: object = {},
): Promise<Agent> {
  const addresses = [{ type: 'sip', target: phone.uri }];
  return await api.post<Agent>('/v1.0/agents', {
    username,
    password: 'correct horse battery',
    addresses,
    ...more,
  });
}

async function startServing(stage: Stage): Promise<Scene> {
  const receiver = await stage.receiver();
  const server = await stage.server({ receiver });
  const { api } = server;
  const desk = await stage.phone(server, { user: 'agent' });
  const bossPhone = await stage.phone(server, { user: 'boss' });
  const queue = await api.post<Queue>('/v1.0/queues', { name: 'Help' });
  const ann = await agentAt(server, 'ann', desk, { wrap_up_seconds: 60 });
  const boss = await agentAt(server, 'boss', bossPhone, { permission: manager });
  await server.number('1000', [
    { type: 'answer' },
    { type: 'queue_join', option: { queue_id: queue.id } },
    { type: 'block' },
  ]);
  await api.put(`/v1.0/agents/${ann.id}/status`, { status: 'available' });
  const caller = await (await stage.phone(server, { user: 'caller' })).invite('1000', { codecs: ['PCMU'] });
  await caller.answered();
  await sings(caller, tones.caller);
  const agent = await (await desk.rung()).answer();
  await sings(agent, tones.callee);
  const { data: visit } = await receiver.event('queuecall_serviced');
  const { data: leg } = await receiver.event('call_created', ({ direction }) => direction === 'outgoing');
  await hears(caller.sound, 'the agent', has([tones.callee], [tones.other]));
  const [callerId, agentCallId] = [visit.reference_id, leg.id];
  return { server, receiver, caller, agent, callerId, agentCallId, ann, boss, bossPhone };
}

function path(callId: string): string {
  return `/v1.0/calls/${callId}/supervision`;
}

async function begin(
  { server: { api }, boss, callerId }: Scene,
  mode: SupervisionMode,
): Promise<Supervision> {
  return await api.post<Supervision>(path(callerId), { mode, agent_id: boss.id });
}

/** The supervisor is rung, sees who calls, answers and says its tone. */
async function answers({ bossPhone }: Scene): Promise<AnsweringCall> {
  const rung = await bossPhone.rung();
  assert.match(rung.from, /sip:caller@/, 'the supervisor sees whom the agent talks with');
  const supervisor = await rung.answer();
  await sings(supervisor, tones.other);
  return supervisor;
}

const everybody = Object.values(tones);

/** Who hears whom, each by name of its tone. */
async function hearing(
  parties: readonly (readonly [ear: Pick<PhoneCall, 'sound'>, what: string, heard: readonly number[]])[],
): Promise<void> {
  await Promise.all(
    parties.map(async ([{ sound }, what, heard]) => {
      const others = everybody.filter((hertz) => !heard.includes(hertz));
      await hears(sound, what, has(heard, others));
    }),
  );
}

async function expectMode(
  { caller, agent }: Scene,
  supervisor: AnsweringCall,
  mode: Exclude<SupervisionMode, 'take_over'>,
): Promise<void> {
  const [isHeardByAgent, isHeardByAll] = [mode !== 'listen', mode === 'barge'];
  await hearing([
    [agent, `${mode}: what the agent hears`, isHeardByAgent ? [tones.caller, tones.other] : [tones.caller]],
    [caller, `${mode}: what the caller hears`, isHeardByAll ? [tones.callee, tones.other] : [tones.callee]],
    [supervisor, `${mode}: what the supervisor hears`, [tones.caller, tones.callee]],
  ]);
}

/** What somebody heard is one stream: nothing is missing, and it never stands still for long. */
function assertOneStream({ sound }: Pick<PhoneCall, 'sound'>, from: number): void {
  const packets = soundPackets(sound.heard.entries.slice(from), payloadTypes.PCMU);
  assert.ok(packets.length > 20, `${packets.length} packets`);
  for (const [n, packet] of packets.entries()) {
    const before = packets[n - 1];
    if (before === undefined) continue;
    assert.equal((packet.sequence - before.sequence) & 0xffff, 1, `packet ${n} is not the next one`);
    assert.equal(packet.ssrc, before.ssrc);
    const gapMs = ((packet.timestamp - before.timestamp) | 0) / 8 - 20;
    assert.ok(gapMs >= 0 && gapMs <= 200, `${gapMs} ms between two packets`);
  }
}

async function recorded(
  stage: Stage,
  { server, receiver }: Scene,
  callId: string,
  meanwhile: () => Promise<void>,
): Promise<readonly Int16Array[]> {
  const { recording_id: id } = await server.api.post<Call>(`/v1.0/calls/${callId}/recording_start`, {});
  await receiver.event('recording_started', (recording) => recording.id === id);
  await meanwhile();
  await server.api.post<Call>(`/v1.0/calls/${callId}/recording_stop`, {});
  await receiver.event('recording_finished', (recording) => recording.id === id);
  return (await recordingFile(stage, server, id)).channels;
}

async function statusOf({ server }: Scene, { id }: Agent): Promise<string> {
  const { status, status_reason: reason } = await server.api.get<Agent>(`/v1.0/agents/${id}`);
  return `${status} ${reason}`.trim();
}

describe('a supervisor at a third phone', { concurrency: 2 }, () => {
  scene(
    'listens, whispers and speaks, and is heard by those alone; the two talk on when it hangs up',
    async (stage) => {
      const talk = await startServing(stage);
      const { server, receiver, caller, agent, callerId } = talk;
      const heardBefore = caller.sound.heard.entries.length;
      const begun = await begin(talk, 'listen');
      assert.deepEqual([begun.status, begun.agent_id], ['ringing', talk.boss.id]);
      const supervisor = await answers(talk);
      await expectMode(talk, supervisor, 'listen');
      await server.api.put(path(callerId), { mode: 'whisper' });
      await expectMode(talk, supervisor, 'whisper');
      const channels = await recorded(stage, talk, talk.agentCallId, async () => {
        await hears(agent.sound, 'a whisper', has([tones.caller, tones.other]));
        await hears(agent.sound, 'a whisper still', has([tones.caller, tones.other]));
      });
      const [said, heard] = channels;
      assert.ok(said && heard);
      assert.ok(levelAt(tones.callee, said) > -25 && levelAt(tones.caller, heard) > -25);
      for (const channel of channels)
        assert.ok(levelAt(tones.other, channel) < -60, 'no whisper is recorded');
      await server.api.put(path(callerId), { mode: 'barge' });
      await expectMode(talk, supervisor, 'barge');
      const [, barged] = await recorded(stage, talk, talk.agentCallId, async () => {
        await hears(agent.sound, 'the supervisor', has([tones.caller, tones.other]));
      });
      assert.ok(barged && levelAt(tones.other, barged) > -30, 'what is said to all is recorded');
      await server.api.put(path(callerId), { mode: 'listen' });
      await expectMode(talk, supervisor, 'listen');
      await supervisor.hangUp();
      await hearing([
        [caller, 'the agent alone', [tones.callee]],
        [agent, 'the caller alone', [tones.caller]],
      ]);
      assertOneStream(caller, heardBefore);
      const { data: left } = await receiver.event('call_hungup');
      assert.deepEqual(left.supervision, { call_id: callerId, mode: 'listen', status: 'ended' });
      assert.equal((await server.api.ask('GET', path(callerId))).status, 404);
      await caller.hangUp();
      await agent.request('BYE');
      await receiver.event('queuecall_done');
      await nothingIsLeft(server);
      const about = (await server.api.events()).filter(
        ({ type, data }) => type === 'call_updated' && 'supervision' in data,
      );
      const modes = about.map(({ data }) => (data as unknown as Call).supervision?.mode);
      assert.deepEqual(modes, ['listen', 'whisper', 'barge', 'listen', 'listen']);
    },
  );

  scene('takes over: the caller hears it on, and the agent rests', async (stage) => {
    const talk = await startServing(stage);
    const { server, receiver, caller, agent, callerId } = talk;
    await begin(talk, 'listen');
    const supervisor = await answers(talk);
    await expectMode(talk, supervisor, 'listen');
    const heardBefore = caller.sound.heard.entries.length;
    const taken = await server.api.put<Supervision>(path(callerId), { mode: 'take_over' });
    assert.deepEqual([taken.mode, taken.status], ['take_over', 'ended']);
    await agent.request('BYE');
    await hearing([
      [caller, 'the supervisor', [tones.other]],
      [supervisor, 'the caller', [tones.caller]],
    ]);
    assertOneStream(caller, heardBefore);
    const { data: visit } = await receiver.event('queuecall_updated');
    assert.deepEqual([visit.status, visit.service_agent_id], ['service', talk.boss.id]);
    await until('rest of the agent', async () =>
      (await statusOf(talk, talk.ann)) === 'busy wrap_up' ? true : undefined,
    );
    await supervisor.hangUp();
    await receiver.event('activeflow_updated', ({ current_action: { type } }) => type === 'block');
    const { data: done } = await receiver.event('queuecall_done');
    assert.equal(done.service_agent_id, talk.boss.id);
    await caller.hangUp();
    await nothingIsLeft(server);
    const story = storyOf(await server.api.events()).filter((event) => /queuecall|call_hungup/.test(event));
    assert.deepEqual(story, [
      'queuecall_created',
      'queuecall_entering',
      'queuecall_serviced',
      'queuecall_updated',
      'call_hungup 1',
      'call_hungup 2',
      'queuecall_done',
      'call_hungup 0',
    ]);
  });

  scene('goes with the talk, and is called no more when that is over', async (stage) => {
    const talk = await startServing(stage);
    const { server, caller, agent } = talk;
    await begin(talk, 'barge');
    const supervisor = await answers(talk);
    await expectMode(talk, supervisor, 'barge');
    await agent.hangUp();
    await supervisor.request('BYE');
    await caller.hangUp();
    await nothingIsLeft(server);
    const { api } = server;
    const refused = await api.ask('POST', path(talk.callerId), { mode: 'listen', agent_id: talk.boss.id });
    assert.equal(refused.status, 409);
  });

  scene('is no orphan when the server is killed', async (stage) => {
    const talk = await startServing(stage);
    const { server: before, receiver } = talk;
    await begin(talk, 'listen');
    const supervisor = await answers(talk);
    await expectMode(talk, supervisor, 'listen');
    await before.kill();
    const server = await stage.server({ dataDir: before.dataDir });
    const log = await server.api.events();
    await allTold(receiver, log);
    for (const type of ['call_created', 'call_hungup', 'activeflow_created', 'activeflow_deleted'] as const)
      assert.deepEqual(timesOf(log, type), once(3), type);
    for (const type of ['groupcall_created', 'groupcall_hangup'] as const)
      assert.deepEqual(timesOf(log, type), once(2), type);
    const calls = await server.api.pages<Call>('/v1.0/calls');
    assert.ok(calls.every(({ status }) => status === 'hangup'));
    assert.deepEqual(
      calls.flatMap(({ supervision }) => (supervision === undefined ? [] : [supervision.status])),
      ['ended'],
    );
    const visits = await server.api.pages<Queuecall>('/v1.0/queuecalls');
    assert.deepEqual(
      visits.map(({ status }) => status),
      ['done'],
    );
    await nothingIsLeft(server);
  });
});
