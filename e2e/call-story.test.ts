import assert from 'node:assert/strict';
import { describe } from 'node:test';
import {
  type Action,
  type Activeflow,
  type Call,
  type EventEnvelope,
  type EventType,
  type Flow,
  nilId,
  notYet,
} from '@parley/contract';
import type { ServerProcess } from './harness/server-process.ts';
import { scene, type Stage } from './harness/stage.ts';
import type { Delivery, WebhookReceiver } from './harness/webhook-receiver.ts';

/** Written out once more, as readers of the first day know them: in this order, each always there. */
const publishedKeys = {
  call: words(`
    id flow_id type master_call_id chained_call_ids recording_id recording_ids source destination status action
    direction hangup_by hangup_reason tm_create tm_update tm_progressing tm_ringing tm_hangup`),
  activeflow: words(`
    id flow_id customer_id reference_type reference_id current_action forward_action_id actions
    tm_create tm_update tm_delete`),
  address: words('type target target_name name detail'),
};

const storyOfATalk: readonly EventType[] = [
  'activeflow_created',
  'call_created',
  'activeflow_updated',
  'call_answered',
  'activeflow_updated',
  'call_hungup',
  'activeflow_deleted',
];

const startAction: Action = { id: '00000000-0000-0000-0000-000000000001', next_id: nilId, type: '' };
const nineDigits = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9}$/;
const sixDigits = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/;

const talking = [
  { type: 'answer' },
  {
    type: 'talk',
    option: {
      text: 'Good morning. You have reached the bakery, and this is a long announcement about bread and rolls.',
      gender: 'female',
      language: 'en-US',
    },
  },
];

const caller = '+15550100199';
const dialled = '+15550100100';

interface Told {
  readonly receiver: WebhookReceiver;
  readonly server: ServerProcess;
  readonly flow: Flow;
  readonly callId: string;
  readonly story: readonly EventEnvelope[];
}

/** A caller is answered, listens for a while and hangs up. */
async function listenAndHangUp(stage: Stage): Promise<Told> {
  const receiver = await stage.receiver();
  const server = await stage.server({ receiver });
  const flow = await server.number(dialled, talking);
  const phone = await stage.phone(server, { user: caller });
  const call = await phone.invite(dialled);
  await call.answered();
  await receiver.event('activeflow_updated', (data) => data.current_action.type === 'talk');
  await call.sound.heard.when('ten packets of speech', ({ length }) => (length >= 10 ? true : undefined));
  await call.hangUp();
  const { id: callId } = await receiver.callFrom(caller);
  return { receiver, server, flow, callId, story: await receiver.wholeStory(callId) };
}

describe('the story of a call that is answered, spoken to and hung up by the caller', () => {
  scene('is told in seven events, in order, with what happened at each', async (stage) => {
    const { story, flow } = await listenAndHangUp(stage);
    assert.deepEqual(
      story.map(({ type }) => type),
      storyOfATalk,
    );
    const [flowCreated, created, toAnswer, answered, toTalk, hungUp, flowDeleted] = story.map(
      ({ data }) => data,
    ) as [Activeflow, Call, Activeflow, Call, Activeflow, Call, Activeflow];
    assertFlowBegan(flowCreated, flow, created.id);
    assertRings(created, flow);
    assert.equal(toAnswer.current_action.type, 'answer');
    assert.equal('option' in toAnswer.current_action, false);
    assertAnswered(answered);
    assert.deepEqual(toTalk.current_action, flow.actions[1]);
    assertHungUp(hungUp);
    assert.deepEqual(flowDeleted.current_action, flow.actions[1]);
    assert.notEqual(flowDeleted.tm_delete, notYet);
    assert.equal(flowDeleted.tm_update, flowDeleted.tm_delete);
    const times = [created.tm_create, answered.tm_progressing, hungUp.tm_hangup];
    assert.deepEqual(times, times.toSorted());
  });

  scene('has the published keys first, in their order, and nothing beside type and data', async (stage) => {
    const { receiver } = await listenAndHangUp(stage);
    const taken = receiver.taken();
    assert.equal(taken.length, storyOfATalk.length);
    for (const delivery of taken) assertPublishedForm(delivery);
  });

  scene('is the same in the event log, and the call the same when it is read', async (stage) => {
    const { receiver, server, callId, story } = await listenAndHangUp(stage);
    const log = await server.api.events();
    assert.deepEqual(
      log.map(({ id, type, data }) => ({ id, type, data })),
      receiver.taken().map(({ webhookId, event }) => ({ id: webhookId, ...event })),
    );
    await assertReadAsTold(
      server,
      callId,
      story.findLast(({ type }) => type === 'call_hungup')?.data as Call,
    );
  });
});

