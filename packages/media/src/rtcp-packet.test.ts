import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { parseRtcp, printRtcp, type ReportBlock } from './rtcp-packet.ts';

const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });

/** Objects as the parser makes them, so that deep equality can be strict. */
const plain = { noNullPrototype: true } as const;

const report: fc.Arbitrary<ReportBlock> = fc.record(
  {
    ssrc: uint32,
    fractionLost: fc.integer({ min: 0, max: 255 }),
    packetsLost: fc.integer({ min: -0x80_0000, max: 0x7f_ffff }),
    highestSequence: uint32,
    jitter: uint32,
    lastSenderReport: uint32,
    delaySinceLast: uint32,
  },
  plain,
);

const reports = fc.array(report, { maxLength: 31 });

const packet = fc.oneof(
  fc.record(
    {
      kind: fc.constant('sr' as const),
      ssrc: uint32,
      info: fc.record(
        {
          ntpSeconds: uint32,
          ntpFraction: uint32,
          rtpTimestamp: uint32,
          packets: uint32,
          octets: uint32,
        },
        plain,
      ),
      reports,
    },
    plain,
  ),
  fc.record({ kind: fc.constant('rr' as const), ssrc: uint32, reports }, plain),
  fc.record(
    {
      kind: fc.constant('sdes' as const),
      ssrc: uint32,
      cname: fc.string({ maxLength: 60, unit: 'grapheme-ascii' }),
    },
    plain,
  ),
  fc.record({ kind: fc.constant('bye' as const), ssrcs: fc.array(uint32, { maxLength: 31 }) }, plain),
);

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

function errorOf(hex: string): string {
  const parsed = parseRtcp(bytesOf(hex));
  return parsed.ok ? 'it is RTCP' : parsed.error;
}

describe('RTCP packets', () => {
  it('reads a sender report with one block where RFC 3550 puts each field', () => {
    const parsed = parseRtcp(
      bytesOf(
        '81c8000c 00000001 11111111 22222222 33333333 00000005 00000320' +
          ' 0000000a 40fffffe 00010002 00000010 12345678 00010000',
      ),
    );
    assert.deepEqual(parsed, {
      ok: true,
      value: [
        {
          kind: 'sr',
          ssrc: 1,
          info: {
            ntpSeconds: 0x11111111,
            ntpFraction: 0x22222222,
            rtpTimestamp: 0x33333333,
            packets: 5,
            octets: 800,
          },
          reports: [
            {
              ssrc: 10,
              fractionLost: 64,
              packetsLost: -2,
              highestSequence: 0x10002,
              jitter: 16,
              lastSenderReport: 0x12345678,
              delaySinceLast: 0x10000,
            },
          ],
        },
      ],
    });
  });

  it('finds the CNAME behind other items and passes over packets it does not know', () => {
    const parsed = parseRtcp(
      bytesOf('80c90001 00000001 81ca0004 00000001 0202 6869 0104 61406200 0000 80cc0002 00000001 41424344'),
    );
    assert.deepEqual(parsed, {
      ok: true,
      value: [
        { kind: 'rr', ssrc: 1, reports: [] },
        { kind: 'sdes', ssrc: 1, cname: 'a@b\0' },
        { kind: 'other', packetType: 204 },
      ],
    });
  });

  it('says what is wrong with bytes that are no RTCP', () => {
    assert.equal(errorOf(''), 'empty RTCP datagram');
    assert.equal(errorOf('80c9'), 'RTCP header does not fit');
    assert.equal(errorOf('00c90001 00000001'), 'not RTCP version 2');
    assert.equal(errorOf('80c90002 00000001'), 'RTCP packet is cut off');
    assert.equal(errorOf('81c90001 00000001'), 'RTCP packet is shorter than its count says');
    assert.equal(errorOf('81ca0002 00000001 01ff6162'), 'RTCP packet is shorter than its count says');
    assert.equal(errorOf('80cc0000'.repeat(65)), 'more than 64 RTCP packets in one datagram');
  });

  it('never throws', () => {
    const header = fc.record({
      first: fc.integer({ min: 0x80, max: 0xbf }),
      type: fc.integer({ min: 199, max: 205 }),
      words: fc.integer({ min: 0, max: 20 }),
      rest: fc.uint8Array({ maxLength: 80 }),
    });
    fc.assert(
      fc.property(header, ({ first, type, words, rest }) => {
        assert.equal(typeof parseRtcp(Uint8Array.of(first, type, 0, words, ...rest)).ok, 'boolean');
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        assert.equal(typeof parseRtcp(bytes).ok, 'boolean');
      }),
    );
  });

  it('reads back exactly what it prints, on whole words', () => {
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 6 }), (packets) => {
        const bytes = printRtcp(packets);
        assert.equal(bytes.length % 4, 0);
        assert.deepEqual(parseRtcp(bytes), { ok: true, value: packets });
      }),
    );
  });

  it('refuses to print what has no wire form', () => {
    const ssrcs = Array.from({ length: 32 }, () => 1);
    assert.throws(() => printRtcp([{ kind: 'bye', ssrcs }]), RangeError);
    assert.throws(() => printRtcp([{ kind: 'sdes', ssrc: 1, cname: 'x'.repeat(256) }]), RangeError);
  });
});
