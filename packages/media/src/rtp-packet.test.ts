import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { createRtpView, parseRtp, printRtp, readRtp, type RtpPacket } from './rtp-packet.ts';

const uint16 = fc.integer({ min: 0, max: 0xffff });
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });

/** Objects as the parser makes them, so that deep equality can be strict. */
const plain = { noNullPrototype: true } as const;

const rtpPacket: fc.Arbitrary<RtpPacket> = fc.record(
  {
    payloadType: fc.integer({ min: 0, max: 127 }),
    marker: fc.boolean(),
    sequence: uint16,
    timestamp: uint32,
    ssrc: uint32,
    csrcs: fc.array(uint32, { maxLength: 15 }),
    extension: fc.option(
      fc.record(
        {
          profile: uint16,
          data: fc
            .integer({ min: 0, max: 8 })
            .chain((words) => fc.uint8Array({ minLength: words * 4, maxLength: words * 4 })),
        },
        plain,
      ),
      { nil: undefined },
    ),
    payload: fc.uint8Array({ maxLength: 200 }),
    paddingBytes: fc.integer({ min: 0, max: 255 }),
  },
  plain,
);

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

function errorOf(hex: string): string {
  const parsed = parseRtp(bytesOf(hex));
  return parsed.ok ? 'it is a packet' : parsed.error;
}

describe('RTP packets', () => {
  it('reads the fields where RFC 3550 puts them', () => {
    const parsed = parseRtp(bytesOf('80 88 1234 01020304 a0b0c0d0 d5d5d5'));
    assert.deepEqual(parsed, {
      ok: true,
      value: {
        payloadType: 8,
        marker: true,
        sequence: 0x1234,
        timestamp: 0x01020304,
        ssrc: 0xa0b0c0d0,
        csrcs: [],
        extension: undefined,
        payload: bytesOf('d5d5d5'),
        paddingBytes: 0,
      },
    });
  });

  it('reads contributing sources, the extension and padding', () => {
    const parsed = parseRtp(
      bytesOf('b2 00 0001 00000002 00000003 0000000a ffffffff bede0001 01020304 7f7e 000003'),
    );
    assert.ok(parsed.ok);
    assert.deepEqual(parsed.value.csrcs, [10, 0xffffffff]);
    assert.deepEqual(parsed.value.extension, { profile: 0xbede, data: bytesOf('01020304') });
    assert.deepEqual(parsed.value.payload, bytesOf('7f7e'));
    assert.equal(parsed.value.paddingBytes, 3);
  });

  it('says what is wrong with bytes that are no packet', () => {
    assert.equal(errorOf('80 00 0001 00000002 000000'), 'shorter than an RTP header');
    assert.equal(errorOf('40 00 0001 00000002 00000003'), 'not RTP version 2');
    assert.equal(errorOf('81 00 0001 00000002 00000003'), 'contributing sources do not fit');
    assert.equal(errorOf('90 00 0001 00000002 00000003 bede'), 'header extension does not fit');
    assert.equal(errorOf('90 00 0001 00000002 00000003 bede0002 01020304'), 'header extension does not fit');
    assert.equal(errorOf('a0 00 0001 00000002 00000003 0000'), 'padding does not fit');
    assert.equal(errorOf('a0 00 0001 00000002 00000003 7f09'), 'padding does not fit');
  });

  it('never throws and never points outside of the bytes', () => {
    const view = createRtpView();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        if (bytes.length > 0) bytes[0] = 0x80 | ((bytes[0] ?? 0) & 0x3f);
        const fault = readRtp(bytes, view);
        assert.equal(parseRtp(bytes).ok, fault === undefined);
        if (fault === undefined) {
          assert.ok(view.payloadLength >= 0 && view.payloadAt + view.payloadLength <= bytes.length);
        }
      }),
    );
  });

  it('reads back exactly what it prints', () => {
    fc.assert(
      fc.property(rtpPacket, (packet) => {
        assert.deepEqual(parseRtp(printRtp(packet)), { ok: true, value: packet });
      }),
    );
  });

  it('refuses to print what has no wire form', () => {
    const packet: RtpPacket = {
      payloadType: 0,
      marker: false,
      sequence: 0,
      timestamp: 0,
      ssrc: 0,
      csrcs: [],
      payload: new Uint8Array(0),
      paddingBytes: 0,
    };
    assert.throws(() => printRtp({ ...packet, csrcs: Array.from({ length: 16 }, () => 1) }), RangeError);
    assert.throws(() => printRtp({ ...packet, payloadType: 128 }), RangeError);
    assert.throws(() => printRtp({ ...packet, paddingBytes: 256 }), RangeError);
    assert.throws(
      () => printRtp({ ...packet, extension: { profile: 0, data: new Uint8Array(3) } }),
      RangeError,
    );
  });
});
