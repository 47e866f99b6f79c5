/** The document, in short. */

export const find = (selector, parent = document) =>
  parent.querySelector(selector);

/** A new element of a template, with texts in it. */
export function create(template, texts) {
  const element = find(template).content.cloneNode(true).firstElementChild;
  write(element, texts);
  return element;
}

/** Writes texts into the elements of these classes. */
export function write(parent, texts) {
  for (const [name, text] of Object.entries(texts)) {
    find(`.${name}`, parent).textContent = text;
  }
}
