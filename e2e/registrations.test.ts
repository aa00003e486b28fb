import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { Extension, Registration, RegistrationList } from '@parley/contract';
import type { ServerProcess } from './harness/server-process.ts';
import {
  type RegisterOptions,
  registerWithSipp,
  startSippRegistering,
} from './harness/sipp-registrations.ts';
import { scene } from './harness/stage.ts';
import { until } from './harness/until.ts';

const password = 'rye-and-spelt';

async function extensionOf(server: ServerProcess): Promise<Extension> {
  return await server.api.post<Extension>('/v1.0/extensions', { extension: '1001', password });
}

async function registrationsOf(server: ServerProcess, { id }: Extension): Promise<readonly Registration[]> {
  return (await server.api.get<RegistrationList>(`/v1.0/extensions/${id}/registrations`)).result;
}

const right: RegisterOptions = { extension: '1001', password, expires: 600 };

describe('SIPp, registering', { concurrency: 2 }, () => {
  scene('is registered over UDP, still after a kill and a restart, until it leaves', async (stage) => {
    const dataDir = await stage.folder();
    const first = await stage.server({ dataDir });
    const extension = await extensionOf(first);
    const { port } = await registerWithSipp(stage, first, right);
    const [before] = await registrationsOf(first, extension);
    assert.partialDeepStrictEqual(before, {
      transport: 'UDP',
      address: `127.0.0.1:${port}`,
      user_agent: 'SIPp',
    });
    await first.kill();
    const second = await stage.server({ dataDir });
    const [after, ...more] = await registrationsOf(second, extension);
    assert.deepEqual(more, []);
    assert.deepEqual([after?.contact, after?.address], [before?.contact, before?.address]);
    const expiry = (registration: Registration | undefined): string =>
      (registration?.tm_expire ?? '').slice(0, 22);
    assert.equal(expiry(after), expiry(before), 'for as long as it was told');
    await registerWithSipp(stage, second, { ...right, expires: 0, port });
    assert.deepEqual(await registrationsOf(second, extension), []);
  });

  scene('over TCP is registered for as long as its connection is open', async (stage) => {
    const server = await stage.server();
    const extension = await extensionOf(server);
    const sipp = await startSippRegistering(stage, server, { ...right, transport: 't1', stayMs: 60_000 });
    const [registration] = await until('a registration', async () => {
      const found = await registrationsOf(server, extension);
      return found.length > 0 ? found : undefined;
    });
    assert.equal(registration?.transport, 'TCP');
    sipp.program.kill();
    await sipp.end();
    const began = performance.now();
    await until('its end', async () =>
      (await registrationsOf(server, extension)).length === 0 ? true : undefined,
    );
    assert.ok(performance.now() - began < 1000, 'within a second');
  });

  scene('with a wrong password, or as nobody, is refused the same way', async (stage) => {
    const server = await stage.server();
    const extension = await extensionOf(server);
    for (const wrong of [
      { ...right, password: 'guess' },
      { ...right, extension: '4711' },
    ]) {
      const sipp = await startSippRegistering(stage, server, wrong);
      assert.notEqual((await sipp.end()).code, 0);
      assert.match(await sipp.messages(), /^SIP\/2\.0 403 Forbidden/m);
    }
    assert.deepEqual(await registrationsOf(server, extension), []);
  });
});
