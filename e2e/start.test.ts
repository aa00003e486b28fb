import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ApiClient } from './harness/api-client.ts';
import { rtpPortRange } from './harness/free-port.ts';
import { Phone } from './harness/phone/phone.ts';
import { bindUdp, closeUdp } from './harness/phone/wire.ts';
import type { Exit, Program } from './harness/program.ts';
import { serverSettings, startFile } from './harness/server-process.ts';
import { scene, type Stage } from './harness/stage.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** As a newcomer runs it, with nothing set but where it may be. */
function npmStart(stage: Stage, dataDir: string): Program {
  const environment = {
    PARLEY_HTTP_PORT: '0',
    PARLEY_SIP_PORT: '0',
    PARLEY_RTP_PORTS: rtpPortRange(),
    PARLEY_DATA_DIR: dataDir,
  };
  return stage.program({ command: 'npm', args: ['start'], folder: root, environment, group: true });
}

async function greeting(program: Program): Promise<string> {
  await program.stdout.first('key line', (line) => line.startsWith('  Key  '), 30_000);
  return program.stdout.entries.join('\n');
}

/** A start that has to fail; what it says about it. */
async function failure(
  stage: Stage,
  settings: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<{ exit: Exit; said: string }> {
  const folder = await stage.folder();
  const program = stage.program({
    command: process.execPath,
    args: [startFile, ...flags],
    folder,
    environment: serverSettings(join(folder, 'data'), settings),
  });
  const exit = await program.end(30_000);
  assert.deepEqual(program.stdout.entries, []);
  return { exit, said: program.stderr.entries.join('\n') };
}

describe('npm start', { concurrency: 2 }, () => {
  scene('in an empty folder says what to call, where the API is and which key opens it', async (stage) => {
    const dataDir = join(await stage.folder(), 'data');
    const said = await greeting(npmStart(stage, dataDir));
    const sipPort = Number(
      /^Parley takes calls at sip:127\.0\.0\.1:(\d+) \(UDP and TCP\)\.$/m.exec(said)?.[1],
    );
    const httpPort = Number(/^ {2}API {2}http:\/\/127\.0\.0\.1:(\d+)\/v1\.0 /m.exec(said)?.[1]);
    const [, key = '', file = ''] = /^ {2}Key {2}(\S+) {3}kept in (\S+)$/m.exec(said) ?? [];
    assert.match(said, /^ {2}Call 100 .*, 101 /m);
    assert.equal(file, join(dataDir, 'access-key'));
    assert.equal((await readFile(file, 'utf8')).trim(), key);
    assert.equal((await stat(file)).mode & 0o777, 0o600);
    assert.equal((await stat(dataDir)).mode & 0o777, 0o700);

    const api = new ApiClient(`http://127.0.0.1:${httpPort}`, key);
    assert.equal((await api.ask('GET', '/v1.0/me')).status, 200);
    const stranger = new ApiClient(`http://127.0.0.1:${httpPort}`, `${key}0`);
    assert.equal((await stranger.ask('GET', '/v1.0/me')).status, 401);

    const phone = await Phone.open({ address: '127.0.0.1', port: sipPort });
    stage.closing(() => phone.close());
    for (const number of ['100', '101']) {
      const call = await phone.invite(number);
      await call.answered();
      await call.sound.heard.when('sound', ({ length }) => (length > 10 ? true : undefined));
      await call.hangUp();
    }
  });

  scene('says off loopback who may call, unless that is set', async (stage) => {
    const hint = (line: string): boolean => line.includes('PARLEY_TRUSTED_PEERS');
    const open = { PARLEY_HOST: '0.0.0.0' };
    const { program } = await stage.server({ settings: open });
    await program.stdout.first('who may call', hint);
    const named = await stage.server({ settings: { ...open, PARLEY_TRUSTED_PEERS: '127.0.0.1' } });
    await named.program.stdout.first('key line', (line) => line.startsWith('  Key  '));
    assert.ok(!named.program.stdout.entries.some(hint));
    const phone = await stage.phone(named);
    await (await phone.invite('100')).answered();
  });

  scene('keeps its key: the second start names only its file', async (stage) => {
    const dataDir = join(await stage.folder(), 'data');
    const first = npmStart(stage, dataDir);
    const key = /^ {2}Key {2}(\S+) /m.exec(await greeting(first))?.[1] ?? '';
    first.kill();
    await first.end();
    const said = await greeting(npmStart(stage, dataDir));
    assert.ok(!said.includes(key));
    assert.match(said, new RegExp(`^ {2}Key {2}in ${dataDir}/access-key$`, 'm'));
    assert.ok(!said.includes('Call 100'), 'the demo is made once');
    const httpPort = Number(/http:\/\/127\.0\.0\.1:(\d+)\/v1\.0/.exec(said)?.[1]);
    assert.equal(
      (await new ApiClient(`http://127.0.0.1:${httpPort}`, key).ask('GET', '/v1.0/me')).status,
      200,
    );
  });
});

describe('a start that cannot work says why and what to do', { concurrency: 2 }, () => {
  scene('when another one runs on the same data folder', async (stage) => {
    const server = await stage.server();
    const { exit, said } = await failure(stage, { PARLEY_DATA_DIR: server.dataDir });
    assert.deepEqual(exit, { code: 1, signal: null });
    assert.match(said, /^parley: /);
    assert.ok(said.includes(server.dataDir), said);
    assert.match(said, /in use|running|another/i);
    assert.equal((await server.api.ask('GET', '/v1.0/me')).status, 200);
  });

  scene('when a port is in use: which, and the setting that changes it', async (stage) => {
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', () => resolve()));
    stage.closing(() => new Promise((resolve) => listener.close(() => resolve())));
    const address = listener.address();
    const tcpPort = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const http = await failure(stage, { PARLEY_HTTP_PORT: `${tcpPort}` });
    assert.equal(http.exit.code, 1);
    assert.match(http.said, new RegExp(`^parley: port ${tcpPort} .*PARLEY_HTTP_PORT`));
    const overTcp = await failure(stage, { PARLEY_SIP_PORT: `${tcpPort}` });
    assert.equal(overTcp.exit.code, 1);
    assert.match(overTcp.said, new RegExp(`^parley: port ${tcpPort} .*PARLEY_SIP_PORT`));

    const socket = await bindUdp();
    stage.closing(() => closeUdp(socket));
    const { port: udpPort } = socket.address();
    const overUdp = await failure(stage, { PARLEY_SIP_PORT: `${udpPort}` });
    assert.equal(overUdp.exit.code, 1);
    assert.match(overUdp.said, new RegExp(`^parley: port ${udpPort} .*PARLEY_SIP_PORT`));
  });

  scene('when a setting is unknown or wrong: exit code 2 and its name', async (stage) => {
    const unknown = await failure(stage, { PARLEY_PORT: '8080' });
    assert.equal(unknown.exit.code, 2);
    assert.match(unknown.said, /^parley: PARLEY_PORT is no setting; known are PARLEY_HOST/);
    const flag = await failure(stage, {}, ['--colour', 'blue']);
    assert.equal(flag.exit.code, 2);
    assert.match(flag.said, /^parley: --colour is no setting/);
    const wrong = await failure(stage, { PARLEY_HTTP_PORT: 'many' });
    assert.equal(wrong.exit.code, 2);
    assert.match(wrong.said, /^parley: PARLEY_HTTP_PORT has to be a whole number/);
  });

  scene('when the data folder is a file, or the address not this machine’s', async (stage) => {
    const file = join(await stage.folder(), 'occupied');
    await writeFile(file, '');
    const folder = await failure(stage, { PARLEY_DATA_DIR: file });
    assert.equal(folder.exit.code, 1);
    assert.match(folder.said, /^parley: /);
    assert.ok(folder.said.includes(file), folder.said);
    const address = await failure(stage, { PARLEY_HOST: '192.0.2.1' });
    assert.equal(address.exit.code, 1);
    assert.match(address.said, /^parley: this machine has no address 192\.0\.2\.1; set PARLEY_HOST/);
  });
});
