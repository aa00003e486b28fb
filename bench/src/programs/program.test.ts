import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { type Program, Programs } from './program.ts';

const folder = import.meta.dirname;

/** One for all tests of this file: it listens to signals for as long as this process lives. */
const programs = new Programs();

/** A program of Node that runs this. */
function node(name: string, script: string): Program {
  return programs.start({ name, command: process.execPath, args: ['-e', script], folder });
}

function firstLine(program: Program): Promise<string> {
  return new Promise((resolve) => {
    const stop = program.onLine((line) => {
      stop();
      resolve(line);
    });
  });
}

/** Whoever connects here is alive until the connection ends. */
async function listen(t: TestContext): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

function connecting(port: number): string {
  return `require('node:net').connect(${port}, '127.0.0.1')`;
}

async function nextEnd(server: Server): Promise<{ readonly ended: Promise<unknown> }> {
  const [socket] = (await once(server, 'connection')) as [NodeJS.EventEmitter];
  return { ended: once(socket, 'close') };
}

describe('a program that is started', () => {
  it('is ended and named, with its last words, when it does not become ready in time', async (t) => {
    const lazy = node(
      'lazy',
      `console.log('warming up'); console.error('too cold'); setInterval(() => {}, 1000)`,
    );
    const words = [await firstLine(lazy), await firstLine(lazy)];
    assert.deepEqual(words.sort(), ['too cold', 'warming up']);
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const ready = lazy.ready((line) => (line === 'ready' ? line : undefined), 60_000);
    t.mock.timers.tick(60_000);
    await assert.rejects(ready, (error: Error) => {
      assert.match(error.message, /^lazy did not become ready within 60 s and was ended \(SIGKILL\)\.\n/);
      assert.match(error.message, /\| warming up/);
      assert.match(error.message, /\| too cold/);
      return true;
    });
    assert.equal((await lazy.ended).how, 'SIGKILL');
    assert.equal(lazy.failed, false);
  });

  it('is named with its exit code and last words when it ends instead of becoming ready', async () => {
    const broken = node('broken', `console.error('parley: port 5060 is in use'); process.exitCode = 3`);
    await assert.rejects(
      broken.ready(() => undefined, 60_000),
      /^Error: broken has ended and did not become ready \(exit code 3\)\.\n +\| parley: port 5060 is in use$/,
    );
    assert.deepEqual(programs.casualties(), [broken]);
    await programs.endAll();
    assert.deepEqual(programs.casualties(), []);
  });

  it('is ready with what it said', async () => {
    const server = node('server', `console.log('port 1234'); setInterval(() => {}, 1000)`);
    const port = await server.ready((line) => /^port (\d+)/.exec(line)?.[1], 60_000);
    assert.equal(port, '1234');
    await server.end('SIGTERM');
    assert.equal((await server.ended).how, 'SIGTERM');
    assert.equal(server.failed, false);
  });

  it('is named when there is no such program', async () => {
    const missing = programs.start({ name: 'phone', command: '/nowhere/phone', args: [], folder });
    await assert.rejects(
      missing.ready(() => undefined, 60_000),
      /^Error: phone has ended and did not become ready \(.*ENOENT\)\. It said nothing\.$/,
    );
    assert.throws(() => missing.pid, /phone could not be started/);
    await programs.endAll();
  });

  it('takes with it what it has started itself', async (t) => {
    const { server, port } = await listen(t);
    const grandchild = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(connecting(port))}], { stdio: 'inherit' })`;
    const parent = node('parent', grandchild);
    const { ended } = await nextEnd(server);
    await parent.end('SIGKILL');
    await ended;
  });
});

describe('programs', () => {
  it('are all ended when what was measured throws', async (t) => {
    const { server, port } = await listen(t);
    node('forgotten', connecting(port));
    const { ended } = await nextEnd(server);
    await programs.endAll();
    await ended;
    assert.deepEqual(programs.casualties(), []);
  });

  it('tell at once when one fails, and start nothing when they are closed', async () => {
    const own = new Programs();
    const spawned = { name: 'server', command: process.execPath, args: ['-e', 'process.exit(9)'], folder };
    own.start(spawned);
    await assert.rejects(own.failure(), /^Error: server has failed \(exit code 9\)\./);
    await own.close();
    assert.throws(() => own.start(spawned), /server is not started: the measurement is over/);
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    it(`are all ended when this process gets ${signal}`, async (t) => {
      const { server, port } = await listen(t);
      const file = JSON.stringify(new URL('./program.ts', import.meta.url).href);
      const bench = node(
        'bench',
        `import(${file}).then(({ Programs }) => {
          new Programs().start({
            name: 'server', command: process.execPath, folder: '.', args: ['-e', ${JSON.stringify(connecting(port))}],
          });
        })`,
      );
      const { ended } = await nextEnd(server);
      bench.child.kill(signal);
      await ended;
      assert.match((await bench.ended).how, /^exit code 1\d\d$/);
      await programs.endAll();
    });
});
