'use strict';
/**
 * Environment of jest that runs mediasoup's own tests in Node's own realm; jest.config.js selects it.
 *
 * jest's usual environment gives each test file a vm context with its own `Error` and `Array`. An application
 * has only one realm, so this is how a module is really used; `--realm jest` runs the suite in contexts, too,
 * where errors must be made in the caller's realm.
 */
const vm = require('node:vm');
const { TestEnvironment } = require('jest-environment-node');

const MAIN_REALM = vm.createContext({});
const { compileFunction } = vm;
const { runInContext } = vm.Script.prototype;

vm.compileFunction = (code, params, options) => {
  if (options?.parsingContext !== MAIN_REALM) {
    return compileFunction(code, params, options);
  }

  const mainRealmOptions = { ...options };

  delete mainRealmOptions.parsingContext;
  delete mainRealmOptions.importModuleDynamically;

  return compileFunction(code, params, mainRealmOptions);
};

vm.Script.prototype.runInContext = function (context, options) {
  return context === MAIN_REALM
    ? this.runInThisContext(options)
    : runInContext.call(this, context, options);
};

module.exports = class SingleRealmEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    this.global = globalThis;
  }

  getVmContext() {
    return MAIN_REALM;
  }

  /** jest's own teardown would empty the global object, which is the real one here. */
  async teardown() {}
};
