import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answer, audio, event, linesOf, local, sdp, valueOf, versionOf } from './offer-answer.node.ts';
import {
  abandonExchange,
  createOfferAnswer,
  makeAnswer,
  type Negotiated,
  negotiatedMedia,
  receiveOffer,
} from './offer-answer.ts';

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
