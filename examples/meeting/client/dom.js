/**
 * Short functions for the page's document: find an element, create one from a template, write texts into it.
 * The lobby, the room's page and the tiles call them.
 */

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
