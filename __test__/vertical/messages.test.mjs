/**
 * Test of data messages from one process of a logical Worker (one Worker spread over several processes) to
 * another, here and on a server: each DataConsumer must get its messages once, with subchannels as within one
 * process.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { count, everywhere, nextWhere, pipesAre } from './support.mjs';

everywhere('messages go both ways', async (stage) => {
  const { worker, one, other } = await stage.apart();

  for (const [from, to, text] of [
    [one, other, 'there'],
    [other, one, 'and back'],
  ]) {
    const producer = await from.produceData({ label: text });
    const consumer = await to.consumeData({ dataProducerId: producer.id });

    assert.equal(consumer.dataProducerId, producer.id);
    assert.equal(consumer.label, text);

    const arrival = once(consumer, 'message');

    producer.send(text);

    const [message, ppid] = await arrival;

    assert.deepEqual([message.toString(), ppid], [text, 51]);

    const counts = count(
      consumer,
      'dataproducerpause',
      'dataproducerresume',
      'dataproducerclose',
    );

    await Promise.all([once(consumer, 'dataproducerpause'), producer.pause()]);
    assert.equal(consumer.dataProducerPaused, true);
    await Promise.all([
      once(consumer, 'dataproducerresume'),
      producer.resume(),
    ]);

    const closed = once(consumer, 'dataproducerclose');

    producer.close();
    await closed;
    assert.deepEqual(counts, {
      dataproducerpause: 1,
      dataproducerresume: 1,
      dataproducerclose: 1,
    });
  }

  await pipesAre(worker, 0);
});

everywhere(
  'subchannels are those of who listens, wherever it is',
  async (stage) => {
    const { one, other } = await stage.apart();
    const producer = await one.produceData();
    const listeners = {};
    const heard = {};

    for (const [at, transport] of Object.entries({ near: one, far: other })) {
      for (const subchannels of [[1], [2], [1, 2]]) {
        const name = `${at} ${subchannels}`;
        const consumer = await transport.consumeData({
          dataProducerId: producer.id,
          subchannels,
        });

        listeners[name] = consumer;
        heard[name] = '';
        consumer.on('message', (message) => (heard[name] += message));
      }
    }

    const hear = (text, names) =>
      Promise.all(
        names.map((name) =>
          nextWhere(
            listeners[name],
            'message',
            (message) => `${message}` === text,
          ),
        ),
      );
    const excepted = hear('e', ['near 2', 'far 2']);

    // To these, to those of them that have this one, to all but those that have that one.
    producer.send('a', undefined, [1]);
    producer.send('b', undefined, [2]);
    producer.send('c', undefined, [1, 2], 2);
    producer.send('d', undefined, undefined, 1);
    producer.send('e', undefined, undefined, undefined, 1);
    await excepted;

    for (const name of ['near 1', 'far 1']) {
      await listeners[name].setSubchannels([3]);
      await listeners[name].addSubchannel(4);
    }

    const all = hear('z', Object.keys(listeners));

    producer.send('f', undefined, [1, 4]);
    producer.send('z');
    await all;

    for (const at of ['near', 'far']) {
      assert.equal(heard[`${at} 1`], 'adfz');
      assert.equal(heard[`${at} 2`], 'bcez');
      assert.equal(heard[`${at} 1,2`], 'abcdfz');
    }
  },
);
