import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Call, Transfer } from '@parley/contract';
import type { AnsweringCall } from './harness/phone/answering-call.ts';
import type { PhoneCall } from './harness/phone/phone-call.ts';
import type { Phone } from './harness/phone/phone.ts';
import { has, hears, isMusicWithout, isRinging } from './harness/sound/ear.ts';
import { scene } from './harness/stage.ts';
import { nothingIsLeft, sings, startTalk, type Talk, tones } from './harness/talk.ts';

async function transfer({ server, calleeId }: Talk, type: Transfer['type'], to: Phone): Promise<Transfer> {
  return await server.api.post<Transfer>('/v1.0/transfers', {
    transfer_type: type,
    transferer_call_id: calleeId,
    transferee_addresses: [{ type: 'sip', target: to.uri }],
  });
}

/** Each hears the other, and nobody hears itself. */
async function assertTalk(
  one: Pick<PhoneCall, 'sound'>,
  saying: number,
  other: Pick<PhoneCall, 'sound'>,
  answering: number,
): Promise<void> {
  await hears(one.sound, `${answering} Hz`, has([answering], [saying]));
  await hears(other.sound, `${saying} Hz`, has([saying], [answering]));
}

async function answered(phone: Phone, hertz: number): Promise<AnsweringCall> {
  const call = await (await phone.rung()).answer();
  await sings(call, hertz);
  return call;
}

/** How the call ended, as it was told and as it is. */
async function endOf({ receiver }: Talk, callId: string): Promise<string> {
  const story = await receiver.wholeStory(callId);
  const ends = story.filter(({ type }) => type === 'call_hungup').map(({ data }) => data as Call);
  assert.equal(ends.length, 1);
  return `${ends[0]?.hangup_by} ${ends[0]?.hangup_reason}`;
}

const afterwards = [{ type: 'beep' }, { type: 'block' }];

/** What the caller's flow does once the talk is over. */
async function flowGoesOn({ receiver }: Talk, callerId: string): Promise<void> {
  await receiver.event(
    'activeflow_updated',
    ({ reference_id: id, current_action: action }) => id === callerId && action.type === 'block',
  );
}

describe('a blind transfer', { concurrency: 2 }, () => {
  scene('takes the transferer out at once; the other hears ringing, then the new party', async (stage) => {
    const talk = await startTalk(stage, { after: afterwards });
    const { server, caller, callee, callerId, calleeId } = talk;
    await assertTalk(caller, tones.caller, callee, tones.callee);
    const third = await stage.phone(server, { user: 'third' });
    const made = await transfer(talk, 'blind', third);
    assert.deepEqual([made.type, made.transferer_call_id], ['blind', calleeId]);
    await callee.request('BYE');
    callee.sound.hush();
    const ringing = await third.rung();
    assert.match(ringing.from, /sip:caller@/, 'the new party sees who will talk with it');
    await hears(caller.sound, 'ringing', isRinging);
    const other = await answered(third, tones.other);
    await assertTalk(caller, tones.caller, other, tones.other);
    assert.equal(await endOf(talk, calleeId), 'local normal');
    const now = await server.api.get<Transfer>(`/v1.0/transfers/${made.id}`);
    const newCall = await server.api.call(now.transferee_call_id);
    assert.deepEqual([newCall.status, newCall.destination.target], ['progressing', third.uri]);
    await other.hangUp();
    await flowGoesOn(talk, callerId);
    await caller.hangUp();
    assert.equal(await endOf(talk, callerId), 'remote normal');
    await nothingIsLeft(talk.server);
  });

  scene('to somebody who is busy has the flow of who is left go on', async (stage) => {
    const talk = await startTalk(stage, { after: afterwards });
    const { server, caller, callee, callerId, calleeId } = talk;
    await assertTalk(caller, tones.caller, callee, tones.callee);
    const third = await stage.phone(server, { user: 'third' });
    const made = await transfer(talk, 'blind', third);
    await callee.request('BYE');
    callee.sound.hush();
    await hears(caller.sound, 'ringing', isRinging);
    (await third.rung()).refuse('486 Busy Here');
    await flowGoesOn(talk, callerId);
    assert.equal((await server.api.call(callerId)).status, 'progressing');
    const now = await server.api.get<Transfer>(`/v1.0/transfers/${made.id}`);
    assert.match(now.transferee_call_id, /^0{8}-/);
    assert.equal(await endOf(talk, calleeId), 'local normal');
    await caller.hangUp();
    await nothingIsLeft(talk.server);
  });

  scene('is over when who waits hangs up: nobody is rung any more', async (stage) => {
    const talk = await startTalk(stage);
    const { server, caller, callee } = talk;
    const third = await stage.phone(server, { user: 'third' });
    await transfer(talk, 'blind', third);
    await callee.request('BYE');
    const ringing = await third.rung();
    await caller.hangUp();
    await ringing.request('CANCEL');
    await nothingIsLeft(talk.server);
  });

  scene('of a call that is in no room is refused, and so is one to nowhere', async (stage) => {
    const talk = await startTalk(stage, { after: [{ type: 'block' }] });
    const { server, caller, callee, callerId } = talk;
    await callee.hangUp();
    await flowGoesOn(talk, callerId);
    const third = await stage.phone(server, { user: 'third' });
    const refused = await server.api.ask('POST', '/v1.0/transfers', {
      transfer_type: 'blind',
      transferer_call_id: callerId,
      transferee_addresses: [{ type: 'sip', target: third.uri }],
    });
    assert.partialDeepStrictEqual(refused, { status: 409, body: { error: { reason: 'STATE_INVALID' } } });
    const nowhere = await server.api.ask('POST', '/v1.0/transfers', {
      transfer_type: 'blind',
      transferer_call_id: callerId,
      transferee_addresses: [{ type: 'extension', target: '4711' }],
    });
    assert.ok(nowhere.status >= 400 && nowhere.status < 500, JSON.stringify(nowhere));
    await caller.hangUp();
    await nothingIsLeft(talk.server);
  });
});

