import { describe, test } from 'node:test';
import { beginInviteServer, inviteServer } from './invite-server.ts';
import { ack, given, request, respond, timer, transportError } from './scenario.node.ts';

const proceeding = (reliable = false) =>
  given(inviteServer, { state: beginInviteServer(reliable), effects: [] });

describe('INVITE server transaction, Proceeding', () => {
  test('is silent on a retransmitted INVITE before the first response', () => {
    proceeding().begins({ state: 'proceeding' }).when(1, request, { state: 'proceeding' });
  });

  test('answers a retransmitted INVITE with the latest provisional response', () => {
    proceeding()
      .when(0, respond(100), { state: 'proceeding', effects: ['send'] })
      .when(500, request, { state: 'proceeding', effects: ['send'] })
      .when(600, respond(180), { state: 'proceeding', effects: ['send'] })
      .when(1500, request, { state: 'proceeding', effects: ['send'] });
  });

  test('accepts with a 2xx for 64*T1 (RFC 6026, timer L)', () => {
    proceeding().when(10, respond(200), { state: 'accepted', effects: ['send'], wakeAt: 32_010 });
    proceeding(true).when(10, respond(200), { state: 'accepted', effects: ['send'], wakeAt: 32_010 });
  });

  test('completes with a refusal and retransmits it over UDP only', () => {
    proceeding().when(10, respond(486), { state: 'completed', effects: ['send'], wakeAt: 510 });
    proceeding(true).when(10, respond(486), { state: 'completed', effects: ['send'], wakeAt: 32_010 });
  });

  test('reports a transport error and stays (RFC 6026 section 7.1)', () => {
    proceeding().when(1, transportError, { state: 'proceeding', effects: ['transportError'] });
  });

  test('ignores an ACK and has no timer of its own', () => {
    proceeding().when(1, ack, { state: 'proceeding' }).when(99_999, timer, { state: 'proceeding' });
  });
});

describe('INVITE server transaction, Completed', () => {
  const completed = () =>
    proceeding().when(0, respond(404), { state: 'completed', effects: ['send'], wakeAt: 500 });

  test('retransmits the refusal at T1, doubling up to T2 (timer G)', () => {
    const sent = { state: 'completed', effects: ['send'] } as const;
    completed()
      .when(499, timer, { state: 'completed', wakeAt: 500 })
      .when(500, timer, { ...sent, wakeAt: 1500 })
      .when(1500, timer, { ...sent, wakeAt: 3500 })
      .when(3500, timer, { ...sent, wakeAt: 7500 })
      .when(7500, timer, { ...sent, wakeAt: 11_500 });
  });

  test('sends the refusal again for a retransmitted INVITE', () => {
    completed().when(100, request, { state: 'completed', effects: ['send'], wakeAt: 500 });
  });

  test('discards any other response of the user', () => {
    completed().when(100, respond(200), { state: 'completed', wakeAt: 500 });
  });

  test('gives up after 64*T1 without ACK and says so (timer H)', () => {
    completed().when(32_000, timer, { state: 'terminated', effects: ['timeout'] });
  });

  test('is confirmed by the ACK and absorbs further ones for T4 over UDP (timer I)', () => {
    completed()
      .when(100, ack, { state: 'confirmed', wakeAt: 5100 })
      .when(200, ack, { state: 'confirmed', wakeAt: 5100 })
      .when(300, request, { state: 'confirmed', wakeAt: 5100 })
      .when(5099, timer, { state: 'confirmed', wakeAt: 5100 })
      .when(5100, timer, { state: 'terminated' })
      .when(5101, ack, { state: 'terminated' });
  });

  test('ends with the ACK over a reliable transport (timer I is zero)', () => {
    proceeding(true)
      .when(0, respond(404), { state: 'completed', effects: ['send'], wakeAt: 32_000 })
      .when(100, ack, { state: 'terminated' });
  });

  test('stays through a transport error: its timers end it (RFC 6026 section 7.1)', () => {
    completed().when(100, transportError, { state: 'completed', wakeAt: 500 });
  });
});

describe('INVITE server transaction, Accepted (RFC 6026)', () => {
  const accepted = () =>
    proceeding().when(0, respond(200), { state: 'accepted', effects: ['send'], wakeAt: 32_000 });

  test('absorbs a retransmitted INVITE without a response', () => {
    accepted().when(500, request, { state: 'accepted', wakeAt: 32_000 });
  });

  test('sends each 2xx the user repeats, and nothing else', () => {
    accepted()
      .when(500, respond(200), { state: 'accepted', effects: ['send'], wakeAt: 32_000 })
      .when(600, respond(486), { state: 'accepted', wakeAt: 32_000 });
  });

  test('hands an ACK to the user', () => {
    accepted().when(500, ack, { state: 'accepted', effects: ['deliverAck'], wakeAt: 32_000 });
  });

  test('reports a transport error and stays', () => {
    accepted().when(500, transportError, { state: 'accepted', effects: ['transportError'], wakeAt: 32_000 });
  });

  test('ends at timer L', () => {
    accepted()
      .when(31_999, timer, { state: 'accepted', wakeAt: 32_000 })
      .when(32_000, timer, { state: 'terminated' });
  });
});
