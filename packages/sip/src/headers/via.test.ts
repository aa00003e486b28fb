import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseVia, printVia } from './via.ts';

function read(value: string) {
  const parsed = parseVia(value);
  assert.ok(parsed.ok, value);
  return parsed.value;
}

describe('parseVia', () => {
  test('reads transport, sent-by and parameters', () => {
    const via = read('SIP/2.0/udp host.example:5062;branch=z9hG4bK1;rport');
    assert.deepEqual([via.transport, via.host, via.port], ['UDP', 'host.example', 5062]);
    assert.deepEqual(
      [...via.params],
      [
        ['branch', 'z9hG4bK1'],
        ['rport', undefined],
      ],
    );
  });

  test('reads an IPv6 reference without its brackets', () => {
    const via = read('SIP/2.0/TCP [2001:db8::1]:5060;branch=z9hG4bK1');
    assert.deepEqual([via.host, via.port], ['2001:db8::1', 5060]);
    assert.equal(read('SIP/2.0/TCP [2001:db8::1]').port, undefined);
  });

  test('takes blanks wherever the grammar allows them', () => {
    const via = read('SIP / 2.0 / UDP  host.example : 5060 ; branch = z9hG4bK1');
    assert.deepEqual([via.host, via.port, via.params.get('branch')], ['host.example', 5060, 'z9hG4bK1']);
  });

  test('takes the brackets off an IPv6 received', () => {
    assert.equal(read('SIP/2.0/UDP h;received=[2001:db8::9]').params.get('received'), '2001:db8::9');
    assert.equal(read('SIP/2.0/UDP h;received=2001:db8::9').params.get('received'), '2001:db8::9');
  });

  for (const value of [
    '',
    'SIP/2.0/UDP',
    'SIP/2.0/UDP ',
    'SIP/3.0/UDP host',
    'HTTP/2.0/UDP host',
    'SIP/2.0/U(P host',
    'SIP/2.0/UDP host:0x10',
    'SIP/2.0/UDP host:70000',
    'SIP/2.0/UDP ho st',
    'SIP/2.0/UDP [::1',
    'SIP/2.0/UDP [host]',
    'SIP/2.0/UDP ::1',
    'SIP/2.0/UDP host;;branch=1',
    'SIP/2.0/UDP host;branch=1,x',
  ]) {
    test(`refuses '${value}'`, () => {
      assert.deepEqual(parseVia(value), { ok: false, error: 'malformedVia' });
    });
  }
});

test('printVia gives back what parseVia read', () => {
  for (const value of [
    'SIP/2.0/UDP host.example:5062;branch=z9hG4bK1;rport',
    'SIP/2.0/WSS [2001:db8::1]:443;branch=z9hG4bK1',
    'SIP/2.0/TLS a_b',
  ]) {
    assert.equal(printVia(read(value)), value);
  }
});
