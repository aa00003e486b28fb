import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { type ActionInput, parseTimestamp } from '@parley/contract';
import { SeededRandom } from './harness/seeded-random.ts';
import type { PhoneCall } from './harness/phone/phone-call.ts';
import { type Codec, payloadTypes } from './harness/phone/sdp-text.ts';
import { frameLength, type RtpPacket } from './harness/phone/sound-port.ts';
import type { ServerProcess } from './harness/server-process.ts';
import {
  breaksOf,
  keysIn,
  latenessMs,
  loudMs,
  rmsOf,
  shareAt,
  soundOf,
  soundPackets,
} from './harness/sound/listening.ts';
import { decode, measure, tone } from './harness/sound/sox.ts';
import { scene, type Stage } from './harness/stage.ts';
import type { WebhookReceiver } from './harness/webhook-receiver.ts';

const prompt = 'Good morning. You have reached the bakery on the corner. Please hold the line.';

const spokenOnce: readonly ActionInput[] = [
  { type: 'answer' },
  { type: 'talk', option: { text: prompt, gender: 'female', language: 'en-US' } },
  { type: 'hangup' },
];

/** Milliseconds from one step of a flow to the next, by the stamps of its own events. */
function spanMs(receiver: WebhookReceiver, callId: string, from: string, to: string): number {
  const at = (action: string): number => {
    const steps = receiver
      .story(callId)
      .flatMap(({ type, data }) => (type === 'activeflow_updated' ? [data] : []));
    const step = steps.find(({ current_action: current }) => current.type === action);
    return (parseTimestamp(step?.tm_update ?? '') ?? Number.NaN) / 1000;
  };
  return at(to) - at(from);
}

interface Heard {
  readonly callId: string;
  readonly packets: readonly RtpPacket[];
}

/** Calls and listens to the end, in one codec. */
async function listen(
  stage: Stage,
  server: ServerProcess,
  receiver: WebhookReceiver,
  codec: Codec,
): Promise<Heard> {
  const phone = await stage.phone(server);
  const call = await phone.invite('1000', { codecs: [codec] });
  await call.answered();
  await call.request('BYE', 20_000);
  const { id: callId } = await receiver.callFrom(phone.user);
  await receiver.wholeStory(callId);
  return { callId, packets: soundPackets(call.sound.heard.entries, payloadTypes[codec]) };
}

async function assertHeardWell(receiver: WebhookReceiver, codec: Codec, heard: Heard): Promise<void> {
  const { packets, callId } = heard;
  assert.deepEqual(breaksOf(packets), []);
  assert.ok(packets.every(({ payload }) => payload.length === frameLength));
  const sound = soundOf(packets, payloadTypes[codec]);
  const { seconds, rms, peak } = await measure(codec, sound);
  const talkedMs = spanMs(receiver, callId, 'talk', 'hangup');
  const lateMs = latenessMs(packets);
  console.log(
    `${codec}: ${seconds.toFixed(2)} s heard, ${talkedMs.toFixed(0)} ms from talk to hangup, ` +
      `rms ${rms.toFixed(3)}, at most ${lateMs.toFixed(1)} ms late`,
  );
  assert.ok(Math.abs(seconds * 1000 - talkedMs) <= 300, `${seconds} s of ${talkedMs} ms`);
  assert.ok(seconds > 3 && seconds < 8, `14 words in ${seconds} s`);
  assert.ok(rms > 0.02 && rms < 0.5, `rms ${rms}`);
  assert.ok(peak < 1, 'nothing is clipped');
  assert.ok(loudMs(await decode(codec, sound), 0.02) > seconds * 400, 'most of it is speech');
  assert.ok(lateMs < longestLateMs, `a jitter buffer of ${longestLateMs} ms would have run dry`);
}

/** What the jitter buffer of a usual phone holds; the machine may be busy with other things. */
const longestLateMs = 80;

