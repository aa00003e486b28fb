import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseStatistics } from './sipp.ts';

it('the statistics of SIPp are read from the last line, those since the start', () => {
  const csv = [
    'StartTime;SuccessfulCall(P);SuccessfulCall(C);FailedCall(P);FailedCall(C);Retransmissions(P);Retransmissions(C);',
    'a;1;1;0;0;0;0;',
    'b;4;500;1;3;2;7;',
    '',
  ].join('\n');
  assert.deepEqual(parseStatistics(csv), { succeeded: 500, failed: 3, retransmissions: 7 });
});

it('statistics of SIPp without a count are refused, so that no failure is taken for none', () => {
  const csv = 'SuccessfulCall(C);Retransmissions(C);\n500;0;\n';
  assert.throws(() => parseStatistics(csv), /do not tell FailedCall\(C\)/);
});
