import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  answer,
  audio,
  event,
  linesOf,
  local,
  offered,
  sdp,
  valueOf,
  versionOf,
} from './offer-answer.node.ts';
import {
  abandonExchange,
  createOfferAnswer,
  makeAnswer,
  makeOffer,
  negotiatedMedia,
  receiveAnswer,
  receiveOffer,
} from './offer-answer.ts';

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
