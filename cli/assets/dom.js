// Makes elements. Text only ever becomes text nodes: nothing in this page parses markup, since
// whatever it shows may have been written by a stranger.

/**
 * An element with attributes and children. Absent values (`null`, `undefined`, `false`) are left
 * out, of both; `on` holds listeners by event.
 */
export function el(tag, { on = {}, ...attributes } = {}, ...children) {
  return fill(document.createElement(tag), { on, ...attributes }, children);
}

/** The same for the shapes of a drawing. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function fill(element, { on = {}, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : value);
  }
  for (const [event, listener] of Object.entries(on)) element.addEventListener(event, listener);
  element.append(...children.flat().filter((child) => child || child === 0));
  return element;
}

/** The element of `index.html` with this id. */
export const byId = (id) => document.getElementById(id);

/** A button whose words say what it does; `key` is the key that does the same. */
export function button(label, action, { key, ...attributes } = {}) {
  const hint = key ? el('kbd', { 'aria-hidden': 'true' }, key) : null;
  return el(
    'button',
    { type: 'button', on: { click: action }, 'aria-keyshortcuts': key, ...attributes },
    label,
    hint,
  );
}

/** A `<select>` with options `[value, label]`. */
export function select(label, options, value, change) {
  return el(
    'select',
    { 'aria-label': label, on: { change: (event) => change(event.target.value) } },
    options.map(([option, text]) =>
      el('option', { value: option, selected: option === value }, text),
    ),
  );
}