describe('a caller who listens', { concurrency: 2 }, () => {
  scene('hears the prompt in both codecs: speech, whole, without a gap', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', spokenOnce);
    // This one also waits for the voice to be made; what the others hear is as long as the clip.
    const first = await listen(stage, server, receiver, 'PCMU');
    assert.deepEqual(breaksOf(first.packets), []);
    const [inMu, inA] = await Promise.all([
      listen(stage, server, receiver, 'PCMU'),
      listen(stage, server, receiver, 'PCMA'),
    ]);
    await assertHeardWell(receiver, 'PCMU', inMu);
    await assertHeardWell(receiver, 'PCMA', inA);
    const waited = (first.packets.length - inMu.packets.length) * 20;
    console.log(`the first caller waited ${waited} ms for the voice`);
    const speech = ({ packets }: Heard): Promise<Int16Array> => decode('PCMU', soundOf(packets, 0));
    const lengths = await Promise.all([first, inMu].map(async (heard) => loudMs(await speech(heard), 0.02)));
    assert.equal(lengths[0], lengths[1], 'all of them hear the same');
  });

  scene('hears a tone come back that it sends to an echo, and then its flow hangs up', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', [{ type: 'answer' }, { type: 'echo', option: { duration: 3000 } }]);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000', { codecs: ['PCMA', 'PCMU'] });
    const { formats } = await call.answered();
    assert.equal(formats[0], payloadTypes.PCMA);
    await call.sound.play(await tone('PCMA', 440, 2));
    const bye = await call.request('BYE');
    assert.match(bye.start, new RegExp(`^BYE sip:${phone.user}@127\\.0\\.0\\.1:`));
    const heard = soundPackets(call.sound.heard.entries, payloadTypes.PCMA);
    assert.deepEqual(breaksOf(heard), []);
    const samples = await decode('PCMA', soundOf(heard, payloadTypes.PCMA));
    const middle = samples.subarray(4000, 12_000);
    assert.ok(shareAt(440, middle) > 0.95, `${shareAt(440, middle)} of it is the tone`);
    assert.ok(shareAt(880, middle) < 0.01);
    assert.ok(Math.abs(rmsOf(middle) - 0.5 / Math.SQRT2) < 0.02, `as loud as it was: ${rmsOf(middle)}`);
    const { id: callId } = await receiver.callFrom(phone.user);
    await receiver.wholeStory(callId);
    const { hangup_by: by, hangup_reason: reason } = await server.api.call(callId);
    assert.deepEqual([by, reason], ['local', 'normal']);
  });

  scene('hears its own keys come back from an echo', async (stage) => {
    const server = await stage.server();
    await server.number('1000', [{ type: 'answer' }, { type: 'echo', option: { duration: 10_000 } }]);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    for (const digit of ['5', '#']) await call.sound.press(digit);
    const keys = await call.sound.heard.when('two keys', (packets) => keysIn(packets, 2));
    assert.deepEqual(keys, [5, 11]);
    await call.hangUp();
  });
});

const [menu, one, two, other] = [
  'aaaaaaaa-0000-4000-8000-000000000001',
  'aaaaaaaa-0000-4000-8000-000000000011',
  'aaaaaaaa-0000-4000-8000-000000000012',
  'aaaaaaaa-0000-4000-8000-000000000099',
] as const;

/** Collects `length` keys and goes to a sleep whose id tells which way it took. */
function menuOf(length: number, ways: Readonly<Record<string, string>>): ActionInput[] {
  const stay = (id: string): ActionInput => ({ id, type: 'sleep', option: { duration: 30_000 } });
  return [
    { type: 'answer' },
    { id: menu, type: 'digits_receive', option: { duration: 20_000, length } },
    { type: 'branch', option: { target_ids: ways, default_target_id: other } },
    stay(one),
    stay(two),
    stay(other),
  ];
}

async function wayTaken(receiver: WebhookReceiver, user: string): Promise<string> {
  const { id: callId } = await receiver.callFrom(user);
  const step = await receiver.event(
    'activeflow_updated',
    (data) => data.reference_id === callId && data.current_action.type === 'sleep',
  );
  return step.data.current_action.id;
}

async function callMenu(
  stage: Stage,
  server: ServerProcess,
  receiver: WebhookReceiver,
): Promise<{ user: string; call: PhoneCall }> {
  const phone = await stage.phone(server);
  const call = await phone.invite('1000');
  await call.answered();
  const { id: callId } = await receiver.callFrom(phone.user);
  await receiver.event(
    'activeflow_updated',
    (data) => data.reference_id === callId && data.current_action.id === menu,
  );
  return { user: phone.user, call };
}

describe('a caller who presses keys', { concurrency: 2 }, () => {
  scene('takes the way of the key that was pressed, in RFC 4733', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', menuOf(1, { 1: one, 2: two }));
    for (const [digit, way] of [
      ['1', one],
      ['2', two],
      ['7', other],
    ] as const) {
      const { user, call } = await callMenu(stage, server, receiver);
      await call.sound.press(digit);
      assert.equal(await wayTaken(receiver, user), way);
      await call.hangUp();
    }
  });

  scene('is counted once per key, though each packet came twice and its end six times', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', menuOf(3, { '112': one, '111': two }));
    const { user, call } = await callMenu(stage, server, receiver);
    for (const digit of '112') await call.sound.press(digit, { copies: 2 });
    assert.equal(await wayTaken(receiver, user), one);
    await call.hangUp();
  });

  scene('takes the way of the key that was pressed, in SIP INFO', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', menuOf(2, { '*2': two, '22': one }));
    const { user, call } = await callMenu(stage, server, receiver);
    await call.info('*');
    await call.info('2');
    assert.equal(await wayTaken(receiver, user), two);
    await call.hangUp();
  });

  scene('breaks a prompt off that listens for keys', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const [answer, ...rest] = menuOf(1, { 1: one });
    const talk = { type: 'talk', option: { text: prompt.repeat(5), digits_handle: 'next' } };
    await server.number('1000', [answer ?? { type: 'answer' }, talk, ...rest]);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    await call.sound.heard.when('speech', ({ length }) => (length > 25 ? true : undefined));
    await call.sound.press('1');
    assert.equal(await wayTaken(receiver, phone.user), one);
    await call.hangUp();
  });

  scene('is heard beside noise on its port: strangers and garbage change nothing', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', menuOf(2, { '12': one }));
    const { user, call } = await callMenu(stage, server, receiver);
    const random = new SeededRandom(11);
    await call.sound.press('1');
    for (let n = 0; n < 500; n += 1) {
      call.sound.sendRaw(random.bytes(random.below(300)));
    }
    await call.sound.press('2');
    assert.equal(await wayTaken(receiver, user), one);
    await call.hangUp();
  });
});
