import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  abandonExchange,
  createOfferAnswer,
  type LocalMedia,
  makeAnswer,
  makeOffer,
  type Negotiated,
  negotiatedMedia,
  type OfferAnswer,
  type OfferAnswerError,
  receiveAnswer,
  receiveOffer,
} from './offer-answer.ts';
import type { Result } from './result.ts';
import type { Direction } from './sdp.ts';

const local: LocalMedia = { address: '198.51.100.1', port: 10_000, sessionId: '77' };
const head = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'];
const audio = 'm=audio 4000 RTP/AVP 0 8 101';
const event = 'a=rtpmap:101 telephone-event/8000';

function sdp(...lines: string[]): string {
  return [...head, ...lines, ''].join('\r\n');
}

function valueOf<T>(result: Result<T, OfferAnswerError>): T {
  assert.ok(result.ok, result.ok ? '' : result.error);
  return result.value;
}

/** Answers an offer in a state. */
function answer(offer: string, mine: Partial<LocalMedia> = {}, state: OfferAnswer = createOfferAnswer()) {
  return valueOf(makeAnswer(valueOf(receiveOffer(state, offer)), { ...local, ...mine }));
}

/** Makes an offer and takes this answer to it. */
function offered(reply: string, mine: Partial<LocalMedia> = {}, state: OfferAnswer = createOfferAnswer()) {
  return receiveAnswer(valueOf(makeOffer(state, { ...local, ...mine })).state, reply);
}

function linesOf(text: string, start: string): string[] {
  return text.split('\r\n').filter((line) => line.startsWith(start));
}

function versionOf(text: string): number {
  return Number(/^o=- 77 (\d+) /m.exec(text)?.[1]);
}

