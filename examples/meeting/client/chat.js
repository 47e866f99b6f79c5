/** The chat's side of the page. What is written goes through the data channels. */

export class Chat {
  #room;
  #toggle;
  #input;
  #messages;
  #line;

  /**
   * @param {(selector: string) => HTMLElement} find
   * @param {(text: string) => void} say tells everyone.
   */
  constructor(find, say) {
    this.#room = find('#room');
    this.#toggle = find('#chat-toggle');
    this.#input = find('#message');
    this.#messages = find('#messages');
    this.#line = find('#line');
    this.#toggle.onclick = () => this.toggle();
    find('#chat form').addEventListener('submit', (event) => {
      event.preventDefault();
      const text = this.#input.value.trim();
      if (text) {
        say(text);
        this.add('You', text);
        this.#input.value = '';
      }
    });
    find('#chat').addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') {
        this.toggle();
        this.#toggle.focus();
      }
    });
  }

  /** There is somebody to say it to, or at least the way there. */
  set isOpen(isOpen) {
    this.#input.disabled = !isOpen;
  }

  toggle() {
    const isShown = this.#room.classList.toggle('chatting');
    this.#toggle.ariaExpanded = String(isShown);
    this.#toggle.classList.remove('unread');
    if (isShown) {
      this.#input.focus();
    }
  }

  add(author, text) {
    const line = this.#line.content.cloneNode(true).firstElementChild;
    line.querySelector('.author').textContent = author;
    line.querySelector('time').textContent = new Date().toLocaleTimeString([], {
      hour: '2-digit',
      minute: '2-digit',
    });
    line.querySelector('.text').textContent = text;
    line.classList.toggle('mine', author === 'You');
    this.#messages.append(line);
    line.scrollIntoView();
    const isUnread = !this.#room.classList.contains('chatting');
    this.#toggle.classList.toggle('unread', isUnread);
  }
}
