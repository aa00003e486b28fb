/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

export function isJsonObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy of `value` as JSON has it: without what JSON leaves out, such as the marks of TypeBox beside a schema. */
export function plainObject(value: object): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(value));
  return copy as JsonObject;
}
