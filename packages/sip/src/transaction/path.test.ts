import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseVia, type Via } from '../headers/via.ts';
import { fallbackPath, type Path, pathKey, responsePath } from './path.ts';

const udp: Path = {
  transport: 'UDP',
  local: { address: '192.0.2.1', port: 5060 },
  remote: { address: '198.51.100.4', port: 40_123 },
};
const tls: Path = { ...udp, transport: 'TLS', connection: 'c1' };

function via(text: string): Via {
  const parsed = parseVia(text);
  assert.ok(parsed.ok);
  return parsed.value;
}

describe('where a response goes', () => {
  test('with rport: to the source address and port, from the socket it came to (RFC 3581 section 4)', () => {
    assert.deepEqual(responsePath(udp, via('SIP/2.0/UDP 10.0.0.5:5060;branch=z9hG4bKa;rport')), udp);
  });

  test('without rport: to the source address at the sent-by port (RFC 3261 section 18.2.2)', () => {
    const { remote } = responsePath(udp, via('SIP/2.0/UDP 10.0.0.5:5070;branch=z9hG4bKa'));
    assert.deepEqual(remote, { address: '198.51.100.4', port: 5070 });
  });

  test('without any port in sent-by: to the default port', () => {
    const { remote } = responsePath(udp, via('SIP/2.0/UDP phone.example.org;branch=z9hG4bKa'));
    assert.deepEqual(remote, { address: '198.51.100.4', port: 5060 });
  });

  test('maddr does not send our responses to a third party', () => {
    const { remote } = responsePath(udp, via('SIP/2.0/UDP 10.0.0.5;maddr=203.0.113.1;branch=z9hG4bKa'));
    assert.equal(remote.address, '198.51.100.4');
  });

  test('over a connection: back over it', () => {
    assert.equal(responsePath(tls, via('SIP/2.0/TLS 10.0.0.5:5070;branch=z9hG4bKa')), tls);
  });

  test('over a broken connection: to a new one at the sent-by port, 5061 for TLS', () => {
    const fallback = fallbackPath(tls, via('SIP/2.0/TLS 10.0.0.5;branch=z9hG4bKa'));
    assert.deepEqual(fallback, {
      transport: 'TLS',
      local: tls.local,
      remote: { address: '198.51.100.4', port: 5061 },
    });
    assert.equal(fallbackPath(udp, via('SIP/2.0/UDP 10.0.0.5;branch=z9hG4bKa')), undefined);
    assert.equal(
      fallbackPath({ ...tls, transport: 'WSS' }, via('SIP/2.0/WSS x.invalid;branch=z9hG4bKa')),
      undefined,
    );
  });
});

test('paths that fail together have the same key', () => {
  assert.equal(pathKey(tls), pathKey({ ...tls, remote: { address: '198.51.100.4', port: 1 } }));
  assert.notEqual(pathKey(tls), pathKey({ ...tls, connection: 'c2' }));
  assert.notEqual(pathKey(udp), pathKey({ ...udp, remote: { address: '198.51.100.4', port: 1 } }));
});