describe('answering an offer', () => {
  test('takes the first codec of the offer that we know and telephone-event', () => {
    const { sdp: text, negotiated } = answer(
      sdp('m=audio 4000 RTP/AVP 18 8 0 101', 'a=rtpmap:18 G729/8000', event),
    );
    assert.equal(
      text,
      [
        'v=0',
        'o=- 77 1 IN IP4 198.51.100.1',
        's=-',
        'c=IN IP4 198.51.100.1',
        't=0 0',
        'm=audio 10000 RTP/AVP 8 101',
        'a=rtpmap:8 PCMA/8000',
        'a=rtpmap:101 telephone-event/8000',
        'a=fmtp:101 0-15',
        'a=ptime:20',
        'a=sendrecv',
        '',
      ].join('\r\n'),
    );
    const expected: Negotiated = {
      remote: { address: '192.0.2.1', port: 4000 },
      codec: 'PCMA',
      payloadType: 8,
      telephoneEventPayloadType: 101,
      receives: [
        { name: 'PCMA', payloadType: 8 },
        { name: 'telephone-event', payloadType: 101 },
      ],
      direction: 'sendrecv',
      ptimeMs: 20,
    };
    assert.deepEqual(negotiated, expected);
  });

  test('offers only codecs we were told to speak', () => {
    const { negotiated, sdp: text } = answer(sdp(audio, event), {
      codecs: [{ name: 'PCMA', payloadType: 8 }],
    });
    assert.deepEqual([negotiated.codec, negotiated.telephoneEventPayloadType], ['PCMA', undefined]);
    assert.deepEqual(linesOf(text, 'm='), ['m=audio 10000 RTP/AVP 8']);
  });

  test('follows the payload types of the offer, dynamic ones too', () => {
    const { negotiated, sdp: text } = answer(
      sdp(
        'm=audio 4000 RTP/AVP 110 97 96',
        'a=rtpmap:110 opus/48000/2',
        'a=rtpmap:97 pcmu/8000/1',
        'a=rtpmap:96 Telephone-Event/8000',
      ),
    );
    assert.deepEqual([negotiated.payloadType, negotiated.telephoneEventPayloadType], [97, 96]);
    assert.deepEqual(linesOf(text, 'm='), ['m=audio 10000 RTP/AVP 97 96']);
    assert.ok(
      text.includes('a=rtpmap:97 PCMU/8000\r\na=rtpmap:96 telephone-event/8000\r\na=fmtp:96 0-15\r\n'),
    );
  });

  test('takes telephone-event only at our clock rate', () => {
    const offer = sdp('m=audio 4000 RTP/AVP 0 110 101', 'a=rtpmap:110 telephone-event/48000', event);
    assert.equal(answer(offer).negotiated.telephoneEventPayloadType, 101);
    const wide = sdp('m=audio 4000 RTP/AVP 0 110', 'a=rtpmap:110 telephone-event/48000');
    assert.equal(answer(wide).negotiated.telephoneEventPayloadType, undefined);
  });

  test('believes an rtpmap over the static meaning of a number', () => {
    const offer = sdp('m=audio 4000 RTP/AVP 0 8', 'a=rtpmap:0 X-OTHER/8000');
    assert.equal(answer(offer).negotiated.codec, 'PCMA');
    assert.deepEqual(
      receiveOffer(createOfferAnswer(), sdp('m=audio 4000 RTP/AVP 0', 'a=rtpmap:0 PCMU/16000')),
      { ok: false, error: 'noCommonCodec' },
    );
    assert.deepEqual(
      receiveOffer(createOfferAnswer(), sdp('m=audio 4000 RTP/AVP 0', 'a=rtpmap:0 PCMU/8000/2')),
      { ok: false, error: 'noCommonCodec' },
    );
  });

  test('answers every m-line in its place and takes the first usable audio stream', () => {
    const offer = sdp(
      'm=video 5000 RTP/AVP 96 97',
      'a=rtpmap:96 H264/90000',
      'm=audio 0 RTP/AVP 0',
      'm=audio 4002 RTP/SAVP 0',
      'm=audio 4004 UDP/TLS/RTP/SAVPF 0',
      'm=audio 4006 RTP/AVP 18',
      'm=audio 4008 RTP/AVP 8',
      'm=audio 4010 RTP/AVP 0',
      'm=image 4012 udptl t38',
    );
    const { sdp: text, negotiated } = answer(offer);
    assert.deepEqual(linesOf(text, 'm='), [
      'm=video 0 RTP/AVP 96 97',
      'm=audio 0 RTP/AVP 0',
      'm=audio 0 RTP/SAVP 0',
      'm=audio 0 UDP/TLS/RTP/SAVPF 0',
      'm=audio 0 RTP/AVP 18',
      'm=audio 10000 RTP/AVP 8',
      'm=audio 0 RTP/AVP 0',
      'm=image 0 UDPTL t38',
    ]);
    assert.equal(negotiated.remote.port, 4008);
  });

  test('passes over streams to addresses that are none', () => {
    const offer = sdp(
      'm=audio 4000 RTP/AVP 0',
      'c=IN IP4 host.example',
      'm=audio 4002 RTP/AVP 0',
      'c=IN IP4 239.0.0.1/9',
      'm=audio 4004 RTP/AVP 0',
    );
    assert.equal(answer(offer).negotiated.remote.port, 4004);
  });

  test('reads addresses from session or media level, IPv6 too', () => {
    const six = answer(sdp(audio, 'c=IN IP6 2001:db8::7'), { address: '2001:db8::1' });
    assert.deepEqual(six.negotiated.remote, { address: '2001:db8::7', port: 4000 });
    assert.ok(six.sdp.includes('c=IN IP6 2001:db8::1\r\n'));
  });

  test('tells where RTCP goes only when the peer says so', () => {
    assert.equal(answer(sdp(audio)).negotiated.rtcp, undefined);
    assert.deepEqual(answer(sdp(audio, 'a=rtcp:4009')).negotiated.rtcp, { address: '192.0.2.1', port: 4009 });
    assert.deepEqual(answer(sdp(audio, 'a=rtcp:4009 IN IP4 192.0.2.9')).negotiated.rtcp, {
      address: '192.0.2.9',
      port: 4009,
    });
  });

  test('sends in the packet time the peer wants, in whole ticks', () => {
    const ptimeOf = (...lines: string[]) => answer(sdp(audio, ...lines)).negotiated.ptimeMs;
    assert.equal(ptimeOf(), 20);
    assert.equal(ptimeOf('a=ptime:40'), 40);
    assert.equal(ptimeOf('a=ptime:30'), 20);
    assert.equal(ptimeOf('a=ptime:10'), 20);
    assert.equal(ptimeOf('a=ptime:200'), 60);
    assert.equal(ptimeOf('a=ptime:60', 'a=maxptime:40'), 40);
    assert.equal(ptimeOf('a=maxptime:10'), 20);
  });

  test('finds nothing in common when there is no codec, no plain RTP or no audio', () => {
    for (const lines of [
      ['m=audio 4000 RTP/AVP 18'],
      ['m=audio 4000 RTP/SAVP 0'],
      ['m=audio 0 RTP/AVP 0'],
      ['m=video 4000 RTP/AVP 0'],
      ['m=audio 4000 RTP/AVP 101', event],
      ['m=audio 4000 RTP/AVP 0x0 zero 1000'],
      [],
    ]) {
      assert.deepEqual(
        receiveOffer(createOfferAnswer(), sdp(...lines)),
        { ok: false, error: 'noCommonCodec' },
        lines.join(),
      );
    }
  });

  test('an offer is checked against the codecs given with it, and again with those of the answer', () => {
    const onlyA = [{ name: 'PCMA', payloadType: 8 }] as const;
    const offer = sdp('m=audio 4000 RTP/AVP 0');
    assert.deepEqual(receiveOffer(createOfferAnswer(), offer, onlyA), { ok: false, error: 'noCommonCodec' });
    assert.deepEqual(
      makeAnswer(valueOf(receiveOffer(createOfferAnswer(), offer)), { ...local, codecs: onlyA }),
      { ok: false, error: 'noCommonCodec' },
    );
  });

  test('reports text that is no session description', () => {
    assert.deepEqual(receiveOffer(createOfferAnswer(), 'hello'), { ok: false, error: 'malformed' });
  });
});

