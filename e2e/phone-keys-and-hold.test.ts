import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { PhoneCall } from './harness/phone/phone-call.ts';
import { payloadTypes } from './harness/phone/sdp-text.ts';
import type { RtpPacket } from './harness/phone/sound-port.ts';
import { Baresip } from './harness/phones/baresip.ts';
import { newExtension } from './harness/phones/extensions.ts';
import { Linphone } from './harness/phones/linphone.ts';
import type { ServerProcess } from './harness/server-process.ts';
import { keysIn, rmsOf, shareAt, soundOf, soundPackets, toneMs } from './harness/sound/listening.ts';
import { decode, tone } from './harness/sound/sox.ts';
import { scene, type Stage } from './harness/stage.ts';
import type { WebhookReceiver } from './harness/webhook-receiver.ts';

/** Higher than any note of the music. */
const [ours, theirs] = [1900, 2700];

const saidMs = 1400;

interface Talk {
  readonly receiver: WebhookReceiver;
  readonly caller: PhoneCall;
  readonly callee: Baresip;
}

/** A caller from outside is connected to baresip; both have said their tones, and the caller has heard that of the other. */
async function talkTo(stage: Stage): Promise<Talk> {
  const receiver = await stage.receiver();
  const server = await stage.server({ receiver });
  const callee = await Baresip.start(stage, server, await newExtension(server, '1002'), { hertz: theirs });
  const caller = await callExtension(stage, server);
  await caller.answered();
  await caller.sound.play(await tone('PCMU', ours, saidMs / 1000));
  await hearing(caller, 0, 'the tone of the other', isTheirTone);
  return { receiver, caller, callee };
}

/** The caller said its tone before anything else happened. */
function assertHeard(byCallee: Int16Array): void {
  const ms = toneMs(ours, byCallee);
  assert.ok(ms >= saidMs - 400, `${ms} ms of ${saidMs} were heard`);
}

/** Both calls have ended, by whom of them that was. */
async function ended(receiver: WebhookReceiver, caller: string, callee: string): Promise<void> {
  for (const [direction, by] of [
    ['incoming', caller],
    ['outgoing', callee],
  ] as const) {
    const { data } = await receiver.event('call_hungup', (call) => call.direction === direction);
    assert.deepEqual([data.hangup_by, data.hangup_reason], [by, 'normal']);
    await receiver.wholeStory(data.id);
  }
}

/** A caller from outside dials a number that is connected to the extension. */
async function callExtension(stage: Stage, server: ServerProcess): Promise<PhoneCall> {
  await server.number('1000', [
    { type: 'connect', option: { destinations: [{ type: 'extension', target: '1002' }] } },
  ]);
  return await (await stage.phone(server)).invite('1000', { codecs: ['PCMU'] });
}

/** Waits until a second of what came after that packet is what it should be; answers how many have come. */
async function hearing(
  call: PhoneCall,
  after: number,
  what: string,
  matches: (samples: Int16Array) => boolean,
): Promise<number> {
  for (let from = after; ; from += 10) {
    const end = from + 50;
    const packets = await call.sound.heard.when(what, (entries) => {
      const sound = soundPackets(entries, payloadTypes.PCMU);
      return sound.length >= end ? sound : undefined;
    });
    const samples = await decode('PCMU', soundOf(packets.slice(from, end), payloadTypes.PCMU));
    if (matches(samples)) return end;
    if (from > after + 500) throw new Error(`ten seconds without ${what}`);
  }
}

function isTheirTone(samples: Int16Array): boolean {
  return toneMs(theirs, samples) >= 900;
}

/** Something is heard all the time, and it is no tone of a phone. */
function isMusic(samples: Int16Array): boolean {
  return rmsOf(samples) > 0.01 && shareAt(theirs, samples) < 0.05 && shareAt(ours, samples) < 0.2;
}

/** Milliseconds in which something is heard that is no tone of a phone. */
function musicMs(samples: Int16Array): number {
  let ms = 0;
  for (let at = 0; at + 800 <= samples.length; at += 800) {
    const piece = samples.subarray(at, at + 800);
    if (rmsOf(piece) > 0.01 && shareAt(theirs, piece) < 0.2 && shareAt(ours, piece) < 0.2) ms += 100;
  }
  return ms;
}

