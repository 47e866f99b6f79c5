/**
 * What is behind each tile, in small letters: server, Worker, layer, bitrate. And
 * the control link's state, which is no more than shown: media goes on without it.
 */

const INTERVAL_MS = 1000;
const LINKS = {
  none: 'Worker on this server',
  up: 'Control link up',
  down: 'Control link lost, media goes on',
  away: 'Server away, media goes on',
};

export class Overlay {
  #tiles;
  #chip;
  #media = {};
  #isAway = false;
  #layers = new Map();
  #before = { sent: new Map(), received: new Map() };

  /** @param {() => import('./room-client.js').RoomClient | undefined} getClient */
  constructor(tiles, chip, getClient) {
    this.#tiles = tiles;
    this.#chip = chip;
    setInterval(async () => {
      const client = getClient();
      if (client) {
        this.#show(await client.countBytes().catch(() => this.#before));
      }
    }, INTERVAL_MS);
  }

  set media(media) {
    this.#media = media;
    this.#showLink();
  }

  /** Whether the way from this page to the application is lost. */
  set isAway(isAway) {
    this.#isAway = isAway;
    this.#showLink();
  }

  setLayers({ consumerId, spatialLayer, temporalLayer }) {
    const text =
      spatialLayer === undefined
        ? undefined
        : `${spatialLayer}/${temporalLayer}`;
    this.#layers.set(consumerId, text);
  }

  get #link() {
    return this.#isAway ? 'away' : (this.#media.link ?? 'none');
  }

  #showLink() {
    const { workers, server } = this.#media;
    const places = workers?.length > 1 ? ` · ${workers.length} Workers` : '';
    this.#chip.dataset.link = this.#link;
    this.#chip.textContent = `${server ?? '…'}${places}`;
    this.#chip.title = workers
      ? `${LINKS[this.#link]}. Load: ${workers.map((load) => `${load} %`).join(', ')}`
      : LINKS[this.#link];
    this.#tiles.all.forEach(({ details }) => {
      details.dataset.link = this.#link;
    });
  }

  #show(counted) {
    const { server, worker } = this.#media;
    for (const { details, consumerId, kind, isMine } of this.#tiles.all) {
      const [way, key] = isMine ? ['sent', kind] : ['received', consumerId];
      const bytes =
        (counted[way].get(key) ?? 0) - (this.#before[way].get(key) ?? 0);
      const parts = {
        server,
        worker: worker && `worker ${worker}`,
        layer:
          this.#layers.get(consumerId) &&
          `layer ${this.#layers.get(consumerId)}`,
        bitrate: `${isMine ? '↑' : '↓'} ${bitrate((Math.max(bytes, 0) * 8000) / INTERVAL_MS)}`,
      };
      for (const [name, text] of Object.entries(parts)) {
        details.querySelector(`.${name}`).textContent = text ?? '';
      }
      details.dataset.link = this.#link;
      details.querySelector('.link').ariaLabel = LINKS[this.#link];
    }
    this.#before = counted;
  }
}

function bitrate(bitsPerSecond) {
  return bitsPerSecond < 1_000_000
    ? `${Math.round(bitsPerSecond / 1000)} kb/s`
    : `${(bitsPerSecond / 1_000_000).toFixed(1)} Mb/s`;
}
