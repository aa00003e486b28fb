import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { parseDtmfInfo } from './dtmf-info.ts';

describe('DTMF in SIP INFO', () => {
  it('reads a relay body with signal and duration', () => {
    const body = 'Signal=5\r\nDuration=250\r\n';
    assert.deepEqual(parseDtmfInfo('application/dtmf-relay', body), {
      ok: true,
      value: { digit: '5', durationMs: 250 },
    });
  });

  it('takes spaces, lower case, bare line feeds, parameters and fields in any order', () => {
    const body = 'duration = 100\nsignal = d\nvolume = 3\n';
    assert.deepEqual(parseDtmfInfo('Application/DTMF-Relay; charset=utf-8', body), {
      ok: true,
      value: { digit: 'D', durationMs: 100 },
    });
  });

  it('takes a duration it cannot read as the usual one, and bounds a huge one', () => {
    const durationOf = (line: string): number | undefined => {
      const parsed = parseDtmfInfo('application/dtmf-relay', `Signal=1\r\n${line}`);
      return parsed.ok ? parsed.value.durationMs : undefined;
    };
    assert.equal(durationOf(''), 160);
    assert.equal(durationOf('Duration=soon'), 160);
    assert.equal(durationOf('Duration=999999999'), 10_000);
  });

  it('reads a bare digit', () => {
    for (const digit of '0123456789*#ABCD') {
      const parsed = parseDtmfInfo('application/dtmf', ` ${digit}\r\n`);
      assert.deepEqual(parsed, { ok: true, value: { digit, durationMs: 160 } });
    }
  });

  it('reads event numbers above nine as the keys they stand for', () => {
    const keys = ['10', '11', '12', '13', '14', '15'].map((signal) => {
      const parsed = parseDtmfInfo('application/dtmf-relay', `Signal=${signal}`);
      return parsed.ok ? parsed.value.digit : parsed.error;
    });
    assert.deepEqual(keys, ['*', '#', 'A', 'B', 'C', 'D']);
  });

  it('says what is wrong with a body that names no digit', () => {
    const errorOf = (contentType: string, body: string): string => {
      const parsed = parseDtmfInfo(contentType, body);
      return parsed.ok ? 'it is a digit' : parsed.error;
    };
    assert.equal(errorOf('application/dtmf-relay', 'Duration=100'), 'DTMF relay body without a Signal line');
    assert.equal(errorOf('application/dtmf-relay', 'Signal=hookflash'), '"hookflash" is no DTMF digit');
    assert.equal(errorOf('application/dtmf', ''), '"" is no DTMF digit');
    assert.equal(errorOf('application/dtmf', '16'), '"16" is no DTMF digit');
    assert.equal(errorOf('text/plain', '5'), 'content type text/plain carries no DTMF');
    assert.equal(errorOf('application/dtmf', '5'.padEnd(300)), 'DTMF body of 300 characters');
  });

  it('never throws', () => {
    const contentType = fc.constantFrom('application/dtmf-relay', 'application/dtmf', '');
    fc.assert(
      fc.property(contentType, fc.string(), (type, body) => {
        const parsed = parseDtmfInfo(type, body);
        if (parsed.ok) assert.match(parsed.value.digit, /^[0-9A-D*#]$/);
      }),
    );
  });
});
