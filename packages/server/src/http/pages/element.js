// Everything on the page is made here, out of elements and text nodes: text from the API is never read as HTML.

/**
 * An element with its attributes and children. `on` holds listeners; a string child becomes a text node, undefined
 * children are left out.
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  const { on = {}, ...plain } = attributes;
  for (const [name, value] of Object.entries(plain)) if (value !== undefined) made.setAttribute(name, value);
  for (const [event, listener] of Object.entries(on)) made.addEventListener(event, listener);
  return fill(made, children);
}

/** Appends children, lists of children, and lists of those. */
function fill(parent, children) {
  parent.append(...[children].flat(Infinity).filter((child) => child !== undefined));
  return parent;
}

/** Text in which `backquotes` mark code, as the contract's descriptions have it. */
export function prose(text = '') {
  const parts = text.split('`');
  return parts.map((part, index) => (index % 2 === 1 ? element('code', {}, part) : part));
}

export function codeBlock(text) {
  return element('pre', { tabindex: '0' }, element('code', {}, text));
}

export function json(value) {
  return codeBlock(JSON.stringify(value, null, 2));
}

/** Something that opens; what is in it is made when it first does, so that schemas may contain themselves. */
export function opening(attributes, summary, content) {
  const body = element('div');
  const made = element('details', attributes, element('summary', {}, summary), body);
  made.addEventListener('toggle', () => {
    if (made.open && body.childNodes.length === 0) fill(body, content());
  });
  return made;
}
