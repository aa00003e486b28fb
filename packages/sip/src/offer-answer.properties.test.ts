import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  createOfferAnswer,
  makeAnswer,
  makeOffer,
  type OfferAnswer,
  receiveAnswer,
  receiveOffer,
} from './offer-answer.ts';
import { type Direction, parseSdp, type SdpMedia } from './sdp.ts';

const local = { address: '198.51.100.1', port: 10_000, sessionId: '77' };

const direction = fc.constantFrom<Direction>('sendrecv', 'sendonly', 'recvonly', 'inactive');

const mediaLine = fc
  .record({
    type: fc.constantFrom('audio', 'audio', 'video', 'image', 'application'),
    port: fc.constantFrom(0, 9, 4000, 65_535),
    protocol: fc.constantFrom('RTP/AVP', 'RTP/AVP', 'RTP/SAVP', 'UDP/TLS/RTP/SAVPF', 'udptl'),
    formats: fc.uniqueArray(fc.constantFrom('0', '8', '18', '96', '97', '101', '127'), { minLength: 1 }),
    attributes: fc.array(
      fc.constantFrom(
        'c=IN IP4 0.0.0.0',
        'c=IN IP6 2001:db8::9',
        'c=IN IP4 239.1.1.1',
        'a=rtpmap:96 telephone-event/8000',
        'a=rtpmap:97 PCMA/8000',
        'a=rtpmap:101 opus/48000/2',
        'a=rtpmap:0 PCMU/8000',
        'a=ptime:30',
        'a=rtcp:4001',
        'a=sendonly',
        'a=recvonly',
        'a=inactive',
        'a=ssrc:1 cname:x',
      ),
      { maxLength: 6 },
    ),
  })
  .map(({ type, port, protocol, formats, attributes }) => [
    `m=${type} ${port} ${protocol} ${formats.join(' ')}`,
    ...attributes,
  ]);

const offers = fc
  .array(mediaLine, { maxLength: 6 })
  .map((lines) =>
    ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0', ...lines.flat(), ''].join(
      '\r\n',
    ),
  );

function mediaOf(text: string): readonly SdpMedia[] {
  const parsed = parseSdp(text);
  assert.ok(parsed.ok, text);
  return parsed.value.media;
}

/** Rules that hold for every answer, whatever was offered (RFC 3264 section 6). */
function assertFits(answer: string, offer: string): void {
  const offered = mediaOf(offer);
  const answered = mediaOf(answer);
  assert.equal(answered.length, offered.length);
  assert.ok(answered.filter((line) => line.port !== 0).length <= 1);
  for (const [index, line] of answered.entries()) {
    const asked = offered[index];
    assert.ok(asked);
    assert.deepEqual([line.type, line.protocol], [asked.type, asked.protocol]);
    assert.ok(
      line.formats.every((format) => asked.formats.includes(format)),
      'only what was offered',
    );
    if (asked.port === 0) assert.equal(line.port, 0);
  }
}

test('any text is taken or refused, never thrown at', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc
      .array(
        fc.constantFrom(
          'v=0',
          'o=- 1 1 IN IP4 h',
          's=-',
          'c=IN IP4 1.2.3.4',
          't=0 0',
          'm=audio 1 RTP/AVP 0',
          'm=',
          'a=rtpmap:0',
          'a=sendrecv',
          'c=',
          'o=',
          'm=audio 1/2 RTP/AVP 0 0 0',
          'x',
          '=',
        ),
      )
      .map((lines) => lines.join('\r\n')),
  );
  const sent = makeOffer(createOfferAnswer(), local);
  assert.ok(sent.ok);
  fc.assert(
    fc.property(text, (value) => {
      const received = receiveOffer(createOfferAnswer(), value);
      if (received.ok) assert.ok(makeAnswer(received.value, local).ok);
      receiveAnswer(sent.value.state, value);
    }),
    { numRuns: 1000 },
  );
});

test('every answer has the m-lines of its offer and offers nothing of its own', () => {
  fc.assert(
    fc.property(offers, direction, (offer, willing) => {
      const received = receiveOffer(createOfferAnswer(), offer);
      if (!received.ok) return;
      const answer = makeAnswer(received.value, { ...local, direction: willing });
      assert.ok(answer.ok);
      assertFits(answer.value.sdp, offer);
    }),
    { numRuns: 1000 },
  );
});

test('in any run of offers both ways, m-lines never go away, versions never fall and a peer of our kind agrees', () => {
  const turn = fc.tuple(fc.boolean(), direction, direction);
  fc.assert(
    fc.property(fc.option(offers), fc.array(turn, { minLength: 1, maxLength: 6 }), (foreign, turns) => {
      let ours: OfferAnswer = createOfferAnswer();
      let theirs: OfferAnswer = createOfferAnswer();
      let lines = 0;
      let version = 0;
      const received = foreign === null ? undefined : receiveOffer(ours, foreign);
      if (received?.ok) {
        const answer = makeAnswer(received.value, local);
        assert.ok(answer.ok);
        ours = answer.value.state;
        lines = mediaOf(answer.value.sdp).length;
      }
      for (const [index, [weOffer, mine, yours]] of turns.entries()) {
        // Only our side knows the m-lines of the foreign offer, so the first turn is ours.
        const [from, to] = weOffer || index === 0 ? [ours, theirs] : [theirs, ours];
        const offer = makeOffer(from, { ...local, direction: mine });
        assert.ok(offer.ok);
        const taken = receiveOffer(to, offer.value.sdp);
        assert.ok(taken.ok);
        const answer = makeAnswer(taken.value, { ...local, address: '198.51.100.2', direction: yours });
        assert.ok(answer.ok);
        assertFits(answer.value.sdp, offer.value.sdp);
        const done = receiveAnswer(offer.value.state, answer.value.sdp);
        assert.ok(done.ok);
        assert.equal(done.value.negotiated.codec, answer.value.negotiated.codec);
        assert.equal(mirrored(done.value.negotiated.direction), answer.value.negotiated.direction);
        assert.ok(mediaOf(offer.value.sdp).length >= lines);
        lines = mediaOf(offer.value.sdp).length;
        if (from === ours) {
          assert.ok(offer.value.state.session.version >= version);
          version = offer.value.state.session.version;
        }
        [ours, theirs] =
          from === ours ? [done.value.state, answer.value.state] : [answer.value.state, done.value.state];
      }
    }),
    { numRuns: 300 },
  );
});

function mirrored(value: Direction): Direction {
  if (value === 'sendonly') return 'recvonly';
  return value === 'recvonly' ? 'sendonly' : value;
}
