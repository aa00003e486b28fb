import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { type Action, type Activeflow, type Call, type EventType, nilId, notYet } from '@parley/contract';
import type { ServerProcess } from './harness/server-process.ts';
import { scene } from './harness/stage.ts';
import type { Delivery } from './harness/webhook-receiver.ts';

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

describe('the story of a call that is answered, spoken to and hung up by the caller', () => {
  scene('is told in seven events, in order, with what happened at each', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const flow = await server.number('+15550100100', talking);
    const phone = await stage.phone(server, { user: '+15550100199' });
    const call = await phone.invite('+15550100100');
    await call.answered();
    await receiver.event('activeflow_updated', (data) => data.current_action.type === 'talk');
    await call.sound.heard.when('ten packets of speech', ({ length }) => (length >= 10 ? true : undefined));
    await call.hangUp();
    const { id: callId } = await receiver.callFrom(phone.user);
    const story = await receiver.wholeStory(callId);
    assert.deepEqual(
      story.map(({ type }) => type),
      storyOfATalk,
    );
    const [flowCreated, created, toAnswer, answered, toTalk, hungUp, flowDeleted] = story.map(
      ({ data }) => data,
    ) as [Activeflow, Call, Activeflow, Call, Activeflow, Call, Activeflow];

    assert.deepEqual(flowCreated.current_action, startAction);
    assert.deepEqual(flowCreated.actions, flow.actions);
    assert.equal(flowCreated.reference_type, 'call');
    assert.equal(flowCreated.reference_id, created.id);
    assert.equal(flowCreated.customer_id, flow.customer_id);
    assert.equal(flowCreated.tm_update, flowCreated.tm_create);
    assert.equal(flowCreated.tm_delete, notYet);

    assert.equal(created.status, 'ringing');
    assert.equal(created.type, 'flow');
    assert.deepEqual(created.action, startAction);
    assert.deepEqual(
      [created.direction, created.hangup_by, created.hangup_reason, created.flow_id],
      ['incoming', '', '', flow.id],
    );
    assert.deepEqual(created.source, {
      type: 'tel',
      target: '+15550100199',
      target_name: 'Tester',
      name: '',
      detail: '',
    });
    assert.equal(created.destination.target, '+15550100100');
    assert.deepEqual(
      [created.tm_update, created.tm_progressing, created.tm_ringing, created.tm_hangup],
      [notYet, notYet, notYet, notYet],
    );
    assert.deepEqual(
      [created.master_call_id, created.chained_call_ids, created.recording_id, created.recording_ids],
      [nilId, [], nilId, []],
    );

    assert.equal(toAnswer.current_action.type, 'answer');
    assert.equal('option' in toAnswer.current_action, false);
    assert.equal(answered.status, 'progressing');
    assert.equal(answered.action.type, 'answer');
    assert.match(answered.action.tm_execute ?? '', nineDigits);
    assert.match(answered.tm_progressing, sixDigits);
    assert.deepEqual([answered.tm_ringing, answered.tm_hangup], [notYet, notYet]);

    assert.deepEqual(toTalk.current_action, flow.actions[1]);
    assert.equal(hungUp.status, 'hangup');
    assert.deepEqual([hungUp.hangup_by, hungUp.hangup_reason], ['remote', 'normal']);
    assert.equal(hungUp.action.type, 'talk');
    assert.match(hungUp.action.tm_execute ?? '', nineDigits);
    assert.equal(hungUp.tm_update, hungUp.tm_hangup);
    assert.equal(hungUp.tm_ringing, notYet);

    assert.deepEqual(flowDeleted.current_action, flow.actions[1]);
    assert.notEqual(flowDeleted.tm_delete, notYet);
    assert.equal(flowDeleted.tm_update, flowDeleted.tm_delete);
    inOrder([created.tm_create, answered.tm_progressing, hungUp.tm_hangup]);
  });

  scene('has the published keys first, in their order, and nothing beside type and data', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', talking);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    await receiver.event('activeflow_updated', (data) => data.current_action.type === 'talk');
    await call.hangUp();
    const { id: callId } = await receiver.callFrom(phone.user);
    await receiver.wholeStory(callId);
    const taken = receiver.taken();
    assert.equal(taken.length, storyOfATalk.length);
    for (const delivery of taken) assertPublishedForm(delivery);
  });

  scene('is the same in the event log, and the call the same when it is read', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', talking);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    await call.hangUp();
    const { id: callId } = await receiver.callFrom(phone.user);
    const story = await receiver.wholeStory(callId);
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

function inOrder(times: readonly string[]): void {
  assert.deepEqual(times, [...times].sort());
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
