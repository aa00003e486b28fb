import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Conference, Transfer } from '@parley/contract';
import type { AnsweringCall } from './harness/phone/answering-call.ts';
import type { PhoneCall } from './harness/phone/phone-call.ts';
import type { Phone } from './harness/phone/phone.ts';
import { payloadTypes, readSound } from './harness/phone/sdp-text.ts';
import { SoundPort } from './harness/phone/sound-port.ts';
import { Baresip } from './harness/phones/baresip.ts';
import { newExtension } from './harness/phones/extensions.ts';
import type { ServerProcess } from './harness/server-process.ts';
import { registerWithSipp } from './harness/sipp-registrations.ts';
import { startSipp } from './harness/sipp.ts';
import { has, hears, isRinging } from './harness/sound/ear.ts';
import { scene, type Stage } from './harness/stage.ts';
import { connectTo, nothingIsLeft, sings, tones } from './harness/talk.ts';
import { until } from './harness/until.ts';

interface PhoneTalk {
  readonly server: ServerProcess;
  readonly caller: PhoneCall;
  /** It is an extension, and can transfer. */
  readonly callee: Baresip;
}

/** A caller from outside talks with baresip. */
async function talkWithBaresip(stage: Stage): Promise<PhoneTalk> {
  const server = await stage.server();
  const callee = await Baresip.start(stage, server, await newExtension(server, '1002'), {
    hertz: tones.callee,
  });
  await server.number('1000', [
    { type: 'connect', option: { destinations: [{ type: 'extension', target: '1002' }] } },
    { type: 'block' },
  ]);
  const caller = await (await stage.phone(server)).invite('1000', { codecs: ['PCMU'] });
  await caller.answered();
  await sings(caller, tones.caller);
  await hears(caller.sound, 'baresip', has([tones.callee], [tones.caller]));
  return { server, caller, callee };
}

/** SIPp as the phone of a new extension: what calls from that port is that extension. */
async function registered(
  stage: Stage,
  server: ServerProcess,
): Promise<{ readonly extension: string; readonly port: number }> {
  const { extension, password } = await newExtension(server, '1001');
  const { port } = await registerWithSipp(stage, server, { extension, password, expires: 600 });
  return { extension, port };
}

/** How a transfer went, in the words of the NOTIFYs that SIPp got (RFC 3515). */
function toldIn(messages: string): number[] {
  const notices = messages.split(/^-{10,}.*$/m).filter((text) => /^NOTIFY sip:/m.test(text));
  return notices.map((text) => {
    assert.match(text, /^Content-Type: message\/sipfrag/m);
    return Number(/\n\r?\nSIP\/2\.0 (\d{3}) /.exec(text)?.[1]);
  });
}

async function transfersOf({ api }: ServerProcess): Promise<Transfer[]> {
  return await api.pages<Transfer>('/v1.0/transfers');
}

async function answered(phone: Phone, hertz: number): Promise<AnsweringCall> {
  const call = await (await phone.rung()).answer();
  await sings(call, hertz);
  return call;
}