describe('direction', () => {
  const ours: readonly (readonly [offer: string, willing: Direction, expected: Direction])[] = [
    ['sendrecv', 'sendrecv', 'sendrecv'],
    ['sendonly', 'sendrecv', 'recvonly'],
    ['recvonly', 'sendrecv', 'sendonly'],
    ['inactive', 'sendrecv', 'inactive'],
    ['sendrecv', 'sendonly', 'sendonly'],
    ['sendonly', 'sendonly', 'inactive'],
    ['recvonly', 'recvonly', 'inactive'],
    ['recvonly', 'sendonly', 'sendonly'],
    ['sendrecv', 'inactive', 'inactive'],
  ];

  for (const [theirs, willing, expected] of ours) {
    test(`an offer of ${theirs} to one willing to ${willing} becomes ${expected}`, () => {
      const { negotiated, sdp: text } = answer(sdp(audio, `a=${theirs}`), { direction: willing });
      assert.equal(negotiated.direction, expected);
      assert.ok(text.endsWith(`a=${expected}\r\n`));
    });

    test(`an answer of ${theirs} to our offer of ${willing} becomes ${expected}`, () => {
      const { negotiated } = valueOf(offered(sdp(audio, `a=${theirs}`), { direction: willing }));
      assert.equal(negotiated.direction, expected);
    });
  }

  test('a direction of the session holds for its streams', () => {
    assert.equal(answer(sdp('a=inactive', audio)).negotiated.direction, 'inactive');
  });

  for (const [address, family] of [
    ['0.0.0.0', 'IP4'],
    ['::', 'IP6'],
  ] as const) {
    test(`the old hold by ${address} lets us receive but not send`, () => {
      const hold = sdp(audio, `c=IN ${family} ${address}`);
      assert.equal(answer(hold).negotiated.direction, 'recvonly');
      assert.equal(valueOf(offered(hold)).negotiated.direction, 'recvonly');
      assert.equal(
        answer(sdp(audio, `c=IN ${family} ${address}`, 'a=inactive')).negotiated.direction,
        'inactive',
      );
    });
  }

  test('hold and resume go through the same session', () => {
    const first = answer(sdp(audio, event));
    const held = answer(sdp(audio, event, 'a=sendonly'), {}, first.state);
    const resumed = answer(sdp(audio, event, 'a=sendrecv'), {}, held.state);
    assert.deepEqual(
      [first, held, resumed].map((one) => one.negotiated.direction),
      ['sendrecv', 'recvonly', 'sendrecv'],
    );
    assert.deepEqual(
      [first, held, resumed].map((one) => versionOf(one.sdp)),
      [1, 2, 3],
    );
  });
});

