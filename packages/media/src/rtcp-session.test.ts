import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { Reception } from './reception.ts';
import { parseRtcp, printRtcp, type RtcpPacket } from './rtcp-packet.ts';
import { RtcpSession } from './rtcp-session.ts';

interface Side {
  readonly sent: { ssrc: number; packets: number; octets: number; clock: number };
  readonly reception: Reception;
  readonly session: RtcpSession;
}

function createSide(ssrc: number, random: () => number = () => 0.5): Side {
  const sent = { ssrc, packets: 0, octets: 0, clock: 0 };
  const reception = new Reception();
  return { sent, reception, session: new RtcpSession(sent, reception, random) };
}

function packetsOf(bytes: Uint8Array): RtcpPacket[] {
  const parsed = parseRtcp(bytes);
  assert.ok(parsed.ok);
  return parsed.value;
}

describe('an RTCP session', () => {
  it('reports as receiver until it has sent, then as sender, each time with its CNAME', () => {
    const { sent, session } = createSide(1);
    const [first, description] = packetsOf(session.report(1000));
    assert.deepEqual(first, { kind: 'rr', ssrc: 1, reports: [] });
    assert.equal(description?.kind, 'sdes');
    Object.assign(sent, { packets: 3, octets: 480, clock: 480 });
    const [second, sameDescription] = packetsOf(session.report(2500));
    assert.deepEqual(second, {
      kind: 'sr',
      ssrc: 1,
      info: { ntpSeconds: 2, ntpFraction: 0x8000_0000, rtpTimestamp: 480, packets: 3, octets: 480 },
      reports: [],
    });
    assert.deepEqual(sameDescription, description);
    assert.equal(packetsOf(session.report(3000))[0]?.kind, 'rr');
  });

  it('tells the peer what arrived of its stream', () => {
    const { reception, session } = createSide(1);
    for (const sequence of [5, 6, 8, 9])
      reception.receive(2, sequence, sequence * 160, 172, true, sequence * 20);
    const [report] = packetsOf(session.report(1000));
    assert.ok(report?.kind === 'rr');
    assert.deepEqual(report.reports, [
      {
        ssrc: 2,
        fractionLost: 51,
        packetsLost: 1,
        highestSequence: 9,
        jitter: 0,
        lastSenderReport: 0,
        delaySinceLast: 0,
      },
    ]);
  });

  it('measures the round trip from its own report back by way of the peer', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 1e8, noNaN: true }),
        fc.double({ min: 0, max: 2000, noNaN: true }),
        fc.double({ min: 0, max: 10_000, noNaN: true }),
        (start, oneWayMs, heldMs) => {
          const here = createSide(1);
          const there = createSide(2);
          here.sent.packets = 1;
          there.reception.receive(1, 0, 0, 172, true, 0);
          const clockOffset = 12_345_678;
          there.session.receive(here.session.report(start), start + oneWayMs + clockOffset);
          const answer = there.session.report(start + oneWayMs + heldMs + clockOffset);
          here.session.receive(answer, start + 2 * oneWayMs + heldMs);
          assert.ok(here.session.rttMs !== null);
          assert.ok(Math.abs(here.session.rttMs - 2 * oneWayMs) < 0.1);
        },
      ),
    );
  });

  it('learns from the peer how much of its own stream is lost there', () => {
    const here = createSide(1);
    const there = createSide(2);
    for (const sequence of [1, 4]) there.reception.receive(1, sequence, 0, 172, false, 0);
    assert.equal(here.session.lostAtPeer, null);
    assert.equal(here.session.receive(there.session.report(0), 0), true);
    assert.equal(here.session.lostAtPeer, 2);
    assert.equal(here.session.rttMs, null);
  });

  it('pays no heed to reports about others, nor to bytes that are no RTCP', () => {
    const { session } = createSide(1);
    const block = {
      ssrc: 99,
      fractionLost: 0,
      packetsLost: 7,
      highestSequence: 0,
      jitter: 0,
      lastSenderReport: 1,
      delaySinceLast: 1,
    };
    assert.equal(session.receive(printRtcp([{ kind: 'rr', ssrc: 2, reports: [block] }]), 0), true);
    assert.equal(session.lostAtPeer, null);
    assert.equal(session.rttMs, null);
    assert.equal(session.receive(Uint8Array.of(1, 2, 3), 0), false);
  });

  it('reports about every five seconds, never in step with others', () => {
    const early = createSide(1, () => 0).session;
    const late = createSide(1, () => 0.999_999).session;
    assert.equal(early.reportAt, Infinity);
    early.start(0);
    late.start(0);
    assert.equal(Math.round(early.reportAt), 1026);
    assert.equal(Math.round(late.reportAt), 3078);
    early.start(500);
    assert.equal(Math.round(early.reportAt), 1026);
    early.report(10_000);
    late.report(10_000);
    assert.equal(Math.round(early.reportAt), 12_052);
    assert.equal(Math.round(late.reportAt), 16_156);
  });

  it('says goodbye with a last report and is silent then', () => {
    const { session } = createSide(1);
    session.start(0);
    assert.deepEqual(
      packetsOf(session.goodbye(100)).map(({ kind }) => kind),
      ['rr', 'sdes', 'bye'],
    );
    assert.equal(session.reportAt, Infinity);
  });
});
