import { describe, test } from 'node:test';
import { beginNonInviteClient, nonInviteClient } from './non-invite-client.ts';
import { given, response, timer, transportError } from './scenario.node.ts';
import { rfcTimers } from './timer-values.ts';

const trying = (reliable = false) => given(nonInviteClient, beginNonInviteClient(reliable, 0, rfcTimers));
const sent = { state: 'trying', effects: ['send'] } as const;

describe('non-INVITE client transaction, Trying', () => {
  test('retransmits over UDP at T1, doubling up to T2 (timer E)', () => {
    trying()
      .begins({ ...sent, wakeAt: 500 })
      .when(500, timer, { ...sent, wakeAt: 1500 })
      .when(1500, timer, { ...sent, wakeAt: 3500 })
      .when(3500, timer, { ...sent, wakeAt: 7500 })
      .when(7500, timer, { ...sent, wakeAt: 11_500 })
      .when(11_500, timer, { ...sent, wakeAt: 15_500 });
  });

  test('never retransmits over a reliable transport', () => {
    trying(true)
      .begins({ ...sent, wakeAt: 32_000 })
      .when(600, timer, { state: 'trying', wakeAt: 32_000 });
  });

  test('reports a time-out after 64*T1 (timer F)', () => {
    trying().when(32_000, timer, { state: 'terminated', effects: ['timeout'] });
  });

  test('reports a transport error and ends', () => {
    trying().when(1, transportError, { state: 'terminated', effects: ['transportError'] });
  });

  test('passes a final response up and absorbs repetitions for T4 over UDP (timer K)', () => {
    trying()
      .when(100, response(200), { state: 'completed', effects: ['deliver'], wakeAt: 5100 })
      .when(200, response(200), { state: 'completed', wakeAt: 5100 })
      .when(300, transportError, { state: 'completed', wakeAt: 5100 })
      .when(5099, timer, { state: 'completed', wakeAt: 5100 })
      .when(5100, timer, { state: 'terminated' })
      .when(5101, response(200), { state: 'terminated' });
  });

  test('ends with the final response over a reliable transport (timer K is zero)', () => {
    trying(true).when(100, response(500), { state: 'terminated', effects: ['deliver'] });
  });
});

describe('non-INVITE client transaction, Proceeding', () => {
  const proceeding = () =>
    trying().when(100, response(100), { state: 'proceeding', effects: ['deliver'], wakeAt: 500 });

  test('goes on retransmitting, every T2 (timer E)', () => {
    proceeding()
      .when(500, timer, { state: 'proceeding', effects: ['send'], wakeAt: 4500 })
      .when(4500, timer, { state: 'proceeding', effects: ['send'], wakeAt: 8500 });
  });

  test('passes further provisional responses up', () => {
    proceeding().when(200, response(183), { state: 'proceeding', effects: ['deliver'], wakeAt: 500 });
  });

  test('still times out 64*T1 after the request (timer F)', () => {
    proceeding().when(32_000, timer, { state: 'terminated', effects: ['timeout'] });
  });

  test('reports a transport error and ends', () => {
    proceeding().when(200, transportError, { state: 'terminated', effects: ['transportError'] });
  });

  test('passes the final response up', () => {
    proceeding().when(200, response(481), { state: 'completed', effects: ['deliver'], wakeAt: 5200 });
  });
});
