import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { ActionInput } from '@parley/contract';
import type { ServerProcess } from './harness/server-process.ts';
import { has, hears } from './harness/sound/ear.ts';
import { scene } from './harness/stage.ts';
import { sings, tones } from './harness/talk.ts';

const echo: readonly ActionInput[] = [{ type: 'answer' }, { type: 'echo', option: { duration: 600_000 } }];

async function isStopping(server: ServerProcess): Promise<void> {
  await server.program.stdout.first('notice', (line) => line.startsWith('Parley is stopping'));
}

describe('a server that is asked to stop', { concurrency: 2 }, () => {
  scene('takes no new calls, lets the live one go on, and ends with it', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', echo);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    assert.equal((await server.api.ask('GET', '/ready')).status, 200);
    server.program.signal('SIGTERM');
    await isStopping(server);
    assert.equal((await server.api.ask('GET', '/ready')).status, 503);
    assert.equal((await server.api.ask('GET', '/ping')).status, 200);
    assert.equal(await (await (await stage.phone(server)).invite('1000')).final(), 503);
    await sings(call, tones.caller);
    await hears(call.sound, 'itself', has([tones.caller]));
    await call.hangUp();
    assert.deepEqual(await server.program.end(), { code: 0, signal: null });
    const { id } = await receiver.callFrom(phone.user);
    const story = await receiver.wholeStory(id);
    assert.equal(story.at(-1)?.type, 'activeflow_deleted');
    const next = await stage.server({ dataDir: server.dataDir });
    assert.ok(!next.program.stdout.entries.some((line) => line.includes('live when')));
    const { hangup_by: by, statistics } = await next.api.call(id);
    assert.equal(by, 'remote');
    assert.ok((statistics?.packets_received ?? 0) >= 25, 'the figures of its sound are kept');
  });

  scene('hangs up what is still live when the time to drain is over', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver, settings: { PARLEY_DRAIN_TIME: '1' } });
    await server.number('1000', echo);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    server.program.signal('SIGTERM');
    await call.request('BYE');
    assert.deepEqual(await server.program.end(), { code: 0, signal: null });
    const { id } = await receiver.callFrom(phone.user);
    const story = await receiver.wholeStory(id);
    const last = story.flatMap(({ type, data }) => (type === 'call_hungup' ? [data] : []));
    assert.deepEqual(
      last.map(({ hangup_by: by, hangup_reason: reason }) => [by, reason]),
      [['local', 'normal']],
    );
  });

  scene('hangs up at once on SIGINT', async (stage) => {
    const server = await stage.server();
    await server.number('1000', echo);
    const call = await (await stage.phone(server)).invite('1000');
    await call.answered();
    server.program.signal('SIGINT');
    await call.request('BYE');
    assert.deepEqual(await server.program.end(), { code: 0, signal: null });
  });

  scene('ends at once at the second signal; the next start closes what was live', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver });
    await server.number('1000', echo);
    const phone = await stage.phone(server);
    const call = await phone.invite('1000');
    await call.answered();
    const { id } = await receiver.callFrom(phone.user);
    server.program.signal('SIGTERM');
    await isStopping(server);
    server.program.signal('SIGTERM');
    assert.deepEqual(await server.program.end(), { code: 130, signal: null });
    const next = await stage.server({ dataDir: server.dataDir });
    await next.program.stdout.first('notice', (line) => / 1 calls? .*live/.test(line));
    await receiver.wholeStory(id);
    const { status, hangup_by: by, hangup_reason: reason } = await next.api.call(id);
    assert.deepEqual([status, by, reason], ['hangup', 'local', 'failed']);
  });
});
