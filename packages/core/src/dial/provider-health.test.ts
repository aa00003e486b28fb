import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { afterCheck, type CheckOutcome, type ProviderHealth } from './provider-health.ts';

function after(...outcomes: readonly CheckOutcome[]): ProviderHealth {
  return outcomes.reduce(afterCheck, { status: 'unknown', failures: 0 });
}

describe('the health of a provider', () => {
  it('is good after one answer, and bad after three failures in a row or a broken way', () => {
    assert.equal(after('answered').status, 'healthy');
    assert.equal(after('answered', 'silent', 'silent').status, 'healthy');
    assert.equal(after('answered', 'silent', 'silent', 'silent').status, 'unhealthy');
    assert.equal(after('silent', 'silent').status, 'unknown');
    assert.equal(after('answered', 'broken').status, 'unhealthy');
    assert.equal(after('broken', 'answered').status, 'healthy');
  });

  it('is that of its latest checks, whatever was before', () => {
    const outcome = fc.constantFrom<CheckOutcome>('answered', 'silent', 'broken');
    fc.assert(
      fc.property(fc.array(outcome), (outcomes) => {
        assert.equal(after(...outcomes, 'answered').status, 'healthy');
        assert.equal(after(...outcomes, 'silent', 'silent', 'silent').status, 'unhealthy');
        assert.equal(after(...outcomes, 'broken').status, 'unhealthy');
        assert.equal(after(...outcomes, 'answered', 'silent', 'silent').status, 'healthy');
      }),
    );
  });
});
