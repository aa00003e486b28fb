import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as fc from 'fast-check';
import { parseSdp, printSdp } from './sdp.ts';

const head = ['v=0', 'o=- 42 7 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'];

function read(...lines: string[]) {
  const parsed = parseSdp([...lines, ''].join('\r\n'));
  assert.ok(parsed.ok);
  return parsed.value;
}

function media(...lines: string[]) {
  const [first] = read(...head, ...lines).media;
  assert.ok(first);
  return first;
}

describe('parseSdp', () => {
  test('reads origin and media lines', () => {
    const session = read(
      ...head,
      'm=audio 4000 RTP/AVP 0 8',
      'm=video 0 rtp/savpf 96',
      'm=x-data 9/2 udp/x *',
    );
    assert.deepEqual(session.origin, { sessionId: '42', version: '7' });
    assert.deepEqual(
      session.media.map(({ type, port, protocol, formats }) => [type, port, protocol, formats.join(' ')]),
      [
        ['audio', 4000, 'RTP/AVP', '0 8'],
        ['video', 0, 'RTP/SAVPF', '96'],
        ['x-data', 9, 'UDP/X', '*'],
      ],
    );
  });

  test('keeps an origin too large for a number', () => {
    assert.equal(
      read('v=0', 'o=- 18446744073709551615 18446744073709551614 IN IP4 h', 's=-').origin.version,
      '18446744073709551614',
    );
  });

  test('reads rtpmap, ptime and direction', () => {
    const one = media(
      'm=audio 4000 RTP/AVP 0 96',
      'a=rtpmap:96 opus/48000/2',
      'a=rtpmap:0 PCMU/8000',
      'a=ptime:30',
      'a=maxptime:60',
      'a=sendonly',
    );
    assert.deepEqual(
      [...one.codecs],
      [
        [96, { name: 'opus', rate: 48000, channels: 2 }],
        [0, { name: 'PCMU', rate: 8000, channels: 1 }],
      ],
    );
    assert.deepEqual([one.ptimeMs, one.maxPtimeMs, one.direction], [30, 60, 'sendonly']);
  });

  test('ignores attributes that make no sense', () => {
    const one = media(
      'm=audio 4000 RTP/AVP 0',
      'a=rtpmap:zz PCMU/8000',
      'a=rtpmap:200 X/8000',
      'a=rtpmap:5 X',
      'a=ptime:x',
      'a=ptime:0',
      'a=maxptime:99999',
      'a=rtcp:0',
      'a=nonsense',
    );
    assert.deepEqual(
      [one.codecs.size, one.ptimeMs, one.maxPtimeMs, one.rtcp],
      [0, undefined, undefined, undefined],
    );
  });

  test('a media-level connection and direction win over those of the session', () => {
    const session = read(
      ...head,
      'a=recvonly',
      'm=audio 1 RTP/AVP 0',
      'c=IN IP6 2001:db8::5',
      'a=sendonly',
      'm=audio 2 RTP/AVP 0',
    );
    assert.deepEqual(
      session.media.map((one) => [one.address, one.direction]),
      [
        ['2001:db8::5', 'sendonly'],
        ['192.0.2.1', 'recvonly'],
      ],
    );
  });

  test('has no address where media cannot be sent', () => {
    for (const address of ['host.example', '224.2.1.1/127', 'ff02::1', '1.2.3', '1.2.3.4.5']) {
      assert.equal(media('m=audio 1 RTP/AVP 0', `c=IN IP4 ${address}`).address, undefined, address);
    }
  });

  test('reads a=rtcp with and without its address', () => {
    assert.deepEqual(media('m=audio 1 RTP/AVP 0', 'a=rtcp:53020').rtcp, { port: 53020 });
    assert.deepEqual(media('m=audio 1 RTP/AVP 0', 'a=rtcp:53020 IN IP6 2001:db8::9').rtcp, {
      port: 53020,
      address: '2001:db8::9',
    });
  });

  test('takes bare line feeds and no line end after the last line', () => {
    const parsed = parseSdp([...head, 'm=audio 1 RTP/AVP 0'].join('\n'));
    assert.ok(parsed.ok && parsed.value.media.length === 1);
  });

  test('takes a missing connection only where nothing is sent', () => {
    const bare = head.filter((line) => !line.startsWith('c='));
    assert.equal(read(...bare, 'm=audio 0 RTP/AVP 0').media.length, 1);
    assert.ok(!parseSdp([...bare, 'm=audio 1 RTP/AVP 0'].join('\r\n')).ok);
  });

  for (const [name, text] of Object.entries({
    nothing: '',
    'no version': head.slice(1).join('\r\n'),
    'another version': ['v=1', ...head.slice(1)].join('\r\n'),
    'no origin': head.filter((line) => !line.startsWith('o=')).join('\r\n'),
    'a broken origin': ['v=0', 'o=nonsense', ...head.slice(2)].join('\r\n'),
    'letters in the origin': ['v=0', 'o=- a b IN IP4 h', ...head.slice(2)].join('\r\n'),
    'an empty media line': [...head, 'm='].join('\r\n'),
    'no formats': [...head, 'm=audio 1 RTP/AVP'].join('\r\n'),
    'no port': [...head, 'm=audio RTP/AVP 0'].join('\r\n'),
    'an overlarge port': [...head, 'm=audio 65536 RTP/AVP 0'].join('\r\n'),
    'a negative port': [...head, 'm=audio -1 RTP/AVP 0'].join('\r\n'),
    'control characters': [...head, 'm=audio 1 RTP/AVP \u0001'].join('\r\n'),
    'too many formats': [...head, `m=audio 1 RTP/AVP${' 0'.repeat(129)}`].join('\r\n'),
    'too many streams': [...head, ...Array.from({ length: 33 }, () => 'm=audio 0 RTP/AVP 0')].join('\r\n'),
    'something else': '{"type":"offer"}',
  })) {
    test(`refuses ${name}`, () => {
      assert.deepEqual(parseSdp(text), { ok: false, error: 'malformed' });
    });
  }

  test('never throws for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseSdp(text)));
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => void parseSdp(`v=0\r\no=- 1 1 IN IP4 h\r\nm=audio 0 RTP/AVP 0\r\na=${text}`),
      ),
    );
  });
});

test('printSdp names the family of the address', () => {
  const text = printSdp({
    sessionId: '9',
    version: 3,
    address: '2001:db8::1',
    media: [['m=audio 1 RTP/AVP 0', 'a=sendrecv']],
  });
  assert.equal(
    text,
    'v=0\r\no=- 9 3 IN IP6 2001:db8::1\r\ns=-\r\nc=IN IP6 2001:db8::1\r\nt=0 0\r\nm=audio 1 RTP/AVP 0\r\na=sendrecv\r\n',
  );
  assert.deepEqual(read(...text.split('\r\n')).media[0]?.address, '2001:db8::1');
});
