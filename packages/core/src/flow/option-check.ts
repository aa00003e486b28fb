import { Compile, type Validator } from 'typebox/compile';
import type { ActionType } from './action-type.ts';
import { actionTypes } from './action-types.ts';

const validators: ReadonlyMap<ActionType, Validator> = new Map(
  actionTypes.map((type) => [type, Compile({ ...type.option, additionalProperties: false })]),
);

/** What is wrong with an option; paths begin with `.` or are empty for the option as a whole. */
export function optionProblems(type: ActionType, option: unknown): { path: string; message: string }[] {
  const validator = validators.get(type);
  if (validator === undefined) throw new Error(`no validator for action type ${type.type}`);
  if (validator.Check(option)) return customProblem(type, option as Readonly<Record<string, unknown>>);
  return validator.Errors(option).flatMap((error) => describe(type, error));
}

function customProblem(
  type: ActionType,
  option: Readonly<Record<string, unknown>>,
): { path: string; message: string }[] {
  const problem = type.check?.(option);
  return problem === undefined ? [] : [{ path: `.${problem.path}`, message: problem.message }];
}

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message: string;
}

function describe(type: ActionType, error: SchemaError): { path: string; message: string }[] {
  const path = error.instancePath.replaceAll('/', '.');
  const params: Readonly<Record<string, unknown>> = { ...error.params };
  if (error.keyword === 'required') {
    return listOf(params['requiredProperties']).map((key) => ({
      path: `${path}.${key}`,
      message: `is needed by ${type.type}`,
    }));
  }
  if (error.keyword === 'additionalProperties') {
    const known = Object.keys(type.option.properties).join(', ');
    return listOf(params['additionalProperties']).map((key) => ({
      path: `${path}.${key}`,
      message: `is no option of ${type.type}; it takes ${known === '' ? 'none' : known}`,
    }));
  }
  if (error.keyword === 'boolean') return []; // says again what additionalProperties said
  if (error.keyword === 'enum') {
    return [{ path, message: `has to be one of ${listOf(params['allowedValues']).join(', ')}` }];
  }
  return [{ path, message: error.message }];
}

function listOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map((item) => JSON.stringify(item).replaceAll('"', '')) : [];
}
