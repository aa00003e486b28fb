import { element, json, opening, prose } from './element.js';
import { exampleBlock, schemaView } from './schema.js';
import { keepKey, tryBox } from './try-it.js';

/** All operations of the document, in its order. */
function operationsOf(api) {
  return Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, given]) => ({
      id: given.operationId,
      method: method.toUpperCase(),
      path,
      tag: given.tags?.[0] ?? '',
      summary: given.summary ?? '',
      description: given.description ?? '',
      parameters: given.parameters ?? [],
      needsKey: (given.security ?? []).length > 0,
      body: given.requestBody?.content?.['application/json']?.schema,
      responses: Object.entries(given.responses ?? {}),
    })),
  );
}

function operationEntry(api, operation) {
  const { id, method, path, summary } = operation;
  const title = [
    element('span', { class: `method ${method.toLowerCase()}` }, method),
    element('span', { class: 'path' }, path),
    element('span', { class: 'summary' }, prose(summary)),
  ];
  return entry(id, title, `${method} ${path} ${id} ${summary} ${operation.description}`, () => [
    element('p', {}, prose(operation.description)),
    operation.needsKey ? undefined : element('p', { class: 'faint' }, 'Needs no access key.'),
    parametersView(api, operation),
    bodyView(api, operation),
    ...responsesView(api, operation),
    tryBox(api, operation),
  ]);
}

function parametersView(api, { parameters }) {
  if (parameters.length === 0) return undefined;
  const properties = Object.fromEntries(parameters.map(({ name, schema }) => [name, schema]));
  const required = parameters.filter((parameter) => parameter.required).map(({ name }) => name);
  return element('div', {}, element('h3', {}, 'Parameters'), schemaView(api, { properties, required }));
}

function bodyView(api, { body }) {
  if (body === undefined) return undefined;
  const example = opening({ class: 'nested' }, 'Example', () => exampleBlock(api, body));
  return element('div', {}, element('h3', {}, 'Body'), schemaView(api, body), example);
}

function responsesView(api, { responses }) {
  const errors = responses.filter(([status]) => !status.startsWith('2'));
  return [
    ...responses.filter(([status]) => status.startsWith('2')).map(([status, given]) => replyView(api, status, given)),
    element('h3', {}, 'Errors'),
    element(
      'table',
      {},
      element('tbody', {}, errors.map(([status, given]) => errorRow(api, status, given))),
    ),
  ];
}

function replyView(api, status, given) {
  const schema = Object.values(given.content ?? {})[0]?.schema;
  if (schema === undefined) return element('div', {}, element('h3', {}, `Reply ${status}`));
  const example = opening({ class: 'nested' }, 'Example', () => exampleBlock(api, schema));
  return element('div', {}, element('h3', {}, `Reply ${status}`), schemaView(api, schema), example);
}

function errorRow(api, status, given) {
  const name = given.$ref?.split('/').at(-1);
  const response = name === undefined ? given : (api.components.responses?.[name] ?? {});
  const lines = (response.description ?? '').split('\n\n');
  return element(
    'tr',
    {},
    element('td', { class: 'name' }, status),
    element('td', {}, lines.map((line) => element('div', {}, prose(line)))),
  );
}

function eventEntry(api, [type, item]) {
  const { summary = '', description = '', requestBody } = item.post ?? {};
  const content = requestBody?.content?.['application/json'] ?? {};
  const title = [
    element('span', { class: 'method event' }, 'EVENT'),
    element('span', { class: 'path' }, type),
    element('span', { class: 'summary' }, prose(summary)),
  ];
  return entry(`event-${type}`, title, `${type} ${summary} ${description}`, () => [
    element('p', {}, prose(description)),
    element('h3', {}, 'Body'),
    ...schemaView(api, content.schema),
    element('h3', {}, 'Example'),
    content.example === undefined ? exampleBlock(api, content.schema) : json(content.example),
  ]);
}

function schemaEntry(api, [name, schema]) {
  const title = [
    element('span', { class: 'path' }, name),
    element('span', { class: 'summary' }, prose(schema.description)),
  ];
  return entry(`schema-${name}`, title, `${name} ${schema.description ?? ''}`, () => [
    ...schemaView(api, schema),
    element('h3', {}, 'Example'),
    exampleBlock(api, schema),
  ]);
}

/** One thing that can be searched, linked to and opened. */
function entry(id, title, text, content) {
  const made = opening({ class: 'entry', id }, title, content);
  made.dataset.text = text.toLowerCase();
  return made;
}

function section(title, entries, label) {
  const made = element('section', {}, element('h2', {}, title), entries);
  const links = entries.map((one) =>
    element('li', { 'data-for': one.id }, element('a', { href: `#${one.id}` }, prose(label(one.id)))),
  );
  return { made, nav: element('div', {}, element('h2', {}, title), element('ul', {}, links)) };
}

function sectionsOf(api) {
  const operations = operationsOf(api);
  const tags = [...new Set(operations.map(({ tag }) => tag))];
  return [
    ...tags.map((tag) => {
      const entries = operations.filter((one) => one.tag === tag).map((one) => operationEntry(api, one));
      return section(tag, entries, (id) => operations.find((one) => one.id === id)?.summary ?? id);
    }),
    section(
      'Webhook events',
      Object.entries(api.webhooks ?? {}).map((event) => eventEntry(api, event)),
      (id) => id.replace('event-', ''),
    ),
    section(
      'Schemas',
      Object.entries(api.components?.schemas ?? {}).map((schema) => schemaEntry(api, schema)),
      (id) => id.replace('schema-', ''),
    ),
  ];
}

function introduction(api) {
  return element(
    'section',
    {},
    element('p', {}, prose(api.info.description)),
    element(
      'p',
      {},
      'Send the access key as ',
      element('code', {}, 'Authorization: Bearer KEY'),
      '. Every reply has an ',
      element('code', {}, 'X-Request-Id'),
      '; errors repeat it. The same in one file: ',
      element('a', { href: '/openapi.json' }, 'openapi.json'),
      '.',
    ),
  );
}

function show(sections, words) {
  for (const { made, nav } of sections) {
    let any = false;
    for (const one of made.querySelectorAll('.entry')) {
      const found = words.every((word) => one.dataset.text.includes(word));
      one.hidden = !found;
      any ||= found;
    }
    for (const line of nav.querySelectorAll('li')) {
      line.hidden = document.getElementById(line.dataset.for)?.hidden ?? false;
    }
    made.hidden = !any;
    nav.hidden = !any;
  }
}

/** Opens what the address names, such as `/docs#createFlow`. */
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!(target instanceof HTMLDetailsElement)) return;
  target.open = true;
  target.scrollIntoView();
}

async function start() {
  const state = document.getElementById('state');
  const reply = await fetch('/openapi.json', { credentials: 'omit' });
  if (!reply.ok) throw new Error(`/openapi.json answers ${reply.status}`);
  const api = await reply.json();
  const sections = sectionsOf(api);
  document.getElementById('version').textContent = api.info.version;
  document.getElementById('nav').append(...sections.map(({ nav }) => nav));
  document.getElementById('content').append(introduction(api), ...sections.map(({ made }) => made));
  state.remove();
  const search = document.getElementById('search');
  search.addEventListener('input', () => {
    show(sections, search.value.toLowerCase().split(/\s+/).filter((word) => word !== ''));
  });
  addEventListener('hashchange', openTarget);
  openTarget();
}

keepKey(document.getElementById('key'));
start().catch((error) => {
  const state = document.getElementById('state');
  state.className = 'bad';
  state.textContent = `The description of the API could not be read: ${error.message}`;
});
