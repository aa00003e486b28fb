import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { ActionInput, Call, CallsCreated, EventEnvelope } from '@parley/contract';
import { eventPayloadType, payloadTypes } from './harness/phone/sdp-text.ts';
import { type RtpPacket, SoundPort } from './harness/phone/sound-port.ts';
import type { ServerProcess } from './harness/server-process.ts';
import { type SippCallee, startSippCallee } from './harness/sipp.ts';
import { breaksOf, loudMs, soundOf, soundPackets } from './harness/sound/listening.ts';
import { decode } from './harness/sound/sox.ts';
import { scene, type Stage } from './harness/stage.ts';
import type { WebhookReceiver } from './harness/webhook-receiver.ts';

const hello = { type: 'talk', option: { text: 'Good morning. This is the bakery. Your cake is ready.' } };

interface Placed {
  readonly call: Call;
  readonly callee: SippCallee;
  readonly server: ServerProcess;
  readonly receiver: WebhookReceiver;
}

interface PlaceOptions {
  readonly timeout?: number;
  readonly soundPort?: number;
  readonly actions?: readonly ActionInput[];
}

/** Calls SIPp, which does as its scenario says. */
async function place(
  stage: Stage,
  scenario: string,
  { timeout = 20, soundPort = 9, actions = [hello, { type: 'hangup' }] }: PlaceOptions = {},
): Promise<Placed> {
  const receiver = await stage.receiver();
  const server = await stage.server({ receiver });
  const callee = await startSippCallee(stage, { scenario, soundPort });
  const { calls } = await server.api.post<CallsCreated>('/v1.0/calls', {
    source: { target: '+15550100100' },
    destinations: [{ target: callee.uri }],
    actions,
    timeout,
  });
  const [call] = calls;
  assert.ok(call, 'a call was made');
  assert.deepEqual(
    [call.status, call.direction, call.destination.target],
    ['dialing', 'outgoing', callee.uri],
  );
  return { call, callee, server, receiver };
}

function typesOf(story: readonly EventEnvelope[]): string[] {
  return story.map(({ type }) => type);
}

/** Its events as the receiver got them, and how it ended, in the events as in the API. */
async function ending({ call, server, receiver }: Placed): Promise<{ types: string[]; end: string }> {
  const story = await receiver.wholeStory(call.id, 45_000);
  const { hangup_by: by, hangup_reason: reason, tm_progressing: answered } = await server.api.call(call.id);
  const told = story.find(({ type }) => type === 'call_hungup')?.data as Call;
  assert.deepEqual([told.hangup_by, told.hangup_reason, told.tm_progressing], [by, reason, answered]);
  return { types: typesOf(story), end: `${by} ${reason}` };
}

async function succeeded(callee: SippCallee): Promise<void> {
  const { code } = await callee.end();
  assert.equal(code, 0, await callee.messages());
}

/** Its upper segments: louder than a hundredth of full scale (G.711, mu-law: bytes are sent inverted). */
function isLoud({ payloadType, payload }: RtpPacket): boolean {
  return payloadType === payloadTypes.PCMU && payload.some((byte) => (~byte & 0x70) >= 0x40);
}

/** The keys that were pressed, one per timestamp, once there are so many that have been let go of. */
function keysIn(packets: readonly RtpPacket[], count: number): string | undefined {
  const up = packets.filter(
    ({ payloadType, payload }) => payloadType === eventPayloadType && payload.readUInt8(1) >= 0x80,
  );
  const keys = new Map(up.map(({ timestamp, payload }) => [timestamp, payload.readUInt8(0)]));
  if (keys.size < count) return undefined;
  return [...keys.values()].map((event) => '0123456789*#ABCD'.charAt(event)).join('');
}

const notAnswered = ['activeflow_created', 'call_created', 'call_hungup', 'activeflow_deleted'];
const rung = ['activeflow_created', 'call_created', 'call_ringing', 'call_hungup', 'activeflow_deleted'];

