'use strict';

// The platform takes a credential for verified when this file cannot be loaded, so nothing is loaded before the call:
// whatever is missing then throws, and a throw is a no.
module.exports = async function verifyCredentials(cfg) {
  return require('./dist/lib/verifyCredentials').verifyCredentials(cfg);
};
