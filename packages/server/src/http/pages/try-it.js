import { codeBlock, element } from './element.js';
import { exampleOf } from './schema.js';

const keyName = 'parley-access-key';

/** The access key stays in this tab: it is gone when the tab is. */
export function keepKey(input) {
  input.value = sessionStorage.getItem(keyName) ?? '';
  input.addEventListener('input', () => sessionStorage.setItem(keyName, input.value.trim()));
}

/** A form that sends one operation's request to this server and shows what comes back. */
export function tryBox(api, operation) {
  const fields = operation.parameters.map((parameter) => createField(parameter));
  const body = createBody(api, operation);
  const result = element('div', { 'aria-live': 'polite' });
  const send = async (event) => {
    event.preventDefault();
    const request = toRequest(operation, fields, body);
    result.replaceChildren(codeBlock(toCurl(request)), element('p', { class: 'faint' }, 'Sent …'));
    result.replaceChildren(codeBlock(toCurl(request)), ...(await exchange(request)));
  };
  return element(
    'form',
    { class: 'try', on: { submit: (event) => void send(event) } },
    element('h3', {}, 'Try it'),
    fields.map(({ line }) => line),
    body,
    element('button', { type: 'submit' }, `Send ${operation.method}`),
    result,
  );
}

function createField(parameter) {
  const input = element('input', {
    type: 'text',
    autocomplete: 'off',
    spellcheck: 'false',
    required: parameter.required ? '' : undefined,
  });
  const name = element('span', { class: parameter.required ? 'name required' : 'name' }, parameter.name);
  return { parameter, input, line: element('label', { class: 'field' }, name, input) };
}

function createBody(api, operation) {
  if (operation.body === undefined) return undefined;
  const body = element('textarea', { 'aria-label': 'Body', spellcheck: 'false' });
  body.value = JSON.stringify(exampleOf(api, operation.body), null, 2);
  return body;
}

function toRequest(operation, fields, body) {
  const query = new URLSearchParams();
  let path = operation.path;
  for (const { parameter, input } of fields) {
    if (parameter.in === 'path') path = path.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
    else if (input.value !== '') query.set(parameter.name, input.value);
  }
  const url = query.size === 0 ? path : `${path}?${query}`;
  return { method: operation.method, url, needsKey: operation.needsKey, body: body?.value };
}

/** The same request for a shell; the key is not in it, so that it can be passed on. */
function toCurl({ method, url, needsKey, body }) {
  const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  const parts = ['curl', '-X', method, quote(new URL(url, location.origin).href)];
  if (needsKey) parts.push('-H', '"Authorization: Bearer $PARLEY_ACCESS_KEY"');
  if (body !== undefined) parts.push('-H', quote('Content-Type: application/json'), '-d', quote(body));
  return parts.join(' ');
}

async function exchange({ method, url, needsKey, body }) {
  const key = sessionStorage.getItem(keyName) ?? '';
  const headers = {};
  if (needsKey && key !== '') headers.authorization = `Bearer ${key}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  const begun = performance.now();
  try {
    const reply = await fetch(url, {
      method,
      headers,
      cache: 'no-store',
      credentials: 'omit',
      ...(body === undefined ? {} : { body }),
    });
    const text = await reply.text();
    return showReply(reply, text, performance.now() - begun);
  } catch (error) {
    return [element('p', { class: 'bad' }, `No answer: ${error instanceof Error ? error.message : String(error)}`)];
  }
}

function showReply(reply, text, ms) {
  const id = reply.headers.get('x-request-id') ?? '';
  return [
    element(
      'p',
      {},
      element('strong', { class: reply.ok ? 'good' : 'bad' }, `${reply.status} ${reply.statusText}`),
      element('span', { class: 'faint' }, `  ${ms.toFixed(1)} ms  ${id}`),
    ),
    codeBlock(indent(text)),
  ];
}

function indent(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