function assertFlowBegan(activeflow: Activeflow, flow: Flow, callId: string): void {
  assert.deepEqual(activeflow.current_action, startAction);
  assert.deepEqual(activeflow.actions, flow.actions);
  assert.equal(activeflow.reference_type, 'call');
  assert.equal(activeflow.reference_id, callId);
  assert.equal(activeflow.customer_id, flow.customer_id);
  assert.equal(activeflow.tm_update, activeflow.tm_create);
  assert.equal(activeflow.tm_delete, notYet);
}

function assertRings(call: Call, flow: Flow): void {
  assert.deepEqual([call.status, call.type, call.direction], ['ringing', 'flow', 'incoming']);
  assert.deepEqual([call.hangup_by, call.hangup_reason, call.flow_id], ['', '', flow.id]);
  assert.deepEqual(call.action, startAction);
  const address = { type: 'tel', target_name: '', name: '', detail: '' };
  assert.deepEqual(call.source, { ...address, target: caller, target_name: 'Tester' });
  assert.deepEqual(call.destination, { ...address, target: dialled });
  const { tm_update, tm_progressing, tm_ringing, tm_hangup } = call;
  for (const time of [tm_update, tm_progressing, tm_ringing, tm_hangup]) assert.equal(time, notYet);
  assert.deepEqual([call.master_call_id, call.recording_id], [nilId, nilId]);
  assert.deepEqual([call.chained_call_ids, call.recording_ids], [[], []]);
}

function assertAnswered(call: Call): void {
  assert.equal(call.status, 'progressing');
  assert.equal(call.action.type, 'answer');
  assert.match(call.action.tm_execute ?? '', nineDigits);
  assert.match(call.tm_progressing, sixDigits);
  assert.deepEqual([call.tm_ringing, call.tm_hangup], [notYet, notYet]);
}

function assertHungUp(call: Call): void {
  assert.equal(call.status, 'hangup');
  assert.deepEqual([call.hangup_by, call.hangup_reason], ['remote', 'normal']);
  assert.equal(call.action.type, 'talk');
  assert.match(call.action.tm_execute ?? '', nineDigits);
  assert.equal(call.tm_update, call.tm_hangup);
  assert.equal(call.tm_ringing, notYet);
}

/** The figures of the sound come with the end of the media, after the last event. */
async function assertReadAsTold(server: ServerProcess, callId: string, told: Call): Promise<void> {
  const { statistics: _statistics, ...read } = await server.api.call(callId);
  assert.deepEqual(read, told);
}

function assertPublishedForm({ body, event, headers }: Delivery): void {
  const text = body.toString('utf8');
  assert.equal(text, JSON.stringify({ type: event.type, data: event.data }), 'the body is exactly two keys');
  assert.deepEqual(Object.keys(event), ['type', 'data']);
  assert.equal(headers['content-length'], String(body.length));
  const data = event.data as unknown as Record<string, unknown>;
  const keys = event.type.startsWith('call_') ? publishedKeys.call : publishedKeys.activeflow;
  assert.deepEqual(Object.keys(data).slice(0, keys.length), keys);
  for (const side of ['source', 'destination']) {
    if (data[side] !== undefined) assert.deepEqual(Object.keys(data[side] as object), publishedKeys.address);
  }
  for (const [key, value] of Object.entries(data)) {
    if (key.startsWith('tm_')) assert.match(String(value), sixDigits);
    if (key.endsWith('_id')) assert.match(String(value), /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  }
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
