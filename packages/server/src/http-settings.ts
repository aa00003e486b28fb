import type { Settings } from './config/settings.ts';
import type { HttpSettings } from './http/settings.ts';

/** What operators set of the API; the rest is as `defaultHttpSettings` says. */
export function httpSettingsOf({
  trustedProxies,
  requestRate,
}: Pick<Settings, 'trustedProxies' | 'requestRate'>): Partial<HttpSettings> {
  return { trustedProxies, apiRate: { perSecond: requestRate, burst: 2 * requestRate } };
}
