'use strict';
/** The one helper that the tests take from npm's private utilities. */
exports.deepFreeze = function deepFreeze(value) {
  for (const name of Reflect.ownKeys(value)) {
    const inner = value[name];

    if (inner !== null && /^(object|function)$/.test(typeof inner)) {
      deepFreeze(inner);
    }
  }

  return Object.freeze(value);
};
