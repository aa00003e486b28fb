import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Path } from '../transaction/path.ts';
import { resolveConfig, type SipEngineConfig } from './config.ts';
import { nextHopPath } from './next-hop.ts';

const udp: Path = {
  transport: 'UDP',
  local: { address: '192.0.2.1', port: 5060 },
  remote: { address: '198.51.100.9', port: 5060 },
};
const tcp: Path = {
  ...udp,
  transport: 'TCP',
  remote: { address: '198.51.100.9', port: 41_000 },
  connection: 'c1',
};

function hop(uri: string, latest: Path, config: Partial<SipEngineConfig> = {}): Path {
  return nextHopPath(
    uri,
    latest,
    resolveConfig({ userAgent: 'Parley', local: (path) => path.local, ...config }),
  );
}

test('the address as written, with the default port where none is', () => {
  assert.deepEqual(hop('sip:x@198.51.100.7:5080', udp).remote, { address: '198.51.100.7', port: 5080 });
  assert.deepEqual(hop('sip:x@198.51.100.7', udp).remote, { address: '198.51.100.7', port: 5060 });
  assert.deepEqual(hop('sip:x@[2001:db8::7]:5080', udp).remote, { address: '2001:db8::7', port: 5080 });
  assert.equal(hop('sip:x@198.51.100.9', udp), udp);
});

test('the transport the URI names: its parameter, or TLS for sips', () => {
  assert.equal(hop('sip:x@198.51.100.7;transport=tcp', udp).transport, 'TCP');
  const tls = hop('sips:x@198.51.100.7', udp);
  assert.deepEqual([tls.transport, tls.remote.port], ['TLS', 5061]);
});

test('an open connection to that address is used, whatever port the URI names', () => {
  assert.equal(hop('sip:x@198.51.100.9:5060', tcp), tcp);
  assert.equal(hop('sip:x@198.51.100.7:5060', tcp).connection, undefined);
});

test('a WebSocket peer is only reached over its connection', () => {
  const ws: Path = { ...tcp, transport: 'WSS' };
  assert.equal(hop('sip:x@198.51.100.7;transport=ws', ws), ws);
  assert.equal(hop('sip:x@k2j3.invalid;transport=ws', ws), ws);
});

test('a host name, which we do not look up, means the peer we hear', () => {
  assert.equal(hop('sip:x@pbx.example.org', udp), udp);
  assert.equal(hop('tel:+15551234', udp), udp);
  assert.equal(hop('nonsense', udp), udp);
});

test('a private address of a peer seen under a public one means the peer we see', () => {
  for (const host of ['10.1.2.3', '192.168.0.5', '172.20.1.1', '100.64.0.9', '127.0.0.1', '[fd00::5]']) {
    assert.equal(hop(`sip:x@${host}:5060`, udp), udp);
  }
  const inside: Path = { ...udp, remote: { address: '10.0.0.2', port: 5060 } };
  assert.deepEqual(hop('sip:x@10.1.2.3:5060', inside).remote, { address: '10.1.2.3', port: 5060 });
});

test('the owner may know better', () => {
  const elsewhere: Path = { ...udp, remote: { address: '203.0.113.5', port: 5065 } };
  const resolve: SipEngineConfig['resolve'] = (uri) =>
    uri.host === 'pbx.example.org' ? elsewhere : undefined;
  assert.equal(hop('sip:x@pbx.example.org', udp, { resolve }), elsewhere);
  assert.equal(hop('sip:x@other.example.org', udp, { resolve }), udp);
});
