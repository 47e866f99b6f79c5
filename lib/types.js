'use strict';

// Types only: there is nothing at run time.
