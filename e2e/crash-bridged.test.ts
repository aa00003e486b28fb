import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { type Call, type Conference, type Confbridge, type Groupcall, notYet } from '@parley/contract';
import type { ServerProcess } from './harness/server-process.ts';
import { allTold, assertToldOnce } from './harness/call-log.ts';
import { startSipp, startSippCallee } from './harness/sipp.ts';
import { scene } from './harness/stage.ts';

const talks = 20;

async function assertNothingIsLeft(server: ServerProcess): Promise<void> {
  const rows = async <T>(path: string): Promise<T[]> =>
    (await server.api.get<{ result: T[] }>(`${path}?page_size=100`)).result;
  const calls = await rows<Call>('/v1.0/calls');
  assert.equal(calls.length, 2 * talks);
  assert.ok(calls.every(({ status, tm_hangup: at }) => status === 'hangup' && at !== notYet));
  assert.deepEqual(await server.api.activeflows(), []);
  const open = (await rows<Conference>('/v1.0/conferences')).filter(({ status }) => status !== 'terminated');
  assert.deepEqual(open, []);
  const rooms = (await rows<Confbridge>('/v1.0/confbridges')).filter(({ status }) => status !== 'terminated');
  assert.deepEqual(rooms, []);
  const groups = (await rows<Groupcall>('/v1.0/groupcalls')).filter(({ status }) => status !== 'hangup');
  assert.deepEqual(groups, []);
  assert.equal(await server.api.metric('parley_calls_live'), 0);
}

describe('a server that is killed while twenty pairs talk', () => {
  scene('ends each call, flow, room and group once, after its next start', async (stage) => {
    const receiver = await stage.receiver();
    const first = await stage.server({ receiver });
    const callee = await startSippCallee(stage, { scenario: 'picks-up.xml', calls: talks });
    await first.number('1000', [
      { type: 'connect', option: { destinations: [{ type: 'sip', target: callee.uri }] } },
    ]);
    const caller = await startSipp(stage, first, { number: '1000', calls: talks, rate: 20, talkMs: 60_000 });
    await receiver.deliveries.when(`${talks} talks`, (deliveries) => {
      const answers = deliveries.filter(({ event }) => event.type === 'call_answered');
      return answers.length === 2 * talks ? true : undefined;
    });
    await first.kill();
    for (const { program } of [caller, callee]) {
      program.kill();
      await program.end();
    }
    const server = await stage.server({ dataDir: first.dataDir });
    const log = await server.api.events();
    assertToldOnce(log, {
      call_created: 2 * talks,
      call_hungup: 2 * talks,
      activeflow_created: 2 * talks,
      activeflow_deleted: 2 * talks,
      conference_created: talks,
      conference_deleted: talks,
      groupcall_created: talks,
      groupcall_hangup: talks,
    });
    await allTold(receiver, log);
    await assertNothingIsLeft(server);
  });
});
