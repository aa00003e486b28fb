import { isIP } from 'node:net';

/** Reads one value; the error says what it has to be. */
export type Parse<T> = (
  text: string,
) => { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: string };

export const parseText: Parse<string> = (text) => ({ ok: true, value: text });

export function parseInteger(min: number, max: number): Parse<number> {
  return (text) => {
    const value = Number(text);
    const fits = /^\d+$/.test(text) && value >= min && value <= max;
    return fits
      ? { ok: true, value }
      : { ok: false, error: `has to be a whole number from ${min} to ${max}` };
  };
}

export interface PortRange {
  readonly min: number;
  readonly max: number;
}

export const parsePortRange: Parse<PortRange> = (text) => {
  const match = /^(\d+)-(\d+)$/.exec(text);
  const [min, max] = [Number(match?.[1]), Number(match?.[2])];
  const fits = match !== null && min >= 1024 && max <= 65_535 && max - min >= 1;
  return fits
    ? { ok: true, value: { min, max } }
    : { ok: false, error: 'has to be two ports from 1024 to 65535, such as 10000-19999' };
};

export const parseSwitch: Parse<boolean> = (text) => {
  if (['on', 'true', '1', 'yes'].includes(text)) return { ok: true, value: true };
  if (['off', 'false', '0', 'no'].includes(text)) return { ok: true, value: false };
  return { ok: false, error: 'has to be on or off' };
};

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export const parseLevel: Parse<LogLevel> = (text) => {
  const level = logLevels.find((each) => each === text);
  return level === undefined
    ? { ok: false, error: `has to be one of ${logLevels.join(', ')}` }
    : { ok: true, value: level };
};

/** A host name of letters, digits, hyphens and dots; compared in lower case, as DNS does. */
export const parseDomainName: Parse<string> = (text) => {
  const fits =
    text.length <= 200 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/i.test(text);
  return fits
    ? { ok: true, value: text.toLowerCase() }
    : { ok: false, error: 'has to be a host name, such as phones.example.org' };
};

/** Address ranges such as `10.0.0.0/8`; a bare address is a range of one. */
export const parseCidrList: Parse<readonly string[]> = (text) => {
  const ranges = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  const wrong = ranges.find((range) => !isCidr(range));
  return wrong === undefined
    ? { ok: true, value: ranges }
    : { ok: false, error: `has to be address ranges such as 10.0.0.0/8,192.168.1.7; ${wrong} is none` };
};

function isCidr(range: string): boolean {
  const [address = '', prefix, ...rest] = range.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}
