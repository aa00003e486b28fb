import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { storyOf } from './harness/call-log.ts';
import { payloadTypes } from './harness/phone/sdp-text.ts';
import { SoundPort } from './harness/phone/sound-port.ts';
import { type SippRun, startSipp, startSippCallee } from './harness/sipp.ts';
import { soundOfServer, succeeded } from './harness/sipp-outcome.ts';
import { soundOf, soundPackets, toneMs } from './harness/sound/listening.ts';
import { decode, tone } from './harness/sound/sox.ts';
import { scene, type Stage } from './harness/stage.ts';

const [callerTone, calleeTone] = [440, 700];

/** Where the sound of a SIPp is said and heard, in place of SIPp. */
async function soundPort(stage: Stage): Promise<SoundPort> {
  const port = await SoundPort.open();
  stage.closing(() => port.close());
  return port;
}

async function aim(port: SoundPort, run: SippRun): Promise<void> {
  port.aim(await soundOfServer(run), payloadTypes.PCMU);
}

async function heardMs(port: SoundPort, hertz: number): Promise<number> {
  const packets = soundPackets(port.heard.entries, payloadTypes.PCMU);
  return toneMs(hertz, await decode('PCMU', soundOf(packets, payloadTypes.PCMU)));
}

describe('SIPp at both ends', () => {
  scene('talks with itself, moves its sound in the middle of it, and hangs up', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const [first, other, far] = [await soundPort(stage), await soundPort(stage), await soundPort(stage)];
    const callee = await startSippCallee(stage, { scenario: 'picks-up.xml', soundPort: far.port });
    await server.number('1000', [
      { type: 'connect', option: { destinations: [{ type: 'sip', target: callee.uri }] } },
    ]);
    const caller = await startSipp(stage, server, {
      scenario: 'moves-its-sound.xml',
      number: '1000',
      calls: 1,
      rate: 1,
      talkMs: 2500,
      keys: { sound_port: first.port, other_port: other.port },
    });
    await receiver.event('call_answered', (data) => data.direction === 'incoming');
    await Promise.all([aim(first, caller), aim(other, caller), aim(far, callee)]);
    const said = await tone('PCMU', callerTone, 1.3);
    const farSays = far.play(await tone('PCMU', calleeTone, 4.6));
    await first.play(said);
    await other.heard.when('sound where it was moved to', ({ length }) => (length > 0 ? true : undefined));
    const atFirst = first.heard.entries.length;
    await other.play(said);
    await farSays;
    await Promise.all([succeeded(caller), succeeded(callee)]);
    assert.ok((await heardMs(far, callerTone)) >= 2000, 'the callee hears the caller from both ports');
    for (const port of [first, other]) assert.ok((await heardMs(port, calleeTone)) >= 800);
    for (const port of [first, other]) assert.equal(await heardMs(port, callerTone), 0);
    assert.equal(await heardMs(far, calleeTone), 0);
    assert.ok(first.heard.entries.length <= atFirst + 2, 'nothing more comes to where it was');
    for (const { id } of await server.api.calls()) await receiver.wholeStory(id);
    const story = storyOf(await server.api.events());
    assert.equal(story.filter((event) => event === 'call_answered 0').length, 1);
    assert.deepEqual(story.slice(-10), [
      'call_updated 0',
      'conference_updated',
      'call_hungup 0',
      'activeflow_deleted 0',
      'call_updated 1',
      'conference_deleted',
      'activeflow_updated 1',
      'call_hungup 1',
      'activeflow_deleted 1',
      'groupcall_hangup',
    ]);
  });
});
