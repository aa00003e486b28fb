import type { TSchema } from 'typebox';
import type { TLocalizedValidationError } from 'typebox/error';
import { Compile } from 'typebox/schema';
import { limits } from '../limits.ts';
import type { ActionType } from './action-type.ts';
import { actionTypes } from './action-types.ts';
import { jsonBytes } from './json-size.ts';
import { placeIn } from './problem-place.ts';
import { formMessages } from './text-forms.ts';

export interface OptionProblem {
  /** Begins with `.`, or is empty for the option as a whole. */
  readonly path: string;
  readonly message: string;
}

const validators: ReadonlyMap<ActionType, OptionValidator> = new Map(
  actionTypes.map((type) => [type, compile({ ...type.option, additionalProperties: false })]),
);

/** As much of a validator as is used; its own type would have the compiler infer every schema anew. */
interface OptionValidator {
  Check(option: unknown): boolean;
  Errors(option: unknown): readonly [valid: boolean, errors: readonly TLocalizedValidationError[]];
}

function compile(schema: TSchema): OptionValidator {
  return Compile(schema);
}

/** What is wrong with an option; empty when it can be run. Takes anything. */
export function optionProblems(type: ActionType, option: unknown): readonly OptionProblem[] {
  const validator = validators.get(type);
  if (validator === undefined) throw new Error(`no validator for action type ${type.type}`);
  if (!validator.Check(option)) return schemaProblems(type, option, validator.Errors(option)[1]);
  const problem = type.check?.(option as Readonly<Record<string, unknown>>);
  if (problem !== undefined) return [{ path: `.${problem.path}`, message: problem.message }];
  const bytes = jsonBytes(option);
  if (bytes <= limits.optionBytes) return [];
  return [{ path: '', message: `has ${bytes} bytes as JSON; at most ${limits.optionBytes} are allowed` }];
}

/** At least one, however many the validator lists: it stops after a few, and says some things twice. */
function schemaProblems(
  type: ActionType,
  option: unknown,
  errors: readonly TLocalizedValidationError[],
): readonly OptionProblem[] {
  const byPath = new Map<string, OptionProblem>();
  for (const problem of errors.flatMap((error) => problemsOf(type, option, error)))
    if (!byPath.has(problem.path)) byPath.set(problem.path, problem);
  return byPath.size > 0
    ? [...byPath.values()]
    : [{ path: '', message: `is not an option that ${type.type} takes` }];
}

function problemsOf(type: ActionType, option: unknown, error: TLocalizedValidationError): OptionProblem[] {
  const path = placeIn(option, error.instancePath);
  if (error.keyword === 'required') {
    const message = `is needed by ${type.type}`;
    return error.params.requiredProperties.map((key) => ({ path: `${path}.${key}`, message }));
  }
  if (error.keyword === 'boolean') return [{ path, message: unknownKey(type, error.instancePath) }];
  if (error.keyword === 'additionalProperties') return []; // each of them was named as `boolean`
  const message = messages[error.keyword]?.({ ...error.params }) ?? error.message;
  return [{ path, message }];
}

function unknownKey(type: ActionType, pointer: string): string {
  // Below the first level only maps are closed: those by id, and those whose keys may be anything but long.
  if (pointer.split('/').length > 2)
    return pointer.length > longestKey ? 'is too long for a key' : 'has to be a UUID in lower case';
  const known = Object.keys(type.option.properties);
  return `is no option of ${type.type}; it takes ${known.length === 0 ? 'none' : known.join(', ')}`;
}

/** Of a map whose keys are anybody's. */
const longestKey = 255;

const typeNames: Readonly<Record<string, string>> = {
  object: 'an object',
  array: 'a list',
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
};

type Params = Readonly<Record<string, unknown>>;

/** What to tell for the keywords that options use. */
const messages: Readonly<Partial<Record<TLocalizedValidationError['keyword'], (params: Params) => string>>> =
  {
    type: ({ type }) => `has to be ${typeNames[String(type)] ?? String(type)}`,
    enum: ({ allowedValues }) => `has to be one of ${listed(allowedValues)}`,
    minimum: ({ limit }) => `has to be at least ${String(limit)}`,
    maximum: ({ limit }) => `has to be at most ${String(limit)}`,
    minLength: atLeast,
    minItems: atLeast,
    maxLength: ({ limit }) => `has more than ${String(limit)} characters`,
    maxItems: ({ limit }) => `has more than ${String(limit)} entries`,
    pattern: ({ pattern }) => formMessages.get(String(pattern)) ?? `has to match ${String(pattern)}`,
  };

function atLeast({ limit }: Params): string {
  return limit === 1 ? 'must not be empty' : `has to have at least ${String(limit)}`;
}

function listed(values: unknown): string {
  return Array.isArray(values) ? values.map((value) => JSON.stringify(value)).join(', ') : '';
}
