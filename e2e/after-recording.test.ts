import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Activeflow, Flow, Recording } from '@parley/contract';
import { timesOf } from './harness/call-log.ts';
import type { HttpPeer } from './harness/http-peer.ts';
import type { ServerProcess } from './harness/server-process.ts';
import { scene, type Stage } from './harness/stage.ts';
import { until } from './harness/until.ts';

/** A number whose calls are recorded, after which `web` is told of each recording. */
async function numberWithFlowAtEnd(server: ServerProcess, web: HttpPeer): Promise<Flow> {
  const flow = await server.api.post<Flow>('/v1.0/flows', {
    name: 'after a recording',
    actions: [
      { type: 'talk', option: { text: 'Nobody hears this.' } },
      { type: 'webhook_send', option: { sync: true, uri: web.url, data: '${parley.recording.id}' } },
    ],
  });
  const start = { type: 'recording_start', option: { on_end_flow_id: flow.id } };
  await server.number('1000', [{ type: 'answer' }, start, { type: 'block' }]);
  return flow;
}

async function isRecorded({ api }: ServerProcess): Promise<Recording> {
  return await until('a recording under way', async () =>
    (await api.recordings()).find(({ status }) => status === 'recording'),
  );
}

/** The flow has run to its end, and has told of the recording once. */
async function assertFollowed(
  { api }: ServerProcess,
  web: HttpPeer,
  flow: Flow,
  recording: Recording,
): Promise<void> {
  const { body } = await web.requests.first('word of the recording', () => true);
  assert.equal(body.toString('utf8'), recording.id);
  await until('the end of all activeflows', async () =>
    (await api.activeflows()).length === 0 ? true : undefined,
  );
  const log = await api.events();
  const told = log
    .filter(({ data }) => (data as Activeflow).flow_id === flow.id)
    .map(({ type, data }) => [type, (data as Activeflow).reference_type, (data as Activeflow).reference_id]);
  assert.deepEqual(
    [told.at(0), told.at(-1)],
    ['activeflow_created', 'activeflow_deleted'].map((type) => [type, 'recording', recording.id]),
  );
  assert.equal(web.requests.entries.length, 1);
  assert.ok(timesOf(log, 'call_created').every((times) => times === 1));
}

function startWeb(stage: Stage): Promise<HttpPeer> {
  return stage.webServer('what follows a recording', () => ({ status: 204 }));
}

describe('a flow that follows the end of a recording', { concurrency: 2 }, () => {
  scene('is run when the call is over', async (stage) => {
    const web = await startWeb(stage);
    const server = await stage.server();
    const flow = await numberWithFlowAtEnd(server, web);
    const call = await (await stage.phone(server)).invite('1000', { codecs: ['PCMU'] });
    await call.answered();
    const recording = await isRecorded(server);
    assert.equal(web.requests.entries.length, 0);
    await call.hangUp();
    await assertFollowed(server, web, flow, recording);
    assert.equal((await server.api.calls()).length, 1);
  });

  scene('is run once by the next process when the first one is killed', async (stage) => {
    const web = await startWeb(stage);
    const first = await stage.server();
    const flow = await numberWithFlowAtEnd(first, web);
    const call = await (await stage.phone(first)).invite('1000', { codecs: ['PCMU'] });
    await call.answered();
    const recording = await isRecorded(first);
    await first.kill();
    const server = await stage.server({ dataDir: first.dataDir });
    await assertFollowed(server, web, flow, recording);
    await server.kill();
    const third = await stage.server({ dataDir: first.dataDir });
    await assertFollowed(third, web, flow, recording);
  });
});
