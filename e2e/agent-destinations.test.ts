import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Agent, Call, Conference, Groupcall, Transfer } from '@parley/contract';
import { Baresip } from './harness/phones/baresip.ts';
import { newExtension } from './harness/phones/extensions.ts';
import type { PhoneCall } from './harness/phone/phone-call.ts';
import type { ServerProcess } from './harness/server-process.ts';
import { has, hears } from './harness/sound/ear.ts';
import { toneMs } from './harness/sound/listening.ts';
import { scene, type Stage } from './harness/stage.ts';
import { nothingIsLeft, sings, startTalk, tones } from './harness/talk.ts';

/** An agent with two phones, of which the first rings for ever and the second answers by itself. */
async function givenAgent(
  stage: Stage,
  server: ServerProcess,
): Promise<{ agent: Agent; desk: Baresip; pocket: Baresip }> {
  const desk = await Baresip.start(stage, server, await newExtension(server, '1001'), {
    hertz: tones.other,
    waits: true,
  });
  const pocket = await Baresip.start(stage, server, await newExtension(server, '1002'), {
    hertz: tones.callee,
  });
  const agent = await server.api.post<Agent>('/v1.0/agents', {
    username: 'mira',
    password: 'correct horse battery',
    ring_method: 'linear',
    addresses: [
      { target: '1001', type: 'extension' },
      { target: '1002', type: 'extension' },
    ],
  });
  return { agent, desk, pocket };
}

interface Caller {
  readonly number?: string;
  readonly hertz: number;
}

async function calls(
  stage: Stage,
  server: ServerProcess,
  { number = '1000', hertz }: Caller,
): Promise<PhoneCall> {
  const phone = await stage.phone(server, { user: 'caller' });
  const call = await phone.invite(number, { codecs: ['PCMU'] });
  await call.answered();
  await sings(call, hertz);
  return call;
}

describe('an agent and a conference as destinations of a connect', { concurrency: 2 }, () => {
  scene('the agent is rung at one phone after the other, and talks at the second', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const { agent, desk, pocket } = await givenAgent(stage, server);
    const destinations = [{ type: 'agent', target: agent.id }];
    await server.number('1000', [{ type: 'connect', option: { destinations, timeout: 2 } }]);
    const caller = await calls(stage, server, { hertz: tones.caller });
    await desk.event('CALL_INCOMING');
    await desk.event('CALL_CLOSED');
    await hears(caller.sound, 'the agent', has([tones.callee], [tones.caller]));
    const heard = (samples: Int16Array) => toneMs(tones.caller, samples) >= 500;
    await pocket.hasHeard('the caller', heard);
    await caller.hangUp();
    assert.equal(toneMs(tones.callee, await pocket.heard()), 0, 'nobody hears itself');
    const { data: group } = await receiver.event('groupcall_hangup');
    assert.deepEqual([group.owner_type, group.owner_id, group.ring_method], ['agent', agent.id, 'linear']);
    const legs = await Promise.all(group.call_ids.map((id) => server.api.call(id)));
    assert.deepEqual(
      legs.map(({ destination, owner_id: owner, hangup_reason: reason }) => [
        destination.target,
        owner,
        reason,
      ]),
      [
        ['1001', agent.id, 'dialout'],
        ['1002', agent.id, 'normal'],
      ],
    );
    assert.equal(group.answer_call_id, legs[1]?.id);
    const { status } = await server.api.get<Agent>(`/v1.0/agents/${agent.id}`);
    assert.equal(status, 'offline', 'a call to the agent is no business of the status');
    await nothingIsLeft(server);
  });

  scene('the agent is called by a client too', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const { agent, desk, pocket } = await givenAgent(stage, server);
    await server.api.put(`/v1.0/agents/${agent.id}`, { ring_method: 'ringall' });
    const made = await server.api.post<{ calls: Call[]; groupcalls: Groupcall[] }>('/v1.0/calls', {
      source: { target: '+15550100100' },
      destinations: [{ type: 'agent', target: agent.id }],
      actions: [{ type: 'echo', option: { duration: 60_000 } }],
    });
    assert.deepEqual([made.calls.length, made.groupcalls[0]?.call_count], [0, 2]);
    await pocket.hasHeard('itself', (samples) => toneMs(tones.callee, samples) >= 500);
    await desk.event('CALL_CLOSED');
    await pocket.hangUp();
    await receiver.event('groupcall_hangup', ({ id }) => id === made.groupcalls[0]?.id);
    await nothingIsLeft(server);
  });

  scene('a caller who is connected to a conference is in it', async (stage) => {
    const server = await stage.server({ receiver: await stage.receiver() });
    const { id: target } = await server.api.post<Conference>('/v1.0/conferences', { type: 'conference' });
    const destinations = [{ type: 'conference', target }];
    await server.number('1000', [{ type: 'connect', option: { destinations } }, { type: 'beep' }]);
    const [one, two] = [
      await calls(stage, server, { hertz: tones.caller }),
      await calls(stage, server, { hertz: tones.callee }),
    ];
    await hears(one.sound, 'the other', has([tones.callee], [tones.caller]));
    await hears(two.sound, 'the other', has([tones.caller], [tones.callee]));
    const { call_ids: inside } = await server.api.get<Conference>(`/v1.0/conferences/${target}`);
    assert.equal(inside.length, 2);
    await one.hangUp();
    await two.hangUp();
    await server.api.ask('DELETE', `/v1.0/conferences/${target}`);
    await nothingIsLeft(server);
  });

  scene(
    'a blind transfer takes who is left into a conference, and on in its flow after it',
    async (stage) => {
      const { server, caller, callee, calleeId } = await startTalk(stage, { after: [{ type: 'beep' }] });
      const { id: target } = await server.api.post<Conference>('/v1.0/conferences', { type: 'conference' });
      await server.number('1001', [{ type: 'conference_join', option: { conference_id: target } }]);
      const member = await calls(stage, server, { number: '1001', hertz: tones.other });
      await server.api.post<Transfer>('/v1.0/transfers', {
        transfer_type: 'blind',
        transferer_call_id: calleeId,
        transferee_addresses: [{ type: 'conference', target }],
      });
      await callee.request('BYE');
      callee.sound.hush();
      await hears(caller.sound, 'the conference', has([tones.other], [tones.caller, tones.callee]));
      await hears(member.sound, 'who was handed on', has([tones.caller], [tones.other]));
      await server.api.ask('DELETE', `/v1.0/conferences/${target}`);
      await caller.request('BYE');
      await member.request('BYE');
      await nothingIsLeft(server);
    },
  );
});
