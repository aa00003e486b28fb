import {
  parseCidrList,
  parseDomainName,
  parseInteger,
  parseLevel,
  parsePortRange,
  parseSwitch,
  parseText,
  type Parse,
} from './parse.ts';

/** One setting: everywhere it can be given, what it means, and what it is when nobody gives it. */
export interface Setting<T> {
  /** Key in `parley.config.json`; the flag and the environment variable follow from it. */
  readonly key: string;
  readonly meaning: string;
  /** As it would be written; '' for none. */
  readonly standard: string;
  /** How a value looks, for the help. */
  readonly form: string;
  /** Never shown. */
  readonly secret?: boolean;
  readonly parse: Parse<T>;
}

function setting<T>(
  key: string,
  form: string,
  standard: string,
  parse: Parse<T>,
  meaning: string,
): Setting<T> {
  return { key, form, standard, parse, meaning };
}

/** All settings there are. */
export const settingTable = {
  host: setting(
    'host',
    'ADDRESS',
    '127.0.0.1',
    parseText,
    'Address to listen on. Anything but loopback also closes what loopback leaves open.',
  ),
  httpPort: setting(
    'httpPort',
    'PORT',
    '8080',
    parseInteger(0, 65_535),
    'Port of the API; 0 takes a free one.',
  ),
  sipPort: setting(
    'sipPort',
    'PORT',
    '5060',
    parseInteger(0, 65_535),
    'Port of SIP over UDP and TCP; 0 takes a free one.',
  ),
  rtpPorts: setting(
    'rtpPorts',
    'MIN-MAX',
    '10000-19999',
    parsePortRange,
    'UDP ports for sound, two a call. Keep them outside the range your system gives to programs.',
  ),
  advertisedAddress: setting(
    'advertisedAddress',
    'ADDRESS',
    '',
    parseText,
    'Address told to peers, when it is not the one listened on (0.0.0.0, or behind NAT).',
  ),
  sipDomain: setting(
    'sipDomain',
    'NAME',
    'parley.internal',
    parseDomainName,
    'Domain of extensions and realm of their passwords. Set it before you make any: passwords are kept for one realm.',
  ),
  dataDir: setting('dataDir', 'FOLDER', './data', parseText, 'Where everything that has to survive is kept.'),
  accessKey: {
    ...setting(
      'accessKey',
      'KEY',
      '',
      parseText,
      'Access key to the API that is to exist. Without it one is made at the first start.',
    ),
    secret: true,
  },
  logLevel: setting(
    'logLevel',
    'LEVEL',
    'info',
    parseLevel,
    'fatal, error, warn, info, debug, trace or silent.',
  ),
  demo: setting(
    'demo',
    'on|off',
    'on',
    parseSwitch,
    'Makes the numbers 100 and 101 in an empty data folder.',
  ),
  trustedPeers: setting(
    'trustedPeers',
    'CIDR,CIDR',
    '',
    parseCidrList,
    'Where calls may come from when not listening on loopback. Anyone else is not answered.',
  ),
  webhookTargets: setting(
    'webhookTargets',
    'CIDR,CIDR',
    '',
    parseCidrList,
    'Private address ranges that webhooks, fetch and play may reach.',
  ),
  trustedProxies: setting(
    'trustedProxies',
    'CIDR,CIDR',
    '',
    parseCidrList,
    'Proxies in front of the API whose `X-Forwarded-For` is believed; without it all their clients count as one.',
  ),
  requestRate: setting(
    'requestRate',
    'COUNT',
    '200',
    parseInteger(1, 100_000),
    'API requests a second from one address; more get 429. Loopback is free while listening on it.',
  ),
  maxCalls: setting(
    'maxCalls',
    'COUNT',
    '2000',
    parseInteger(1, 20_000),
    'Calls at one time; the next is refused with 503.',
  ),
  maxCallsPerCustomer: setting(
    'maxCallsPerCustomer',
    'COUNT',
    '2000',
    parseInteger(1, 20_000),
    'Calls of one customer at one time; the next is refused with 486.',
  ),
  longestCall: setting(
    'longestCall',
    'SECONDS',
    '14400',
    parseInteger(1, 2_000_000),
    'A call is ended after that time.',
  ),
  routeTimeout: setting(
    'routeTimeout',
    'SECONDS',
    '4',
    parseInteger(0, 32),
    'A provider silent for so long is passed over for a call when another can be tried; 0: only after 32 s.',
  ),
  rtpTimeout: setting(
    'rtpTimeout',
    'SECONDS',
    '60',
    parseInteger(0, 86_400),
    'A call whose peer sends no sound for so long is ended; 0: never.',
  ),
  eventRetention: setting(
    'eventRetention',
    'DAYS',
    '30',
    parseInteger(0, 36_500),
    'How long events are kept in the log, or until no webhook is owed them any more; 0: for ever.',
  ),
  drainTime: setting(
    'drainTime',
    'SECONDS',
    '30',
    parseInteger(0, 86_400),
    'How long live calls may go on after SIGTERM before they are hung up.',
  ),
} as const;

type Table = typeof settingTable;
export type SettingKey = keyof Table;

/** Every setting with its value. */
export type Settings = { readonly [K in SettingKey]: Table[K] extends Setting<infer T> ? T : never };

export const settingKeys = Object.keys(settingTable) as readonly SettingKey[];

/** `rtpPorts` is `--rtp-ports` on the command line. */
export function flagOf(key: string): string {
  return `--${key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** `rtpPorts` is `PARLEY_RTP_PORTS` in the environment. */
export function variableOf(key: string): string {
  return `PARLEY_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
