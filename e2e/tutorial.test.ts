import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { EventEnvelope } from '@parley/contract';
import { accessKey, type ServerProcess } from './harness/server-process.ts';
import { scene, type Stage } from './harness/stage.ts';
import type { WebhookReceiver } from './harness/webhook-receiver.ts';

const tutorial = await readFile(new URL('../docs/tutorial.md', import.meta.url), 'utf8');
const parley = fileURLToPath(new URL('../packages/server/src/cli/main.js', import.meta.url));

const start = tutorial.indexOf('\n## A first queue');
const introduction = tutorial.slice(0, start);
const firstQueue = tutorial.slice(start, tutorial.indexOf('\n## A phone menu'));

/** What stands in fences of this kind (`sh`, or nothing), without them. */
function fenced(page: string, kind: string): string[] {
  return [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, found]) => found === kind)
    .map(([, , text = '']) => text);
}

/** What is typed in the first terminal; the receiver in the second is the test's own. */
const typed = [...fenced(introduction, 'sh'), ...fenced(firstQueue, 'sh')]
  .filter((commands) => !commands.startsWith('node -e'))
  .join('\n');

/** With the ports of this server for those of a first start, and a shorter call. */
function commandsFor(server: ServerProcess, receiver: WebhookReceiver): string {
  return typed
    .replaceAll('http://127.0.0.1:8080/', `http://127.0.0.1:${server.httpPort}/`)
    .replaceAll('@127.0.0.1:5060', `@127.0.0.1:${server.sipPort}`)
    .replaceAll('http://127.0.0.1:9000/', receiver.url)
    .replaceAll('npx parley', `'${process.execPath}' '${parley}'`)
    .replaceAll('--duration 10', '--duration 2');
}

/** The events of each come in order; between the two the order may differ. */
const lanes = ['agent_status_', 'queuecall_'];

async function type(stage: Stage, server: ServerProcess, commands: string): Promise<string> {
  const folder = await stage.folder();
  await mkdir(join(folder, 'data'));
  await writeFile(join(folder, 'data/access-key'), accessKey);
  const shell = stage.program({
    command: 'bash',
    args: ['-euo', 'pipefail', '-c', `set +u\n${commands}`],
    folder,
    environment: {
      PARLEY_HTTP_PORT: String(server.httpPort),
      PARLEY_SIP_PORT: String(server.sipPort),
      PARLEY_ACCESS_KEY: accessKey,
    },
    group: true,
  });
  const { code } = await shell.end(45_000);
  assert.equal(code, 0, shell.stderr.entries.join('\n'));
  return shell.stdout.entries.join('\n');
}

/** As the receiver in the second terminal prints it. */
function printed({ type: name, data }: EventEnvelope): string {
  const shown: Readonly<Record<string, unknown>> = { ...data };
  return [name, shown['status'], shown['end_reason'] || shown['status_reason'] || ''].join(' ').trim();
}

describe('the tutorial', () => {
  scene('leads to a first queue as it is typed, and prints what it says', async (stage) => {
    const receiver = await stage.receiver();
    const server = await stage.server({ receiver, settings: { PARLEY_DEMO: 'on' } });
    const said = await type(stage, server, commandsFor(server, receiver));
    assert.doesNotMatch(said, /"error":/);
    assert.match(said, /"offers":\[.*"outcome":"answered"/);
    assert.match(said, /"total":\{"incoming_count":1,"answered_count":1,/);
    const [expected = ''] = fenced(firstQueue, '');
    const lines = expected.trim().split('\n');
    const told = await receiver.deliveries.when('the events of the tutorial', () => {
      const all = receiver.taken().map(({ event }) => printed(event));
      const shown = all.filter((line) => lanes.some((lane) => line.startsWith(lane)));
      return shown.length >= lines.length ? shown : undefined;
    });
    for (const lane of lanes)
      assert.deepEqual(
        told.filter((line) => line.startsWith(lane)),
        lines.filter((line) => line.startsWith(lane)),
      );
  });
});
