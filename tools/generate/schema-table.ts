import { componentName, isJsonObject, plainObject, type Json, type JsonObject } from '@parley/contract';
import { Type, type TObject, type TSchema } from 'typebox';
import { code, table } from './markdown.ts';

/** Where a named schema is told about; undefined: nowhere, so its type is spelled out. */
export type Links = (name: string) => string | undefined;

/** The keys of an object: name, type, meaning. Keys that may be left out say so. */
export function keyTable(schema: TObject, links: Links): string {
  const rows = Object.entries(schema.properties).map(([key, value]) => [
    code(key),
    typeText(value, links),
    [optionality(value), meaningOf(value)].filter((text) => text !== '').join(' '),
  ]);
  return rows.length === 0 ? 'No keys.' : table(['key', 'type', 'meaning'], rows);
}

function optionality(schema: TSchema): string {
  return Type.IsOptional(schema) ? 'Optional.' : '';
}

function meaningOf(schema: TSchema): string {
  const fallback = plainObject(schema)['default'];
  const otherwise = fallback === undefined ? '' : `Left out: ${code(JSON.stringify(fallback))}.`;
  return [descriptionOf(schema), otherwise].filter((text) => text !== '').join(' ');
}

/** What a schema says about itself; empty when it says nothing. */
export function descriptionOf(schema: TSchema): string {
  const { description } = plainObject(schema);
  return typeof description === 'string' ? description : '';
}

/** Texts of a form that the reader soon knows. */
const shortNames: Readonly<Record<string, string>> = {
  Id: 'id',
  Timestamp: 'time',
  ExecutionTimestamp: 'time',
};

/** The type of a value in a few words. */
export function typeText(schema: TSchema, links: Links): string {
  const name = componentName(schema);
  const link = name === undefined ? undefined : links(name);
  if (name !== undefined && link !== undefined) return `[${name}](${link})`;
  const items: unknown = 'items' in schema ? schema.items : undefined;
  if (isSchema(items)) return `list${itemsText(plainObject(schema))} of ${typeText(items, links)}`;
  const short = name === undefined ? undefined : shortNames[name];
  return short ?? plainType(plainObject(schema));
}

function isSchema(value: unknown): value is TSchema {
  return typeof value === 'object' && value !== null;
}

function plainType(schema: JsonObject): string {
  const choices = schema['enum'] ?? (schema['const'] === undefined ? undefined : [schema['const']]);
  if (Array.isArray(choices)) return choices.map((choice: Json) => code(JSON.stringify(choice))).join(', ');
  const { type } = schema;
  if (Array.isArray(type)) return type.map((one) => plainType({ ...schema, type: one })).join(' or ');
  switch (typeof type === 'string' ? type : '') {
    case 'string':
      return `text${lengthText(schema)}`;
    case 'integer':
      return `integer${rangeText(schema)}`;
    case 'number':
      return `number${rangeText(schema)}`;
    case 'boolean':
      return 'boolean';
    case 'object':
      return `object${valueText(schema)}`;
    case 'null':
      return 'null';
    default:
      return 'anything';
  }
}

/** Of an object that is a map: what its values are. */
function valueText(schema: JsonObject): string {
  const patterns = schema['patternProperties'];
  const values = isJsonObject(patterns) ? Object.values(patterns)[0] : undefined;
  if (!isJsonObject(values) || Object.keys(values).length === 0) return '';
  return ` of ${plainType(values)}`;
}

function rangeText(schema: JsonObject): string {
  const range = bounds(schema['minimum'], schema['maximum'], 'from', 'up to');
  return range === undefined ? '' : ` ${range}`;
}

function lengthText(schema: JsonObject): string {
  const length = bounds(schema['minLength'], schema['maxLength'], 'at least', 'at most');
  return length === undefined ? '' : `, ${length} characters`;
}

function itemsText(schema: JsonObject): string {
  const count = bounds(schema['minItems'], schema['maxItems'], 'at least', 'at most');
  return count === undefined ? '' : ` (${count})`;
}

function bounds(
  least: Json | undefined,
  most: Json | undefined,
  leastWord: string,
  mostWord: string,
): string | undefined {
  if (least !== undefined && most !== undefined) return `${JSON.stringify(least)} to ${JSON.stringify(most)}`;
  if (most !== undefined) return `${mostWord} ${JSON.stringify(most)}`;
  return least === undefined ? undefined : `${leastWord} ${JSON.stringify(least)}`;
}
