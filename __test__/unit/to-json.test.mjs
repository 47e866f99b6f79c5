/**
 * Test of `lib/seam/toJson.js`: options as JSON text for Rust, with mediasoup's meaning of values that JSON
 * lacks, `undefined` above all.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lib } from './support.mjs';

const toJson = lib('seam/toJson');

test('a command is its method and its options', () => {
  assert.equal(
    toJson.command('produce', { kind: 'audio', id: undefined }),
    '{"produce":{"kind":"audio"}}',
  );
  assert.equal(
    toJson.command('enableTraceEvent', ['rtp']),
    '{"enableTraceEvent":["rtp"]}',
  );
});

test('what is not an object is what JSON makes of it', () => {
  for (const value of [null, 5, 'text', true, [1, 'a']]) {
    assert.equal(toJson.text(value), JSON.stringify(value));
  }

  assert.equal(toJson.text(undefined), undefined);
});

test('appData stays here, whatever it holds', () => {
  const circular = {};

  circular.self = circular;

  for (const appData of [circular, new Map(), [], null, undefined]) {
    const text = toJson.text({ paused: true, appData });

    assert.ok(
      ['{"paused":true}', '{"paused":true,"appData":null}'].includes(text),
    );
  }
});

test('appData that is not an object goes along, to be refused', () => {
  for (const appData of ['text', 7, 10n, Symbol('none'), () => {}]) {
    assert.equal(
      typeof JSON.parse(toJson.text({ appData })).appData === 'object',
      false,
    );
  }
});

test('undefined among parameters is an empty string, as for mediasoup', () => {
  const parameters = { 'profile-id': undefined, apt: 96 };
  const expected = { 'profile-id': '', apt: 96 };

  assert.deepEqual(JSON.parse(toJson.text([{ parameters }])), [
    { parameters: expected },
  ]);
  assert.deepEqual(
    JSON.parse(toJson.text({ rtpParameters: { codecs: [{ parameters }] } })),
    { rtpParameters: { codecs: [{ parameters: expected }] } },
  );
  assert.deepEqual(
    JSON.parse(
      toJson.text({
        rtpParameters: { codecs: [], headerExtensions: [{ parameters }] },
      }),
    ),
    {
      rtpParameters: {
        codecs: [],
        headerExtensions: [{ parameters: expected }],
      },
    },
  );
});

test('so it is in all lists that have parameters', () => {
  const list = [{ parameters: { apt: undefined } }];
  const expected = [{ parameters: { apt: '' } }];

  for (const [options, result] of [
    [{ mediaCodecs: list }, { mediaCodecs: expected }],
    [{ codecs: list }, { codecs: expected }],
    [
      { rtpCapabilities: { codecs: list } },
      { rtpCapabilities: { codecs: expected } },
    ],
  ]) {
    assert.deepEqual(JSON.parse(toJson.text(options)), result);
  }
});

test('the caller’s values are left as they are', () => {
  const rtpParameters = { codecs: [{ parameters: { apt: undefined } }] };
  const options = { rtpParameters, appData: { a: 1 } };

  toJson.text(options);
  assert.deepEqual(options, { rtpParameters, appData: { a: 1 } });
  assert.deepEqual(rtpParameters.codecs, [{ parameters: { apt: undefined } }]);
});