describe('later offers of the peer', () => {
  test('the same answer keeps its version, another one counts up', () => {
    const first = answer(sdp(audio));
    const again = answer(sdp(audio), {}, first.state);
    const moved = answer(sdp(audio), { port: 10_002 }, again.state);
    assert.deepEqual(
      [first, again, moved].map((one) => versionOf(one.sdp)),
      [1, 1, 2],
    );
    assert.equal(again.sdp, first.sdp);
  });

  test('the stream in use stays the one in use', () => {
    const first = answer(sdp('m=video 0 RTP/AVP 96', audio));
    const { negotiated, sdp: text } = answer(
      sdp('m=audio 5000 RTP/AVP 0', 'm=audio 4000 RTP/AVP 0'),
      {},
      first.state,
    );
    assert.equal(negotiated.remote.port, 4000);
    assert.deepEqual(linesOf(text, 'm='), ['m=audio 0 RTP/AVP 0', 'm=audio 10000 RTP/AVP 0']);
  });

  test('a refused one leaves what was agreed', () => {
    const { state, negotiated } = answer(sdp(audio));
    assert.deepEqual(receiveOffer(state, sdp('m=audio 4000 RTP/AVP 18')), {
      ok: false,
      error: 'noCommonCodec',
    });
    assert.deepEqual(negotiatedMedia(state), negotiated);
    const pending = valueOf(receiveOffer(state, sdp('m=audio 5000 RTP/AVP 0')));
    assert.deepEqual(negotiatedMedia(abandonExchange(pending)), negotiated);
  });
});

describe('making an offer', () => {
  test('names all our codecs', () => {
    const { sdp: text } = valueOf(makeOffer(createOfferAnswer(), { ...local, direction: 'sendonly' }));
    assert.deepEqual(text.split('\r\n').slice(5), [
      'm=audio 10000 RTP/AVP 0 8 101',
      'a=rtpmap:0 PCMU/8000',
      'a=rtpmap:8 PCMA/8000',
      'a=rtpmap:101 telephone-event/8000',
      'a=fmtp:101 0-15',
      'a=ptime:20',
      'a=sendonly',
      '',
    ]);
  });

  test('the answer decides the codec, its payload types are for sending and ours for receiving', () => {
    const { negotiated, state } = valueOf(
      offered(sdp('m=audio 4000 RTP/AVP 8 96', 'a=rtpmap:96 telephone-event/8000')),
    );
    assert.deepEqual(
      [negotiated.codec, negotiated.payloadType, negotiated.telephoneEventPayloadType],
      ['PCMA', 8, 96],
    );
    assert.deepEqual(
      negotiated.receives.map((codec) => codec.payloadType),
      [0, 8, 101],
    );
    assert.deepEqual(negotiatedMedia(state), negotiated);
  });

  test('an answer may leave out the rtpmap of numbers we offered', () => {
    const { negotiated } = valueOf(offered(sdp('m=audio 4000 RTP/AVP 0 101')));
    assert.equal(negotiated.telephoneEventPayloadType, 101);
  });

  test('an answer that makes no sense is reported', () => {
    assert.deepEqual(offered('hello'), { ok: false, error: 'malformed' });
    assert.deepEqual(offered(sdp()), { ok: false, error: 'malformed' });
    assert.deepEqual(offered(sdp(audio, 'm=video 0 RTP/AVP 96')), { ok: false, error: 'malformed' });
    assert.deepEqual(offered(sdp('m=video 4000 RTP/AVP 96')), { ok: false, error: 'malformed' });
  });

  test('an answer that refuses us is told from one without a codec of ours', () => {
    assert.deepEqual(offered(sdp('m=audio 0 RTP/AVP 0')), { ok: false, error: 'streamRejected' });
    assert.deepEqual(offered(sdp('m=audio 4000 RTP/AVP 18')), { ok: false, error: 'noCommonCodec' });
    assert.deepEqual(offered(sdp('m=audio 4000 RTP/SAVP 0')), { ok: false, error: 'noCommonCodec' });
    assert.deepEqual(offered(sdp(audio), { codecs: [{ name: 'PCMA', payloadType: 8 }] }).ok, true);
    assert.deepEqual(offered(sdp('m=audio 4000 RTP/AVP 0'), { codecs: [{ name: 'PCMA', payloadType: 8 }] }), {
      ok: false,
      error: 'noCommonCodec',
    });
  });

  test('a second answer to the same offer replaces the first', () => {
    const { state } = valueOf(offered(sdp(audio)));
    const { negotiated } = valueOf(receiveAnswer(state, sdp('m=audio 6000 RTP/AVP 8')));
    assert.deepEqual([negotiated.remote.port, negotiated.codec], [6000, 'PCMA']);
  });

  test('one state serves every fork of a call', () => {
    const { state } = valueOf(makeOffer(createOfferAnswer(), local));
    const forks = ['m=audio 6000 RTP/AVP 8', 'm=audio 7000 RTP/AVP 0'].map(
      (line) => valueOf(receiveAnswer(state, sdp(line))).negotiated,
    );
    assert.deepEqual(
      forks.map((one) => `${one.remote.port} ${one.codec}`),
      ['6000 PCMA', '7000 PCMU'],
    );
  });

  test('a later offer repeats all m-lines, the codec in use first and the numbers in use', () => {
    const offer = sdp(
      'm=video 5000 RTP/AVP 99',
      'm=audio 4000 RTP/AVP 8 0 96',
      'a=rtpmap:96 telephone-event/8000',
    );
    const first = answer(offer);
    const { sdp: text } = valueOf(makeOffer(first.state, { ...local, direction: 'sendonly' }));
    assert.deepEqual(linesOf(text, 'm='), ['m=video 0 RTP/AVP 99', 'm=audio 10000 RTP/AVP 8 0 96']);
    assert.equal(versionOf(text), versionOf(first.sdp) + 1);
  });

  test('a number never changes its meaning within a session', () => {
    const first = answer(
      sdp('m=audio 4000 RTP/AVP 0 101 96', 'a=rtpmap:101 opus/48000/2', 'a=rtpmap:96 telephone-event/16000'),
    );
    const { sdp: text } = valueOf(makeOffer(first.state, local));
    assert.deepEqual(linesOf(text, 'm='), ['m=audio 10000 RTP/AVP 0 8 97']);
    assert.ok(text.includes('a=rtpmap:97 telephone-event/8000'));
  });

  test('an unchanged later offer keeps its version, a refused one uses its version up', () => {
    const { state } = valueOf(offered(sdp(audio, event)));
    const same = valueOf(makeOffer(state, local));
    const hold = valueOf(makeOffer(state, { ...local, direction: 'sendonly' }));
    const after = valueOf(makeOffer(abandonExchange(hold.state), local));
    assert.deepEqual(
      [same, hold, after].map((one) => versionOf(one.sdp)),
      [1, 2, 3],
    );
    assert.deepEqual(negotiatedMedia(hold.state), negotiatedMedia(state));
  });
});