/** An attended transfer to a third phone that has answered: the caller waits, the callee talks with the third. */
async function consult(
  stage: Parameters<Parameters<typeof scene>[1]>[0],
  talk: Talk,
): Promise<AnsweringCall> {
  const { server, caller, callee } = talk;
  await assertTalk(caller, tones.caller, callee, tones.callee);
  const third = await stage.phone(server, { user: 'third' });
  const made = await transfer(talk, 'attended', third);
  await third.rung();
  await hears(caller.sound, 'music', isMusicWithout(tones.callee, tones.other));
  await hears(callee.sound, 'nothing of the one who waits', has([], [tones.caller]));
  const other = await answered(third, tones.other);
  await assertTalk(callee, tones.callee, other, tones.other);
  await hears(caller.sound, 'music', isMusicWithout(tones.callee, tones.other));
  await hears(other.sound, 'the transferer alone', has([tones.callee], [tones.caller]));
  assert.equal((await server.api.call(talk.callerId)).on_hold, true);
  const { transferee_call_id: newId } = await server.api.get<Transfer>(`/v1.0/transfers/${made.id}`);
  const [{ source }, { destination }] = [await server.api.call(newId), await server.api.call(talk.calleeId)];
  assert.deepEqual(source, destination, 'it is called by the one who transfers');
  return other;
}

describe('an attended transfer', { concurrency: 2 }, () => {
  scene('has music for who waits, a talk with the new party, and then joins the two', async (stage) => {
    const talk = await startTalk(stage, { after: afterwards });
    const { server, caller, callee, callerId, calleeId } = talk;
    const other = await consult(stage, talk);
    await callee.hangUp();
    await assertTalk(caller, tones.caller, other, tones.other);
    assert.equal((await server.api.call(callerId)).on_hold, false);
    assert.equal(await endOf(talk, calleeId), 'remote normal');
    await caller.hangUp();
    await other.request('BYE');
    assert.equal(await endOf(talk, callerId), 'remote normal');
    await nothingIsLeft(talk.server);
  });

  scene('gives who waits back to the transferer when the new party hangs up', async (stage) => {
    const talk = await startTalk(stage, { after: afterwards });
    const { caller, callee, callerId } = talk;
    const other = await consult(stage, talk);
    await other.hangUp();
    await assertTalk(caller, tones.caller, callee, tones.callee);
    await callee.hangUp();
    await flowGoesOn(talk, callerId);
    await caller.hangUp();
    await nothingIsLeft(talk.server);
  });

  scene('gives who waits back when the new party is busy', async (stage) => {
    const talk = await startTalk(stage);
    const { server, caller, callee, callerId } = talk;
    const third = await stage.phone(server, { user: 'third' });
    await transfer(talk, 'attended', third);
    const ringing = await third.rung();
    await hears(caller.sound, 'music', isMusicWithout(tones.callee));
    ringing.refuse('486 Busy Here');
    await assertTalk(caller, tones.caller, callee, tones.callee);
    assert.equal((await server.api.call(callerId)).on_hold, false);
    await callee.hangUp();
    await caller.request('BYE');
    await nothingIsLeft(talk.server);
  });

  scene('has who waits rung when the transferer leaves before the new party answers', async (stage) => {
    const talk = await startTalk(stage);
    const { server, caller, callee } = talk;
    const third = await stage.phone(server, { user: 'third' });
    await transfer(talk, 'attended', third);
    await third.rung();
    await hears(caller.sound, 'music', isMusicWithout(tones.callee));
    await callee.hangUp();
    callee.sound.hush();
    await hears(caller.sound, 'ringing', isRinging);
    const other = await answered(third, tones.other);
    await assertTalk(caller, tones.caller, other, tones.other);
    await other.hangUp();
    await caller.request('BYE');
    await nothingIsLeft(talk.server);
  });
});