function packetsOf(call: PhoneCall): number {
  return soundPackets(call.sound.heard.entries, payloadTypes.PCMU).length;
}

describe('a phone in a talk', { concurrency: 2 }, () => {
  scene('holds: the other hears music and nothing else until it is back', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const callee = await Linphone.start(stage, server, await newExtension(server, '1002'), theirs);
    const caller = await callExtension(stage, server);
    await callee.rings();
    callee.answer();
    await callee.talks();
    await hearing(caller, 0, 'the tone of the other', isTheirTone);
    await callee.hold();
    const held = await hearing(caller, packetsOf(caller), 'music', isMusic);
    await hearing(caller, held, 'music', isMusic);
    await callee.resume();
    await hearing(caller, packetsOf(caller), 'the tone of the other', isTheirTone);
    await caller.sound.play(await tone('PCMU', ours, 1.5));
    await caller.hangUp();
    const heard = await callee.heard();
    assert.ok(toneMs(ours, heard) >= 1000, 'it hears the other again too');
    assert.equal(toneMs(theirs, heard), 0);
    await ended(receiver, 'remote', 'local');
  });

  scene('is held: it hears music, and the other when that one is back', async (stage) => {
    const { receiver, caller, callee } = await talkTo(stage);
    assert.equal((await caller.reinvite('sendonly')).direction, 'recvonly');
    await caller.sound.play(await tone('PCMU', ours, 1.2));
    await callee.hasHeard('music', (samples) => musicMs(samples) >= 1000);
    assert.equal((await caller.reinvite('sendrecv')).direction, 'sendrecv');
    await caller.sound.play(await tone('PCMU', ours, 1.5));
    await hearing(caller, packetsOf(caller), 'the tone of the other', isTheirTone);
    await caller.hangUp();
    const heard = await callee.heard();
    const ms = toneMs(ours, heard);
    const said = saidMs + 1500;
    assert.ok(ms >= said - 600 && ms < said + 500, `${ms} ms of ${said}: not what was said while holding`);
    await ended(receiver, 'remote', 'local');
  });

  scene('holds, and the other is put out of the talk when it hangs up', async (stage) => {
    const { receiver, caller, callee } = await talkTo(stage);
    await callee.hold();
    await hearing(caller, packetsOf(caller), 'music', isMusic);
    await callee.hangUp();
    await caller.request('BYE');
    assertHeard(await callee.heard());
    await ended(receiver, 'local', 'remote');
  });

  scene('presses keys, in RFC 4733 or SIP INFO, and they arrive at the other in RFC 4733', async (stage) => {
    const { receiver, caller, callee } = await talkTo(stage);
    await callee.press('5#');
    const keys = await caller.sound.heard.when('two keys', (packets) => keysIn(packets, 2));
    assert.deepEqual(keys, [5, 11]);
    assertWellPressed(caller.sound.heard.entries);
    await caller.sound.press('7');
    const { param } = await callee.event('CALL_DTMF_START');
    assert.equal(param, '7');
    await callee.event('CALL_DTMF_END');
    await caller.info('9');
    await callee.events.first('9', (event) => event.type === 'CALL_DTMF_START' && event.param === '9');
    await caller.hangUp();
    assertHeard(await callee.heard());
    await ended(receiver, 'remote', 'local');
  });
});

/** Of each key: one time stamp, a marker on the first packet only, and a duration that only grows. */
function assertWellPressed(packets: readonly RtpPacket[]): void {
  const events = packets.filter(({ payloadType }) => payloadType === 101);
  for (const timestamp of new Set(events.map((packet) => packet.timestamp))) {
    const ofKey = events.filter((packet) => packet.timestamp === timestamp);
    assert.equal(new Set(ofKey.map(({ payload }) => payload.readUInt8(0))).size, 1);
    assert.deepEqual(
      ofKey.map(({ marker }) => marker),
      ofKey.map((_, index) => index === 0),
    );
    const durations = ofKey.map(({ payload }) => payload.readUInt16BE(2));
    assert.deepEqual(
      durations,
      durations.toSorted((a, b) => a - b),
    );
  }
}
