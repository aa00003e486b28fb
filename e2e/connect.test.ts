import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { ActionInput, Call, Groupcall } from '@parley/contract';
import { storyOf } from './harness/call-log.ts';
import type { PhoneCall } from './harness/phone/phone-call.ts';
import { payloadTypes } from './harness/phone/sdp-text.ts';
import { SoundPort } from './harness/phone/sound-port.ts';
import { statusOf } from './harness/phone/sip-text.ts';
import type { ServerProcess } from './harness/server-process.ts';
import { startSippCallee } from './harness/sipp.ts';
import { messagesOf, soundOfServer, succeeded } from './harness/sipp-outcome.ts';
import { soundOf, soundPackets, toneMs } from './harness/sound/listening.ts';
import { decode, tone } from './harness/sound/sox.ts';
import { scene, type Stage } from './harness/stage.ts';
import type { WebhookReceiver } from './harness/webhook-receiver.ts';

const [callerTone, calleeTone] = [440, 700];

function connectTo(uris: readonly string[], option: Record<string, unknown> = {}): ActionInput {
  const destinations = uris.map((target) => ({ type: 'sip', target }));
  return { type: 'connect', option: { destinations, ...option } };
}

async function heardMs({ heard }: SoundPort, hertz: number): Promise<number> {
  const packets = soundPackets(heard.entries, payloadTypes.PCMU);
  return toneMs(hertz, await decode('PCMU', soundOf(packets, payloadTypes.PCMU)));
}

async function call(stage: Stage, server: ServerProcess): Promise<PhoneCall> {
  return await (await stage.phone(server)).invite('1000', { codecs: ['PCMU'] });
}

/** All calls of a server, once they are over and told of, in the order in which they were made. */
async function allCalls(server: ServerProcess, receiver: WebhookReceiver): Promise<Call[]> {
  const log = await server.api.events();
  const ids = log.flatMap(({ type, data }) => (type === 'call_created' ? [(data as Call).id] : []));
  for (const id of ids) await receiver.wholeStory(id);
  return await Promise.all(ids.map((id) => server.api.call(id)));
}

function endOf({ hangup_by: by, hangup_reason: reason }: Call): string {
  return `${by} ${reason}`;
}

async function groupOf(receiver: WebhookReceiver): Promise<Groupcall> {
  return (await receiver.event('groupcall_hangup')).data;
}

/** Two are busy, one after the other, the third is heard and then answers; the caller hangs up. */
const storyOfThree = [
  'activeflow_created 0',
  'call_created 0',
  'activeflow_updated 0',
  'conference_created',
  'groupcall_created',
  ...[1, 2, 3].flatMap((call) => [
    `activeflow_created ${call}`,
    `call_created ${call}`,
    'call_updated 0',
    `call_updated ${call}`,
  ]),
  'activeflow_updated 0',
  'call_updated 0',
  ...[1, 2].flatMap((call) => [`call_hungup ${call}`, `activeflow_deleted ${call}`, 'call_updated 0']),
  'call_ringing 3',
  'activeflow_updated 3',
  'call_updated 3',
  'call_answered 3',
  'groupcall_progressing',
  'call_answered 0',
  'call_updated 0',
  'conference_updated',
  'call_hungup 0',
  'activeflow_deleted 0',
  'call_updated 3',
  'conference_deleted',
  'activeflow_updated 3',
  'call_hungup 3',
  'activeflow_deleted 3',
  'groupcall_hangup',
];