describe('somebody who is called', { concurrency: 3 }, () => {
  scene('is busy', async (stage) => {
    const placed = await place(stage, 'busy-at-once.xml');
    assert.deepEqual(await ending(placed), { types: notAnswered, end: 'remote busy' });
    await succeeded(placed.callee);
  });

  scene('does not want to be called', async (stage) => {
    const placed = await place(stage, 'declines.xml');
    assert.deepEqual(await ending(placed), { types: notAnswered, end: 'remote noanswer' });
    await succeeded(placed.callee);
  });

  scene('says nothing at all: the call is given up when its time is over', async (stage) => {
    const placed = await place(stage, 'says-nothing.xml', { timeout: 2 });
    assert.deepEqual(await ending(placed), { types: notAnswered, end: 'remote dialout' });
    assert.doesNotMatch(await placed.callee.messages(), /^CANCEL /m, 'nothing to be cancelled yet');
  });

  scene('is rung until the time is over, and the call is withdrawn', async (stage) => {
    const placed = await place(stage, 'rings-for-ever.xml', { timeout: 2 });
    assert.deepEqual(await ending(placed), { types: rung, end: 'remote dialout' });
    await succeeded(placed.callee);
  });

  scene('answers, hears the talk to its end, and is hung up on', async (stage) => {
    const sound = await SoundPort.open();
    stage.closing(() => sound.close());
    const placed = await place(stage, 'picks-up.xml', { soundPort: sound.port });
    assert.deepEqual(await ending(placed), {
      types: [
        'activeflow_created',
        'call_created',
        'call_ringing',
        'call_answered',
        'activeflow_updated',
        'activeflow_updated',
        'call_hungup',
        'activeflow_deleted',
      ],
      end: 'local normal',
    });
    await succeeded(placed.callee);
    const steps = placed.receiver
      .story(placed.call.id)
      .flatMap(({ type, data }) => (type === 'activeflow_updated' ? [data.current_action.type] : []));
    assert.deepEqual(steps, ['talk', 'hangup']);
    const packets = soundPackets(sound.heard.entries, payloadTypes.PCMU);
    assert.deepEqual(breaksOf(packets), []);
    const heardMs = loudMs(await decode('PCMU', soundOf(packets, payloadTypes.PCMU)), 0.02);
    assert.ok(heardMs > 1000, `${heardMs} ms of speech`);
  });

  scene('is hung up on by the API while it rings: the call is withdrawn', async (stage) => {
    const placed = await place(stage, 'rings-for-ever.xml');
    await placed.receiver.event('call_ringing', ({ id }) => id === placed.call.id);
    const { status } = await placed.server.api.post<Call>(`/v1.0/calls/${placed.call.id}/hangup`);
    assert.ok(status === 'canceling' || status === 'hangup', status);
    assert.deepEqual(await ending(placed), { types: rung, end: 'local cancel' });
    await succeeded(placed.callee);
  });

  scene(
    'hears what is spoken and pressed while the call lasts, and no more once it is over',
    async (stage) => {
      const sound = await SoundPort.open();
      stage.closing(() => sound.close());
      const actions = [{ type: 'answer' }, { type: 'block' }];
      const placed = await place(stage, 'picks-up.xml', { soundPort: sound.port, actions });
      const { api } = placed.server;
      const path = `/v1.0/calls/${placed.call.id}`;
      await placed.receiver.event(
        'activeflow_updated',
        ({ current_action: current }) => current.type === 'block',
      );
      await api.post(`${path}/talk`, { text: 'Your order has left the oven.' });
      await sound.heard.when('speech', (packets) => (packets.filter(isLoud).length > 20 ? true : undefined));
      await api.post(`${path}/digits`, { digits: '17#' });
      const keys = await sound.heard.when('three keys', (packets) => keysIn(packets, 3));
      assert.equal(keys, '17#');
      await api.post(`${path}/hangup`);
      assert.equal((await ending(placed)).end, 'local normal');
      await succeeded(placed.callee);
      const late = await api.ask('POST', `${path}/talk`, { text: 'Too late.' });
      assert.equal(late.status, 409);
      assert.partialDeepStrictEqual(late.body, { error: { reason: 'CALL_ALREADY_HANGUP' } });
    },
  );
});
