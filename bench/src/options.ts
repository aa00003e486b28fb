/** What a run was asked to do. */
export interface Options {
  /** Benchmarks to run, each once; they run in an order of their own. */
  readonly names: readonly string[];
  /** All of them in less than six minutes: shows that everything works, and roughly where the figures are. */
  readonly quick: boolean;
  /** Longer where length matters: memory after more calls, a larger backlog. */
  readonly full: boolean;
  /** Rewrite the figures in docs/benchmarks.md. */
  readonly writeDocs: boolean;
  /** Have the server write CPU profiles, and say where its time went. Profiling itself costs time: not for figures. */
  readonly profile: boolean;
}

export type ParsedOptions =
  | { readonly ok: true; readonly value: Options }
  | { readonly ok: false; readonly error: string };

const flags = ['--quick', '--full', '--write-docs', '--profile'];

/** `words` are what stands after `npm run bench --`; without names all `known` benchmarks are run. */
export function parseOptions(words: readonly string[], known: readonly string[]): ParsedOptions {
  const given = words.filter((word) => word.startsWith('-'));
  const names = words.filter((word) => !word.startsWith('-'));
  const wrong = given.find((flag) => !flags.includes(flag)) ?? names.find((name) => !known.includes(name));
  if (wrong !== undefined)
    return {
      ok: false,
      error: `${wrong} is unknown. Benchmarks: ${known.join(', ')}. Flags: ${flags.join(', ')}.`,
    };
  const has = (flag: string): boolean => given.includes(flag);
  if (has('--quick') && has('--full')) return { ok: false, error: 'either --quick or --full, not both' };
  if (has('--profile') && has('--write-docs'))
    return { ok: false, error: '--profile makes everything slower: its figures are not for --write-docs' };
  return {
    ok: true,
    value: {
      names: names.length === 0 ? known : [...new Set(names)],
      quick: has('--quick'),
      full: has('--full'),
      writeDocs: has('--write-docs'),
      profile: has('--profile'),
    },
  };
}

/** How one benchmark is measured again as it was. */
export function commandOf(
  name: string,
  { quick, full, profile }: Omit<Options, 'names' | 'writeDocs'>,
): string {
  const words = [
    ...(quick ? ['--quick'] : []),
    ...(full ? ['--full'] : []),
    ...(profile ? ['--profile'] : []),
  ];
  return ['npm run bench --', name, ...words].join(' ');
}