describe('a connect to several who share nothing with us', { concurrency: 2 }, () => {
  scene('goes to the one of three who is not busy, heard before it answers', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const far = await SoundPort.open();
    stage.closing(() => far.close());
    const busy = await startSippCallee(stage, { scenario: 'is-busy.xml', pauseMs: 200 });
    const busyToo = await startSippCallee(stage, { scenario: 'is-busy.xml', pauseMs: 500 });
    const answers = await startSippCallee(stage, {
      scenario: 'answers-after-early-media.xml',
      pauseMs: 900,
      soundPort: far.port,
    });
    await server.number('1000', [connectTo([busy.uri, busyToo.uri, answers.uri], { early_media: true })]);
    const caller = await call(stage, server);
    far.aim(await soundOfServer(answers), payloadTypes.PCMU);
    await caller.response(183);
    const saying = far.play(await tone('PCMU', calleeTone, 4));
    await caller.answered();
    const early = await heardMs(caller.sound, calleeTone);
    assert.ok(early >= 500, `${early} ms were heard before the answer`);
    await caller.sound.play(await tone('PCMU', callerTone, 1.5));
    await saying;
    await caller.hangUp();
    await Promise.all([busy, busyToo, answers].map(succeeded));
    assert.ok((await heardMs(caller.sound, calleeTone)) >= 2500);
    assert.ok((await heardMs(far, callerTone)) >= 1000);
    assert.equal(await heardMs(far, calleeTone), 0);
    const calls = await allCalls(server, receiver);
    assert.deepEqual(calls.map(endOf), ['remote normal', 'remote busy', 'remote busy', 'local normal']);
    const group = await groupOf(receiver);
    assert.equal(group.answer_call_id, calls[3]?.id);
    const story = storyOf(await server.api.events());
    // Which of the two begins to ring first is up to them.
    const ringing = ['call_ringing 1', 'call_ringing 2'];
    for (const event of ringing) assert.equal(story.filter((each) => each === event).length, 1);
    assert.deepEqual(
      story.filter((event) => !ringing.includes(event)),
      storyOfThree,
    );
  });

  scene('is over for all but one when two answer at once', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const scenario = 'answers-at-once.xml';
    const both = [await startSippCallee(stage, { scenario }), await startSippCallee(stage, { scenario })];
    await server.number('1000', [connectTo(both.map(({ uri }) => uri))]);
    const caller = await call(stage, server);
    await caller.answered();
    const { data: won } = await receiver.event('groupcall_progressing');
    await receiver.event(
      'call_hungup',
      (data) => data.groupcall_id === won.id && data.id !== won.answer_call_id,
    );
    await caller.hangUp();
    await Promise.all(both.map(succeeded));
    const calls = await allCalls(server, receiver);
    const [winner, loser] = [true, false].map((wins) =>
      calls.find(({ direction, id }) => direction === 'outgoing' && (id === won.answer_call_id) === wins),
    );
    assert.deepEqual(
      [winner, loser].map((each) => each && endOf(each)),
      ['local normal', 'local cancel'],
    );
  });

  scene('acknowledges and ends one whose 200 has crossed our CANCEL', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const slow = await startSippCallee(stage, { scenario: 'answers-when-cancelled.xml' });
    const quick = await startSippCallee(stage, { scenario: 'picks-up.xml' });
    await server.number('1000', [connectTo([slow.uri, quick.uri])]);
    const caller = await call(stage, server);
    await caller.answered();
    await succeeded(slow);
    const methods = (await messagesOf(slow)).flatMap(
      (text) => / message received [^]*?\n\n?([A-Z]+) sip:/.exec(text)?.[1] ?? [],
    );
    assert.deepEqual(methods, ['INVITE', 'CANCEL', 'ACK', 'BYE']);
    await caller.hangUp();
    await succeeded(quick);
    const calls = await allCalls(server, receiver);
    assert.deepEqual(calls.map(endOf).toSorted(), ['local cancel', 'local normal', 'remote normal']);
  });

  scene('is given up by the caller while it rings: all who ring are cancelled', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const scenario = 'rings-for-ever.xml';
    const both = [await startSippCallee(stage, { scenario }), await startSippCallee(stage, { scenario })];
    await server.number('1000', [connectTo(both.map(({ uri }) => uri))]);
    const caller = await call(stage, server);
    const rung = new Set<string>();
    await receiver.event('call_ringing', ({ id }) => rung.add(id).size === 2);
    caller.cancel();
    assert.equal(statusOf(await caller.response(487)), 487);
    await Promise.all(both.map(succeeded));
    const calls = await allCalls(server, receiver);
    assert.deepEqual(calls.map(endOf), ['remote normal', 'local cancel', 'local cancel']);
    assert.equal((await receiver.event('conference_deleted')).data.status, 'terminated');
    assert.equal((await groupOf(receiver)).call_count, 0);
  });
});
