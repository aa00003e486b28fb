import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe } from 'node:test';
import type { Call, CallsCreated, Provider, Trunk } from '@parley/contract';
import { freeTcpPort } from './harness/free-port.ts';
import { callWithSipp, startSipp } from './harness/sipp.ts';
import { routeTo, startSippCarrier } from './harness/sipp-carrier.ts';
import type { ServerProcess } from './harness/server-process.ts';
import { scene } from './harness/stage.ts';
import { until } from './harness/until.ts';

const stay = [{ type: 'sleep', option: { duration: 60_000 } }];

async function dial(server: ServerProcess, wish: object = {}): Promise<Call> {
  const { calls } = await server.api.post<CallsCreated>('/v1.0/calls', {
    source: { target: '+4930111' },
    destinations: [{ target: '+4930222' }],
    actions: stay,
    ...wish,
  });
  const [call] = calls;
  assert.ok(call);
  return call;
}

async function isIn(server: ServerProcess, { id }: Call, status: Call['status']): Promise<Call> {
  return await until(`call ${id} is ${status}`, async () => {
    const call = await server.api.call(id);
    return call.status === status ? call : undefined;
  });
}

function headerOf(message: string | undefined, name: string): string | undefined {
  return new RegExp(`^${name}: (.*?)\\r?$`, 'im').exec(message ?? '')?.[1];
}

/** RFC 2069, which is what the scenario asks for. */
function digestOf(given: {
  readonly username: string;
  readonly password: string;
  readonly proof: ReadonlyMap<string | undefined, string | undefined>;
}): string {
  const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
  const { username, password, proof } = given;
  const secret = md5(`${username}:carrier.example:${password}`);
  return md5(`${secret}:${proof.get('nonce')}:${md5(`INVITE:${proof.get('uri')}`)}`);
}