describe('glare and order', () => {
  const sent = valueOf(makeOffer(createOfferAnswer(), local)).state;
  const received = valueOf(receiveOffer(createOfferAnswer(), sdp(audio)));

  test('offers that cross each other are glare', () => {
    assert.deepEqual(receiveOffer(sent, sdp(audio)), { ok: false, error: 'glare' });
    assert.deepEqual(makeOffer(received, local), { ok: false, error: 'glare' });
  });

  test('a second offer before the answer is out of order', () => {
    assert.deepEqual(receiveOffer(received, sdp(audio)), { ok: false, error: 'outOfOrder' });
    assert.deepEqual(makeOffer(sent, local), { ok: false, error: 'outOfOrder' });
  });

  test('an answer needs an offer', () => {
    assert.deepEqual(receiveAnswer(createOfferAnswer(), sdp(audio)), { ok: false, error: 'outOfOrder' });
    assert.deepEqual(receiveAnswer(received, sdp(audio)), { ok: false, error: 'outOfOrder' });
    assert.deepEqual(receiveAnswer(answer(sdp(audio)).state, sdp(audio)), { ok: false, error: 'outOfOrder' });
    assert.deepEqual(makeAnswer(createOfferAnswer(), local), { ok: false, error: 'outOfOrder' });
    assert.deepEqual(makeAnswer(sent, local), { ok: false, error: 'outOfOrder' });
  });

  test('the answer to an abandoned offer is out of order', () => {
    assert.deepEqual(receiveAnswer(abandonExchange(sent), sdp(audio)), { ok: false, error: 'outOfOrder' });
  });
});