describe('a phone of the house that asks for a transfer by REFER', { concurrency: 2 }, () => {
  scene('stays until the new party has answered, is told 200, and is out', async (stage) => {
    const { server, caller, callee } = await talkWithBaresip(stage);
    const third = await stage.phone(server, { user: 'third' });
    await callee.transfer(third.uri);
    await third.rung();
    await callee.transferTold(100);
    await hears(caller.sound, 'ringing', isRinging);
    const other = await answered(third, tones.other);
    await callee.transferTold(200);
    await callee.event('CALL_CLOSED');
    await hears(caller.sound, 'the new party', has([tones.other], [tones.callee]));
    await hears(other.sound, 'the caller', has([tones.caller], [tones.callee]));
    const [made, ...more] = await transfersOf(server);
    assert.deepEqual(more, []);
    assert.equal(made?.type, 'blind');
    assert.deepEqual(
      made?.transferee_addresses.map(({ type, target }) => [type, target]),
      [['sip', third.uri]],
    );
    await other.hangUp();
    await caller.hangUp();
    await nothingIsLeft(server);
  });

  scene('to somebody who is busy is told so; the other goes on when it hangs up then', async (stage) => {
    const { server, caller, callee } = await talkWithBaresip(stage);
    const third = await stage.phone(server, { user: 'third' });
    await callee.transfer(third.uri);
    (await third.rung()).refuse('486 Busy Here');
    await callee.transferTold(486);
    // This phone ends its call when a transfer fails.
    await callee.event('TRANSFER_FAILED');
    await hears(caller.sound, 'silence', has([], [tones.callee]));
    await until('the flow of the caller to go on', async () => {
      const [flow, ...more] = await server.api.activeflows();
      return more.length === 0 && flow?.current_action.type === 'block' ? true : undefined;
    });
    await caller.hangUp();
    await nothingIsLeft(server);
  });

  scene('to a conference is told 200 at once, and the other is in it', async (stage) => {
    const { server, caller, callee } = await talkWithBaresip(stage);
    const { id } = await server.api.post<Conference>('/v1.0/conferences', { type: 'conference' });
    await callee.transfer(`sip:conference-${id}@127.0.0.1:${server.sipPort}`);
    await callee.transferTold(200);
    await callee.event('CALL_CLOSED');
    await until('the caller in the conference', async () => {
      const { call_ids: inside } = await server.api.get<Conference>(`/v1.0/conferences/${id}`);
      return inside.length === 1 ? true : undefined;
    });
    await server.api.ask('DELETE', `/v1.0/conferences/${id}`);
    await caller.hangUp();
    await nothingIsLeft(server);
  });

  for (const [whom, user, status] of [
    ['an extension without a phone', '1009', 480],
    ['a conference that is not there', 'conference-00000000-0000-4000-8000-000000000001', 404],
    ['an agent who is not there', 'agent-00000000-0000-4000-8000-000000000001', 404],
  ] as const)
    scene(`to ${whom} is told ${status}`, async (stage) => {
      const { server, caller, callee } = await talkWithBaresip(stage);
      await callee.transfer(`sip:${user}@127.0.0.1:${server.sipPort}`);
      await callee.transferTold(status);
      await callee.event('TRANSFER_FAILED');
      await caller.hangUp();
      await nothingIsLeft(server);
    });

  scene('to somebody who is busy leaves the two together', async (stage) => {
    const server = await stage.server();
    const [callee, third] = [await stage.phone(server), await stage.phone(server)];
    await server.number('1000', [connectTo(callee)]);
    const { port, extension } = await registered(stage, server);
    const sound = await SoundPort.open();
    stage.closing(() => sound.close());
    const sipp = await startSipp(stage, server, {
      scenario: 'transfers-in-vain.xml',
      number: '1000',
      callers: extension,
      calls: 1,
      rate: 1,
      talkMs: 500,
      port,
      keys: { target: third.uri, sound_port: sound.port },
    });
    const call = await answered(callee, tones.callee);
    (await third.rung()).refuse('486 Busy Here');
    const server200 = await until('the answer to SIPp', async () => {
      const answers = /SIP\/2\.0 200 OK\r?\n[^]*?(v=0\r?\n[^]*?)\r?\n\r?\n/.exec(await sipp.messages());
      return answers?.[1];
    });
    sound.aim(readSound(`${server200}\r\n`), payloadTypes.PCMU);
    await sings({ sound }, tones.caller);
    await hears(call.sound, 'the phone that failed to transfer', has([tones.caller], [tones.callee]));
    await hears(sound, 'whom it failed to transfer', has([tones.callee], [tones.caller]));
    assert.equal((await sipp.end()).code, 0, await sipp.messages());
    assert.deepEqual(toldIn(await sipp.messages()), [100, 486]);
    await call.request('BYE');
    await nothingIsLeft(server);
  });

  scene('brings those together with whom it talks in two calls (Replaces)', async (stage) => {
    const server = await stage.server();
    const [first, second] = [
      await stage.phone(server, { user: 'first' }),
      await stage.phone(server, { user: 'second' }),
    ];
    await server.number('1000', [connectTo(first)]);
    await server.number('2000', [connectTo(second)]);
    const { port, extension } = await registered(stage, server);
    const sipp = await startSipp(stage, server, {
      scenario: 'brings-two-together.xml',
      number: '1000',
      callers: extension,
      calls: 1,
      rate: 1,
      talkMs: 1500,
      port,
      callIds: 'call-%u',
      keys: { second: '2000' },
    });
    const one = await answered(first, tones.caller);
    const other = await answered(second, tones.callee);
    await hears(one.sound, 'the other', has([tones.callee], [tones.caller]));
    await hears(other.sound, 'the one', has([tones.caller], [tones.callee]));
    assert.equal((await sipp.end()).code, 0, await sipp.messages());
    assert.deepEqual(toldIn(await sipp.messages()), [100, 200]);
    await one.hangUp();
    await other.request('BYE');
    await nothingIsLeft(server);
  });
});

describe('somebody from outside who asks for a transfer', () => {
  scene('is told 603, and nobody is called; the talk goes on', async (stage) => {
    const server = await stage.server();
    const [callee, third] = [await stage.phone(server), await stage.phone(server)];
    await server.number('1000', [connectTo(callee)]);
    const sipp = await startSipp(stage, server, {
      scenario: 'may-not-transfer.xml',
      number: '1000',
      calls: 1,
      rate: 1,
      talkMs: 300,
      keys: { target: third.uri },
    });
    const call = await (await callee.rung()).answer();
    assert.equal((await sipp.end()).code, 0, await sipp.messages());
    await call.request('BYE');
    assert.deepEqual(third.called.entries, []);
    assert.deepEqual(await transfersOf(server), []);
    await nothingIsLeft(server);
  });
});
