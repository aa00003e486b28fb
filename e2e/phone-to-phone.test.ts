import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Call } from '@parley/contract';
import { storyOf } from './harness/call-log.ts';
import { Baresip } from './harness/phones/baresip.ts';
import { newExtension } from './harness/phones/extensions.ts';
import { Linphone } from './harness/phones/linphone.ts';
import type { ServerProcess } from './harness/server-process.ts';
import { toneMs } from './harness/sound/listening.ts';
import { scene } from './harness/stage.ts';
import type { WebhookReceiver } from './harness/webhook-receiver.ts';

const [low, high] = [440, 700];

/** It heard the other, for a while, and never itself. */
function assertHeard(samples: Int16Array, theirs: number, own: number): void {
  const [heard, back] = [toneMs(theirs, samples), toneMs(own, samples)];
  assert.ok(heard >= 1000, `${heard} ms of ${samples.length / 8} are the other's tone`);
  assert.equal(back, 0, `${back} ms are its own tone`);
}

/** What is told until both talk: 0 is the caller, 1 the callee. */
const connecting = [
  'activeflow_created 0',
  'call_created 0',
  'activeflow_updated 0',
  'conference_created',
  'groupcall_created',
  'activeflow_created 1',
  'call_created 1',
  'call_updated 0',
  'call_updated 1',
  'activeflow_updated 0',
  'call_updated 0',
  'call_ringing 1',
  'call_answered 1',
  'groupcall_progressing',
  'activeflow_updated 1',
  'call_updated 1',
  'call_answered 0',
];

const callerHangsUp = [
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
];

const calleeHangsUp = [
  'call_updated 1',
  'conference_updated',
  'call_hungup 1',
  'activeflow_deleted 1',
  'groupcall_hangup',
  'call_updated 0',
  'conference_deleted',
  'activeflow_deleted 0',
  'call_updated 0',
  'call_hungup 0',
];

/** The story of the only talk of a server, once all of it has been told. */
async function wholeTalk(server: ServerProcess, receiver: WebhookReceiver): Promise<readonly Call[]> {
  const calls = await server.api.calls();
  for (const { id } of calls) await receiver.wholeStory(id);
  await receiver.event('groupcall_hangup');
  await receiver.event('conference_deleted');
  return (await server.api.calls()).sort((a, b) => a.direction.localeCompare(b.direction));
}

function endOf({ direction, hangup_by: by, hangup_reason: reason }: Call): string {
  return `${direction}: ${by} ${reason}`;
}

describe('two phones that are registered', { concurrency: 2 }, () => {
  scene('talk without any flow, until the caller hangs up', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const caller = await Baresip.start(stage, server, await newExtension(server, '1001'), { hertz: low });
    const callee = await Linphone.start(stage, server, await newExtension(server, '1002'), high);
    await caller.dial('1002', server);
    await callee.rings();
    callee.answer();
    await callee.talks();
    await Promise.all([caller.hears(2500), callee.hears(2500)]);
    await caller.hangUp();
    assertHeard(await caller.heard(), high, low);
    assertHeard(await callee.heard(), low, high);
    const calls = await wholeTalk(server, receiver);
    assert.deepEqual(storyOf(await server.api.events()), [...connecting, ...callerHangsUp]);
    assert.deepEqual(calls.map(endOf), ['incoming: remote normal', 'outgoing: local normal']);
    assert.deepEqual(
      calls.map(({ source, destination }) => [source.type, source.target, destination.target]),
      [
        ['extension', '1001', '1002'],
        ['extension', '1001', '1002'],
      ],
    );
  });

  scene('talk, one of them over TCP, until the callee hangs up', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const caller = await Linphone.start(stage, server, await newExtension(server, '1001'), low);
    const callee = await Baresip.start(stage, server, await newExtension(server, '1002'), {
      hertz: high,
      transport: 'tcp',
      waits: true,
    });
    caller.dial('1002', server);
    await callee.event('CALL_INCOMING');
    await callee.answer();
    await caller.talks();
    await Promise.all([caller.hears(2500), callee.hears(2500)]);
    await callee.hangUp();
    assertHeard(await caller.heard(), high, low);
    assertHeard(await callee.heard(), low, high);
    const calls = await wholeTalk(server, receiver);
    assert.deepEqual(storyOf(await server.api.events()), [...connecting, ...calleeHangsUp]);
    assert.deepEqual(calls.map(endOf), ['incoming: local normal', 'outgoing: remote normal']);
  });

  scene('hear each other though they share no codec', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    const caller = await Baresip.start(stage, server, await newExtension(server, '1001'), {
      hertz: low,
      codec: 'PCMU',
    });
    const callee = await Baresip.start(stage, server, await newExtension(server, '1002'), {
      hertz: high,
      codec: 'PCMA',
    });
    await caller.dial('1002', server);
    await Promise.all([caller.hears(2500), callee.hears(2500)]);
    await callee.hangUp();
    assertHeard(await caller.heard(), high, low);
    assertHeard(await callee.heard(), low, high);
    const calls = await wholeTalk(server, receiver);
    assert.deepEqual(calls.map(endOf), ['incoming: local normal', 'outgoing: remote normal']);
  });
});
