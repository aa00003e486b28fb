import { flagOf, type SettingKey, type Settings, settingKeys, settingTable, variableOf } from './settings.ts';

/** Where values come from, as text; earlier ones win. */
export interface Sources {
  /** Everything after the command: `--http-port 9000` or `--http-port=9000`. */
  readonly flags: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Text of `parley.config.json`, if there is one. */
  readonly file: string | undefined;
}

export type Loaded =
  | { readonly ok: true; readonly settings: Settings }
  /** One line each, naming where the value stands, what is wrong and what to do. */
  | { readonly ok: false; readonly problems: readonly string[] };

interface Given {
  readonly text: string;
  /** Such as `--http-port` or `PARLEY_HTTP_PORT`. */
  readonly where: string;
}

/** Reads all settings at once: flags, then environment, then file, then defaults. Anything unknown is refused. */
export function loadSettings(sources: Sources): Loaded {
  const problems: string[] = [];
  const layers = [
    readFlags(sources.flags, problems),
    readEnvironment(sources.environment, problems),
    readFile(sources.file, problems),
  ];
  const entries = settingKeys.map((key) => {
    const given = layers.map((layer) => layer.get(key)).find((value) => value !== undefined);
    const text = given?.text ?? settingTable[key].standard;
    const parsed = settingTable[key].parse(text);
    if (!parsed.ok) problems.push(`${given?.where ?? key} ${parsed.error}`);
    return [key, parsed.ok ? parsed.value : undefined] as const;
  });
  // Every key of the table has been read with its own parser.
  return problems.length > 0
    ? { ok: false, problems }
    : { ok: true, settings: Object.fromEntries(entries) as unknown as Settings };
}

type Layer = ReadonlyMap<SettingKey, Given>;

function readFlags(flags: readonly string[], problems: string[]): Layer {
  const byFlag = new Map(settingKeys.map((key) => [flagOf(key), key]));
  const layer = new Map<SettingKey, Given>();
  for (let at = 0; at < flags.length; at += 1) {
    const [name, inline] = splitFlag(flags[at] ?? '');
    const key = byFlag.get(name);
    if (key === undefined) {
      problems.push(`${name} is no setting; known are ${[...byFlag.keys()].join(', ')}`);
      // What follows it is its value, and not another one that is unknown.
      const valued = name.startsWith('--') && inline === undefined;
      if (valued && flags[at + 1]?.startsWith('--') === false) at += 1;
      continue;
    }
    const text = inline ?? flags[(at += 1)];
    if (text === undefined) problems.push(`${name} needs a value: ${settingTable[key].form}`);
    else layer.set(key, { text, where: name });
  }
  return layer;
}

function splitFlag(flag: string): [string, string | undefined] {
  const equals = flag.indexOf('=');
  return equals < 0 ? [flag, undefined] : [flag.slice(0, equals), flag.slice(equals + 1)];
}

function readEnvironment(environment: Sources['environment'], problems: string[]): Layer {
  const byVariable = new Map(settingKeys.map((key) => [variableOf(key), key]));
  const layer = new Map<SettingKey, Given>();
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith('PARLEY_') || text === undefined) continue;
    const key = byVariable.get(name);
    if (key === undefined)
      problems.push(`${name} is no setting; known are ${[...byVariable.keys()].join(', ')}`);
    else layer.set(key, { text, where: name });
  }
  return layer;
}

const fileName = 'parley.config.json';

function readFile(file: string | undefined, problems: string[]): Layer {
  const layer = new Map<SettingKey, Given>();
  for (const [name, value] of Object.entries(parseFile(file, problems))) {
    const key = settingKeys.find((each) => each === name);
    if (key === undefined)
      problems.push(`${name} in ${fileName} is no setting; known are ${settingKeys.join(', ')}`);
    else if (!['string', 'number', 'boolean'].includes(typeof value))
      problems.push(`${name} in ${fileName} has to be a text, number or boolean`);
    else layer.set(key, { text: String(value), where: `${name} in ${fileName}` });
  }
  return layer;
}

function parseFile(file: string | undefined, problems: string[]): object {
  if (file === undefined) return {};
  try {
    const parsed: unknown = JSON.parse(file);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
    problems.push(`${fileName} has to hold one object`);
  } catch (error) {
    problems.push(`${fileName} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  return {};
}
