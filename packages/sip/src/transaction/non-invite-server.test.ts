import { describe, test } from 'node:test';
import { beginNonInviteServer, nonInviteServer } from './non-invite-server.ts';
import { ack, given, request, respond, timer, transportError } from './scenario.node.ts';
import { rfcTimers } from './timer-values.ts';

const trying = (reliable = false) =>
  given(nonInviteServer, { state: beginNonInviteServer(reliable, 0, rfcTimers), effects: [] });

describe('non-INVITE server transaction, Trying', () => {
  test('discards a retransmission', () => {
    trying()
      .begins({ state: 'trying', wakeAt: 32_000 })
      .when(500, request, { state: 'trying', wakeAt: 32_000 })
      .when(501, ack, { state: 'trying', wakeAt: 32_000 });
  });

  test('sends the final response and repeats it for 64*T1 over UDP (timer J)', () => {
    trying()
      .when(10, respond(200), { state: 'completed', effects: ['send'], wakeAt: 32_010 })
      .when(500, request, { state: 'completed', effects: ['send'], wakeAt: 32_010 })
      .when(32_009, timer, { state: 'completed', wakeAt: 32_010 })
      .when(32_010, timer, { state: 'terminated' })
      .when(32_011, request, { state: 'terminated' });
  });

  test('ends with the final response over a reliable transport (timer J is zero)', () => {
    trying(true).when(10, respond(200), { state: 'terminated', effects: ['send'] });
  });

  test('gives up without a response when the client must have (RFC 4320 section 4.2)', () => {
    trying().when(32_000, timer, { state: 'terminated', effects: ['timeout'] });
  });

  test('reports a transport error and ends', () => {
    trying().when(1, transportError, { state: 'terminated', effects: ['transportError'] });
  });
});

describe('non-INVITE server transaction, Proceeding', () => {
  const proceeding = () =>
    trying().when(10, respond(100), { state: 'proceeding', effects: ['send'], wakeAt: 32_000 });

  test('answers a retransmission with the latest provisional response', () => {
    proceeding().when(500, request, { state: 'proceeding', effects: ['send'], wakeAt: 32_000 });
  });

  test('completes with the final response', () => {
    proceeding().when(500, respond(405), { state: 'completed', effects: ['send'], wakeAt: 32_500 });
  });

  test('gives up when the client must have', () => {
    proceeding().when(32_000, timer, { state: 'terminated', effects: ['timeout'] });
  });
});

describe('non-INVITE server transaction, Completed', () => {
  const completed = () =>
    trying().when(0, respond(200), { state: 'completed', effects: ['send'], wakeAt: 32_000 });

  test('discards any other response of the user', () => {
    completed().when(1, respond(500), { state: 'completed', wakeAt: 32_000 });
  });

  test('reports a transport error and ends', () => {
    completed().when(1, transportError, { state: 'terminated', effects: ['transportError'] });
  });
});
