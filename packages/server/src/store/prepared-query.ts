import type { Compilable, CompiledQuery } from 'kysely';

/** A value that is known only when the query runs; it stands among the parameters until then. */
class Blank {
  readonly name: string | symbol;

  constructor(name: string | symbol) {
    this.name = name;
  }
}

/**
 * A query that is compiled at its first use and from then on only filled in: compiling costs more than many a query.
 * `build` gets a stand-in for each value; it may only pass them on.
 */
export function prepareQuery<V extends object, R>(
  build: (values: V) => Compilable<R>,
): (values: V) => CompiledQuery<R> {
  let compiled: CompiledQuery<R> | undefined;
  return (values) => {
    compiled ??= build(blanks as V).compile();
    return { ...compiled, parameters: compiled.parameters.map((parameter) => fill(parameter, values)) };
  };
}

/** Answers every property with a blank of that name. */
const blanks: object = new Proxy(Object.create(null) as object, { get: (_target, name) => new Blank(name) });

function fill(parameter: unknown, values: object): unknown {
  return parameter instanceof Blank ? Reflect.get(values, parameter.name) : parameter;
}
