import assert from 'node:assert/strict';
import { it } from 'node:test';
import { loadSettings } from './config/load.ts';
import { httpSettingsOf } from './http-settings.ts';
import { defaultHttpSettings } from './http/settings.ts';

it('the API has its own defaults when nobody sets anything', () => {
  const loaded = loadSettings({ flags: [], environment: {}, file: undefined });
  assert.ok(loaded.ok);
  assert.partialDeepStrictEqual(defaultHttpSettings, httpSettingsOf(loaded.settings));
});

it('proxies and the rate that are set reach the API', () => {
  const loaded = loadSettings({
    flags: ['--trusted-proxies', '10.0.0.0/8', '--request-rate', '7'],
    environment: {},
    file: undefined,
  });
  assert.ok(loaded.ok);
  assert.deepEqual(httpSettingsOf(loaded.settings), {
    trustedProxies: ['10.0.0.0/8'],
    apiRate: { perSecond: 7, burst: 14 },
  });
});
