'use strict';

const { EnhancedEventEmitter, enhancedOnce } = require('./enhancedEvents');

exports.EnhancedEventEmitter = EnhancedEventEmitter;
exports.enhancedOnce = enhancedOnce;
