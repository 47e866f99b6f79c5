'use strict';

/**
 * Symbols of members by which this package's classes and hosts call each other. They are symbols so that the
 * members neither collide with an application's own nor show up in its code.
 */

/** `object[HAPPEN](event, observerEvent, args)`: something happened to the object. */
exports.HAPPEN = Symbol('happen');

/** `object[HEARS](event, observerEvent)`: whether that would be noticed. */
exports.HEARS = Symbol('hears');

/** `object[ADOPT](child)`: a child was created. */
exports.ADOPT = Symbol('adopt');

/** `object[HANDLE]`: what the object is called below. */
exports.HANDLE = Symbol('handle');

/** `object[HOST]`: what holds it. */
exports.HOST = Symbol('host');

/** `object[APP_DATA](appData)`: it has another appData, by someone else's doing. */
exports.APP_DATA = Symbol('appData');

/** Stands for an appData that nobody has asked for yet. */
exports.NONE_YET = Symbol('none yet');

/** `object[ASK](command, options, data)`: sends a command to the object. */
exports.ASK = Symbol('ask');

/** `object[READ](member)`: the present value of a member. */
exports.READ = Symbol('read');