describe('calls through carriers', { concurrency: 2 }, () => {
  scene('go to the second provider when the first says 503, as one call', async (stage) => {
    const server = await stage.server();
    await server.number('+4930111', stay);
    const [full, well] = [
      await startSippCarrier(stage, 'carrier-full.xml'),
      await startSippCarrier(stage, 'carrier-answers.xml'),
    ];
    await routeTo(server, full, { priority: 1 });
    await routeTo(server, well, {
      priority: 2,
      tech_prefix: '00',
      tech_headers: { 'X-Account': '7' },
      codecs: 'PCMA',
    });
    const call = await dial(server);
    await isIn(server, call, 'progressing');
    const [invite, ...more] = await well.invites();
    assert.deepEqual(more, []);
    assert.match(invite ?? '', new RegExp(`^INVITE sip:00\\+4930222@127.0.0.1:${well.port} SIP`));
    assert.match(headerOf(invite, 'From') ?? '', /<sip:\+4930111@127\.0\.0\.1>/);
    assert.equal(headerOf(invite, 'X-Account'), '7');
    assert.match(invite ?? '', /^m=audio \d+ RTP\/AVP 8 101\r?$/m);
    assert.equal((await full.invites()).length, 1);
    await server.api.post(`/v1.0/calls/${call.id}/hangup`);
    await isIn(server, call, 'hangup');
    await well.got('BYE');
    assert.equal((await server.api.calls()).length, 1);
  });

  scene(
    'pass over a provider that says nothing, and hang up on it when it answers after all',
    async (stage) => {
      const server = await stage.server({ settings: { PARLEY_ROUTE_TIMEOUT: '2' } });
      const silent = await stage.phone(server, { silent: true });
      const well = await startSippCarrier(stage, 'carrier-answers.xml');
      await routeTo(server, { port: Number(silent.uri.split(':').at(-1)) }, { priority: 1 });
      await routeTo(server, well, { priority: 2 });
      const call = await dial(server);
      const late = await silent.rung();
      await isIn(server, call, 'progressing');
      assert.equal((await well.invites()).length, 1);
      await late.answer();
      await late.request('BYE');
      assert.equal((await server.api.call(call.id)).status, 'progressing');
      await server.api.post(`/v1.0/calls/${call.id}/hangup`);
      await isIn(server, call, 'hangup');
      await well.got('BYE');
    },
  );

  scene('do not go on when the far end is busy', async (stage) => {
    const server = await stage.server();
    const [busy, well] = [
      await startSippCarrier(stage, 'carrier-busy.xml'),
      await startSippCarrier(stage, 'carrier-answers.xml'),
    ];
    await routeTo(server, busy, { priority: 1 });
    await routeTo(server, well, { priority: 2 });
    const { hangup_reason: reason } = await isIn(server, await dial(server), 'hangup');
    assert.equal(reason, 'busy');
    assert.deepEqual(await well.invites(), []);
  });

  scene('prove who we are to a provider that asks, and show nobody what with', async (stage) => {
    const server = await stage.server({ settings: { PARLEY_DEMO: 'off' } });
    const account = { username: 'bakery', password: 'sour-dough-17' };
    const asks = await startSippCarrier(stage, 'carrier-asks.xml');
    await routeTo(server, asks, account);
    const call = await dial(server);
    await isIn(server, call, 'progressing');
    const invites = await asks.invites();
    assert.equal(invites.length, 2);
    const proof = new Map(
      [...(headerOf(invites[1], 'Proxy-Authorization') ?? '').matchAll(/(\w+)="?([^",]+)"?/g)].map(
        ([, name, value]) => [name, value] as const,
      ),
    );
    assert.equal(proof.get('username'), account.username);
    assert.equal(proof.get('response'), digestOf({ ...account, proof }));
    assert.match(headerOf(invites[1], 'From') ?? '', /<sip:bakery@/, 'we have no number to show');
    const told = [server.program.stderr.entries, server.program.stdout.entries].flat().join('\n');
    assert.ok(!told.includes(account.password));
  });

  scene('hide an anonymous caller from the far end and tell the provider', async (stage) => {
    const server = await stage.server();
    await server.number('+4930333', stay);
    const well = await startSippCarrier(stage, 'carrier-answers.xml');
    await routeTo(server, well);
    await isIn(server, await dial(server, { anonymous: 'yes' }), 'progressing');
    const [invite] = await well.invites();
    assert.match(headerOf(invite, 'From') ?? '', /<sip:anonymous@anonymous\.invalid>/);
    assert.equal(headerOf(invite, 'Privacy'), 'id');
    assert.equal(
      headerOf(invite, 'P-Asserted-Identity'),
      '<sip:+4930333@127.0.0.1>',
      'the first number of ours',
    );
  });

  scene('go to the next provider while one is full, and come back when its call is over', async (stage) => {
    const server = await stage.server();
    const [first, second] = [
      await startSippCarrier(stage, 'carrier-answers.xml'),
      await startSippCarrier(stage, 'carrier-answers.xml'),
    ];
    await routeTo(server, first, { priority: 1, max_calls: 1 });
    await routeTo(server, second, { priority: 2, max_calls: 1 });
    const calls = [await dial(server), await dial(server)];
    for (const call of calls) await isIn(server, call, 'progressing');
    const turnedAway = await isIn(server, await dial(server), 'hangup');
    assert.equal(turnedAway.hangup_reason, 'failed');
    assert.deepEqual([(await first.invites()).length, (await second.invites()).length], [1, 1]);
    assert.equal(await server.api.metric('parley_provider_limited_total'), 3);
    const [oldest] = calls;
    assert.ok(oldest);
    await server.api.post(`/v1.0/calls/${oldest.id}/hangup`);
    await isIn(server, oldest, 'hangup');
    await isIn(server, await dial(server), 'progressing');
    assert.deepEqual([(await first.invites()).length, (await second.invites()).length], [2, 1]);
  });

  scene('go first to a provider that is well, when another has been found not to be', async (stage) => {
    const server = await stage.server();
    const well = await startSippCarrier(stage, 'carrier-answers.xml');
    const gone = {
      hostname: '127.0.0.1',
      port: await freeTcpPort(),
      transport: 'tcp',
      allowed_prefixes: ['all'],
    };
    const { id } = await server.api.post<Provider>('/v1.0/providers', gone);
    await server.api.post('/v1.0/routes', { provider_id: id, target: '+49' });
    await until('a provider that is not well', async () => {
      const { health_status: health } = await server.api.get<Provider>(`/v1.0/providers/${id}`);
      return health === 'unhealthy' ? true : undefined;
    });
    await routeTo(server, well);
    const visits: string[] = [];
    const visited = createServer((socket) => {
      visits.push('one');
      socket.destroy();
    });
    stage.closing(async () => void visited.close());
    await once(visited.listen(gone.port, '127.0.0.1'), 'listening');
    await isIn(server, await dial(server), 'progressing');
    assert.deepEqual([(await well.invites()).length, visits], [1, []]);
    const figures = await server.api.get<string>('/metrics');
    assert.match(figures, /^parley_providers\{health="unhealthy"\} 1$/m);
    assert.match(figures, /^parley_providers\{health="healthy"\} 1$/m);
  });

  scene('reach us from a provider that we are registered with, until the server stops', async (stage) => {
    const server = await stage.server();
    const account = { username: 'bakery', password: 'sour-dough-17' };
    const carrier = await startSippCarrier(stage, 'carrier-registrar.xml');
    await routeTo(server, carrier, { ...account, register: true });
    const [, register] = await carrier.got('REGISTER', 2);
    assert.match(headerOf(register, 'Authorization') ?? '', /username="bakery"/);
    assert.match(headerOf(register, 'Contact') ?? '', new RegExp(`<sip:bakery@127.0.0.1:${server.sipPort}>`));
    await until('a registration', async () => {
      const figures = await server.api.get<string>('/metrics');
      return figures.includes('parley_provider_registrations{state="registered"} 1') ? true : undefined;
    });
    server.program.signal('SIGTERM');
    const last = (await carrier.got('REGISTER', 3)).at(-1);
    assert.equal(headerOf(last, 'Expires'), '0');
    await server.program.end();
  });

  scene('are not made without a setting that allows them, and the reply says which', async (stage) => {
    const server = await stage.server();
    const body = { source: { target: '1' }, destinations: [{ target: '+4930222' }] };
    const none = await server.api.ask('POST', '/v1.0/calls', body);
    assert.match(JSON.stringify(none.body), /no route leads to \+4930222/);
    const well = await startSippCarrier(stage, 'carrier-answers.xml');
    await routeTo(server, well, { allowed_prefixes: ['+1'], name: 'Acme' });
    const closed = await server.api.ask('POST', '/v1.0/calls', body);
    assert.match(JSON.stringify(closed.body), /allowed_prefixes of provider Acme/);
    assert.deepEqual(await well.invites(), []);
  });
});

