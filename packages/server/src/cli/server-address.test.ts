import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createEventReader } from './api-client.ts';
import { findAccessKey, parseServer, serverAddress } from './server-address.ts';

describe('the address of the server', () => {
  it('is where a server without settings would be', () => {
    const { host, httpPort, sipPort, dataDir, accessKey } = serverAddress({});
    assert.deepEqual(
      [host, httpPort, sipPort, dataDir, accessKey],
      ['127.0.0.1', 8080, 5060, './data', undefined],
    );
  });

  it('follows the settings of the server, and is loopback when that listens everywhere', () => {
    const { host, httpPort, sipPort, accessKey } = serverAddress({
      PARLEY_HOST: '0.0.0.0',
      PARLEY_HTTP_PORT: '9000',
      PARLEY_SIP_PORT: '5070',
      PARLEY_ACCESS_KEY: 'key',
    });
    assert.deepEqual([host, httpPort, sipPort, accessKey], ['127.0.0.1', 9000, 5070, 'key']);
    assert.equal(serverAddress({ PARLEY_HOST: '::' }).host, '::1');
  });

  it('is not made of settings that are wrong', () => {
    assert.throws(() => serverAddress({ PARLEY_SIP_PORT: 'x' }), /^UsageError: PARLEY_SIP_PORT has to be/);
    assert.throws(() => serverAddress({ PARLEY_SIPPORT: '1' }), /PARLEY_SIPPORT is no setting/);
  });

  it('can be said as a host with or without a port', () => {
    assert.deepEqual(parseServer('localhost'), { host: 'localhost', sipPort: 5060 });
    assert.deepEqual(parseServer('192.0.2.7:5070'), { host: '192.0.2.7', sipPort: 5070 });
    assert.deepEqual(parseServer('[2001:db8::1]:5080'), { host: '2001:db8::1', sipPort: 5080 });
    assert.deepEqual(parseServer('[::1]'), { host: '::1', sipPort: 5060 });
    for (const wrong of ['', ':5060', 'a:0', 'a:65536', 'a:b', '2001:db8::1', 'a b', 'sip:100@a'])
      assert.throws(() => parseServer(wrong), /^UsageError: --server takes HOST:PORT/, wrong);
  });

  it('comes with the key that was set, or tells where one was looked for', () => {
    const address = serverAddress({ PARLEY_DATA_DIR: '/no/such' });
    assert.deepEqual(findAccessKey({ ...address, accessKey: 'key' }), { ok: true, key: 'key' });
    const missing = findAccessKey(address);
    assert.ok(!missing.ok);
    assert.match(missing.problem, /\/no\/such\/access-key is not there\. Set PARLEY_DATA_DIR/);
  });

  it('has to have the port of the API before events can be read', () => {
    const address = serverAddress({ PARLEY_HTTP_PORT: '0', PARLEY_ACCESS_KEY: 'key' });
    assert.throws(() => createEventReader(address), /^Failure: PARLEY_HTTP_PORT is 0/);
  });
});
