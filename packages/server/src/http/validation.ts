import { type FieldProblem, Id } from '@parley/contract';
import type { Static, TSchema } from 'typebox';
import type { TLocalizedValidationError } from 'typebox/error';
import { Compile } from 'typebox/schema';
import { fieldPath, stepsOfPointer } from './field-path.ts';

export type RequestPart = FieldProblem['in'];

type Keyword = TLocalizedValidationError['keyword'];

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly FieldProblem[] };

/** As much of a validator as is used. */
interface PartValidator {
  Check(value: unknown): boolean;
  Errors(value: unknown): readonly [valid: boolean, errors: readonly TLocalizedValidationError[]];
}

/**
 * A checker for one part of a request, compiled once. Query values arrive as text: those that have to be numbers are
 * converted first. Reports up to eight problems, each with its place.
 */
export function createPartCheck<S extends TSchema>(schema: S, part: RequestPart) {
  const validator: PartValidator = Compile(schema);
  return (input: unknown): Checked<Static<S>> => {
    const value = part === 'query' ? convertNumbers(schema, input) : input;
    if (validator.Check(value)) return { ok: true, value: value as Static<S> };
    const [, errors] = validator.Errors(value);
    const problems = errors.flatMap((error) => toProblems(error, schema, part));
    return { ok: false, problems };
  };
}

/** The whole of it in one clause, for the message; `details` has each. */
export function summarize(problems: readonly FieldProblem[]): string {
  const [first, ...more] = problems;
  if (first === undefined) return 'it does not fit its schema';
  const place = first.path === '' ? `the ${first.in}` : `"${first.path}" in the ${first.in}`;
  const rest = more.length === 0 ? '' : ` (and ${more.length} more)`;
  return `${place} ${first.message}${rest}`;
}

/** `?page_size=5`: the text `5` becomes the number where the schema wants one; what is no number stays text. */
function convertNumbers(schema: TSchema, input: unknown): unknown {
  const properties = schemaAt(schema, '#/properties');
  if (!isRecord(input)) return input;
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => {
      const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
      const type = isRecord(property) ? property['type'] : undefined;
      const wanted = type === 'integer' || type === 'number';
      const number = wanted && typeof value === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value);
      return [key, number ? Number(value) : value];
    }),
  );
}

function toProblems(error: TLocalizedValidationError, root: TSchema, part: RequestPart): FieldProblem[] {
  const steps = stepsOfPointer(error.instancePath);
  const path = fieldPath(steps);
  const below = (key: string): string => fieldPath([...steps, key]);
  const at = (place: string, reason: FieldProblem['reason'], message: string): FieldProblem => ({
    in: part,
    path: place,
    reason,
    message,
  });
  if (error.keyword === 'required') {
    return error.params.requiredProperties.map((key) => at(below(key), 'required', 'is missing'));
  }
  // The validator stops after eight: it names each unknown key as `boolean` before it lists them, if it comes to that.
  if (error.keyword === 'additionalProperties') return [];
  if (error.keyword === 'boolean') return [at(keyPath(steps), 'unknown_key', unknownKey(root, error))];
  const schema = schemaAt(root, error.schemaPath);
  return [at(path, reasonOf(error.keyword), messageOf(error, schema))];
}

/** Of a key of an object, even one that looks like an index. */
function keyPath(steps: readonly (string | number)[]): string {
  return fieldPath([...steps.slice(0, -1), ...steps.slice(-1).map(String)]);
}

function unknownKey(root: TSchema, { schemaPath }: TLocalizedValidationError): string {
  const schema = schemaAt(root, schemaPath.replace(/\/additionalProperties$/, ''));
  return `is not a key that is known here (${listKeys(schema)})`;
}

/** Of a map, such as skills by the ids of tags, every key has to have one form. */
function listForms(patterns: Readonly<Record<string, unknown>>): string {
  const forms = Object.keys(patterns);
  if (forms.every((form) => form === idPattern)) return 'each has to be a UUID in lower case';
  return `each has to match ${forms.join(' or ')}`;
}

const reasons: Readonly<Partial<Record<Keyword, FieldProblem['reason']>>> = {
  type: 'wrong_type',
  enum: 'not_one_of',
  const: 'not_one_of',
  minLength: 'too_short',
  minItems: 'too_short',
  minProperties: 'too_short',
  maxLength: 'too_long',
  maxItems: 'too_long',
  maxProperties: 'too_long',
  minimum: 'out_of_range',
  maximum: 'out_of_range',
  exclusiveMinimum: 'out_of_range',
  exclusiveMaximum: 'out_of_range',
  multipleOf: 'out_of_range',
};

function reasonOf(keyword: Keyword): FieldProblem['reason'] {
  return reasons[keyword] ?? 'wrong_form';
}

function messageOf(error: TLocalizedValidationError, schema: Readonly<Record<string, unknown>>): string {
  if (error.keyword === 'type')
    return `has to be ${[error.params.type].flat().map(withArticle).join(' or ')}`;
  const reason = reasonOf(error.keyword);
  if (reason === 'not_one_of') return `has to be one of ${listValues(schema)}`;
  return reason === 'wrong_form' ? describeForm(schema, error.message) : error.message;
}

/** The subschema that an error's path such as `#/properties/actions/items` names. */
function schemaAt(root: TSchema, path: string): Readonly<Record<string, unknown>> {
  let schema: unknown = root;
  for (const step of stepsOfPointer(path)) schema = isRecord(schema) ? schema[step] : undefined;
  return isRecord(schema) ? schema : {};
}

function listKeys(schema: Readonly<Record<string, unknown>>): string {
  const { properties, patternProperties: patterns } = schema;
  if (isRecord(patterns)) return listForms(patterns);
  const keys = isRecord(properties) ? Object.keys(properties) : [];
  return keys.length === 0 ? 'there are none' : `known: ${keys.join(', ')}`;
}

function listValues(schema: Readonly<Record<string, unknown>>): string {
  const values = Array.isArray(schema['enum']) ? schema['enum'] : [schema['const']];
  return values.map((value) => JSON.stringify(value)).join(', ');
}

const { pattern: idPattern } = Id as TSchema & { readonly pattern?: string };

/** What the contract says about the field is a better remedy than its pattern. */
function describeForm(schema: Readonly<Record<string, unknown>>, fallback: string): string {
  if (schema['pattern'] === idPattern) return 'has to be a UUID in lower case';
  const description = schema['description'];
  return typeof description === 'string'
    ? `is not of the form that it needs: ${description.replace(/\.$/, '')}`
    : fallback;
}

function withArticle(type: string): string {
  const names: Readonly<Record<string, string>> = {
    object: 'an object',
    array: 'a list',
    string: 'a text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'true or false',
  };
  return names[type] ?? type;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