describe('calls over trunks', { concurrency: 2 }, () => {
  const outside = async (server: ServerProcess, count: number): Promise<Call[]> =>
    (await server.api.calls()).filter(({ direction }) => direction === 'outgoing').slice(0, count);

  scene('from an address of one are connected through our providers', async (stage) => {
    const server = await stage.server();
    await server.number('+4930111', stay);
    const well = await startSippCarrier(stage, 'carrier-answers.xml');
    await routeTo(server, well);
    const pbx = { scenario: 'caller-hangs-up.xml', number: '+4930222', calls: 1, rate: 1, talkMs: 300 };
    const trunk = { domain_name: 'cellar.example', auth_types: ['ip'], allowed_ips: ['127.0.0.1'] };
    const { id } = await server.api.post<Trunk>('/v1.0/trunks', trunk);
    await callWithSipp(stage, server, pbx);
    await well.got('BYE');
    assert.match(headerOf((await well.invites())[0], 'From') ?? '', /<sip:\+4930111@/, 'not what SIPp says');
    assert.equal((await outside(server, 9)).length, 1);
    await server.api.ask('DELETE', `/v1.0/trunks/${id}`);
    await callWithSipp(stage, server, { ...pbx, scenario: 'unknown-number.xml' });
    assert.equal((await well.invites()).length, 1);
  });

  scene('that prove the password of one are connected, and those that do not are refused', async (stage) => {
    const server = await stage.server();
    const account = { domain: 'cellar.example', username: 'cellar', password: 'rye-and-spelt-4711' };
    const { domain, ...login } = account;
    await server.api.post<Trunk>('/v1.0/trunks', { domain_name: domain, auth_types: ['basic'], ...login });
    const well = await startSippCarrier(stage, 'carrier-answers.xml');
    await routeTo(server, well);
    const pbx = { scenario: 'trunk-proves.xml', number: '+4930222', calls: 1, rate: 1, talkMs: 300 };
    await callWithSipp(stage, server, { ...pbx, account });
    await well.got('BYE');
    const wrong = await startSipp(stage, server, {
      ...pbx,
      account: { ...account, password: 'wheat' },
      timeoutS: 10,
    });
    assert.notEqual((await wrong.end()).code, 0);
    assert.match(await wrong.messages(), /SIP\/2\.0 403 /);
    assert.equal((await outside(server, 9)).length, 1);
  });

  scene('are all that is answered when the server listens to the world', async (stage) => {
    const settings = { PARLEY_HOST: '0.0.0.0', PARLEY_ADVERTISED_ADDRESS: '127.0.0.1' };
    const server = await stage.server({ settings });
    await server.number('1000', [{ type: 'answer' }, ...stay]);
    const pbx = { number: '1000', calls: 1, rate: 1, talkMs: 200 };
    const stranger = await startSipp(stage, server, { ...pbx, scenario: 'caller-hangs-up.xml', timeoutS: 2 });
    assert.notEqual((await stranger.end()).code, 0);
    assert.doesNotMatch(await stranger.messages(), /message received/);
    const account = { domain: 'cellar.example', username: 'cellar', password: 'rye-and-spelt-4711' };
    const { domain: domain_name, ...login } = account;
    await server.api.post<Trunk>('/v1.0/trunks', { domain_name, auth_types: ['basic'], ...login });
    await callWithSipp(stage, server, { ...pbx, scenario: 'trunk-proves.xml', account });
    const byAddress = { domain_name: 'attic.example', auth_types: ['ip'], allowed_ips: ['127.0.0.1'] };
    await server.api.post<Trunk>('/v1.0/trunks', byAddress);
    await callWithSipp(stage, server, { ...pbx, scenario: 'caller-hangs-up.xml' });
    assert.equal((await server.api.calls()).length, 2);
  });
});
