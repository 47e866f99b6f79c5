/** The chat's side of the page. What is written goes through the data channels. */

/** @param {(text: string) => void} say tells everyone. */
export function openChat(find, say) {
  const message = find('#message');
  const button = find('#chat-toggle');
  const isShown = () => button.ariaExpanded === 'true';

  button.onclick = toggle;
  find('#chat').onkeydown = ({ key }) => void (key === 'Escape' && toggle());
  find('#chat form').onsubmit = (event) => {
    event.preventDefault();
    const text = message.value.trim();
    if (text) {
      say(text);
      add('You', text);
      message.value = '';
    }
  };

  function toggle() {
    button.ariaExpanded = String(!isShown());
    button.classList.remove('unread');
    (isShown() ? message : button).focus();
  }

  function add(author, text) {
    const line = find('#line').content.cloneNode(true).firstElementChild;
    const part = (name) => line.querySelector(`.${name}`);
    line.classList.toggle('mine', author === 'You');
    part('author').textContent = author;
    part('time').textContent = new Date().toTimeString().slice(0, 5);
    part('text').textContent = text;
    find('#messages').append(line);
    line.scrollIntoView();
    button.classList.toggle('unread', !isShown());
  }

  /** Without a way to say it nothing can be written. */
  const allow = (isOpen) => (message.disabled = !isOpen);
  return { add, allow };
}
