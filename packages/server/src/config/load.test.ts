import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { defaultHttpSettings } from '../http/settings.ts';
import { loadSettings } from './load.ts';

const nothing = { flags: [], environment: {}, file: undefined };

function settings(sources: Partial<Parameters<typeof loadSettings>[0]>) {
  const loaded = loadSettings({ ...nothing, ...sources });
  assert.ok(loaded.ok);
  return loaded.settings;
}

function problems(sources: Partial<Parameters<typeof loadSettings>[0]>): string {
  const loaded = loadSettings({ ...nothing, ...sources });
  assert.ok(!loaded.ok);
  return loaded.problems.join('\n');
}

describe('settings', () => {
  it('have their defaults when nobody gives them', () => {
    const { host, httpPort, sipPort, rtpPorts, dataDir } = settings({});
    assert.deepEqual(
      [host, httpPort, sipPort, rtpPorts, dataDir],
      ['127.0.0.1', 8080, 5060, { min: 10_000, max: 19_999 }, './data'],
    );
  });

  it('come from flags before environment before file', () => {
    const file = '{"httpPort": 1, "sipPort": 1, "maxCalls": 7}';
    const environment = { PARLEY_HTTP_PORT: '2', PARLEY_SIP_PORT: '2' };
    const { httpPort, sipPort, maxCalls } = settings({ flags: ['--http-port=3'], environment, file });
    assert.deepEqual([httpPort, sipPort, maxCalls], [3, 2, 7]);
  });

  it('that are unknown are named, wherever they stand, together with what is known', () => {
    const text = problems({ flags: ['--port', '1'], environment: { PARLEY_PORT: '1' }, file: '{"port": 1}' });
    assert.match(text, /^--port is no setting; known are --host/m);
    assert.doesNotMatch(text, /^1 is no setting/m);
    assert.match(text, /^PARLEY_PORT is no setting; known are PARLEY_HOST/m);
    assert.match(text, /^port in parley\.config\.json is no setting/m);
  });

  it('that are unknown keep none of the others from being read', () => {
    const text = problems({ flags: ['--port', '--host', 'x', '--http-port', 'y', 'z'] });
    assert.deepEqual(
      text.split('\n').map((line) => line.split(' ')[0]),
      ['--port', 'z', '--http-port'],
    );
  });

  it('say which proxies stand in front and how much one address may ask', () => {
    const environment = { PARLEY_TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8', PARLEY_REQUEST_RATE: '50' };
    const { trustedProxies, requestRate } = settings({ environment });
    assert.deepEqual([trustedProxies, requestRate], [['127.0.0.1', '10.0.0.0/8'], 50]);
    assert.deepEqual(settings({}).trustedProxies, []);
    assert.equal(settings({}).requestRate, defaultHttpSettings.apiRate.perSecond);
    assert.match(problems({ flags: ['--trusted-proxies', 'nginx'] }), /nginx is none/);
  });

  it('have one spelling for a domain', () => {
    assert.equal(settings({}).sipDomain, 'parley.internal');
    assert.equal(settings({ flags: ['--sip-domain=Phones.Example.ORG'] }).sipDomain, 'phones.example.org');
    for (const wrong of ['', 'a b', '.org', 'a..b', 'phones.example.org:5060', '-a'])
      assert.match(problems({ environment: { PARLEY_SIP_DOMAIN: wrong } }), /has to be a host name/, wrong);
  });

  it('with a value that does not fit are named with what would', () => {
    assert.match(
      problems({ flags: ['--http-port', 'many'] }),
      /--http-port has to be a whole number from 0 to 65535/,
    );
    assert.match(
      problems({ environment: { PARLEY_RTP_PORTS: '7' } }),
      /PARLEY_RTP_PORTS has to be two ports/,
    );
    assert.match(
      problems({ environment: { PARLEY_TRUSTED_PEERS: '10.0.0.0/99' } }),
      /10\.0\.0\.0\/99 is none/,
    );
    assert.match(problems({ file: '{' }), /is not JSON/);
    assert.match(problems({ flags: ['--host'] }), /--host needs a value/);
  });

  it('leave other variables of the environment alone', () => {
    assert.ok(loadSettings({ ...nothing, environment: { PATH: '/bin', PARLEYS: 'x' } }).ok);
  });
});
