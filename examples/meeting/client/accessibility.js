/** For those who don't see the page, or don't hold a mouse. */

/** Keys that press a button, unless one is writing. */
const SHORTCUTS = {
  m: '#microphone',
  v: '#camera',
  s: '#screen',
  c: '#chat-toggle',
  i: '#details',
};

export function listenToShortcuts(find) {
  addEventListener('keydown', (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    const button = find(SHORTCUTS[key.toLowerCase()] ?? '#none');
    const isMeant =
      !ctrlKey && !metaKey && !altKey && target.tagName !== 'INPUT';
    if (button && isMeant && !find('#room').hidden && !button.hidden) {
      event.preventDefault();
      button.click();
    }
  });
}

/** A button with two states says what it is and whether it is on. */
export function setPressed(button, isPressed) {
  button.ariaPressed = String(isPressed);
}

/** Says what happens, for a while: to the eye and to screen readers. */
export class Announcer {
  #element;
  #timer;

  constructor(element) {
    this.#element = element;
  }

  /** @param {number} [forMs] without it, until the next. */
  say(text, forMs) {
    clearTimeout(this.#timer);
    this.#element.textContent = text;
    if (forMs) {
      this.#timer = setTimeout(() => (this.#element.textContent = ''), forMs);
    }
  }
}
