'use strict';

/*
 * Loaded before the Open Integration Hub's runtime (ferryman), whose messages carry in `data` what the connector reads and
 * writes in `body`. Ferryman loads actions and triggers through one function; here each of them gets its messages renamed
 * on the way in and out.
 */
const { ComponentReader } = require('@openintegrationhub/ferryman/lib/component_reader.js');

/** A process function for ferryman made of one for the platform's runtime. */
function adapted(process) {
  return function processOfFerryman(message, cfg, snapshot, headers = {}) {
    const { data, body = data, id = headers.messageId, ...rest } = message;
    const runtime = {
      logger: this.logger,
      emit: (event, payload) => this.emit(event, event === 'data' ? renamed(payload) : payload),
    };
    return process.call(runtime, { ...rest, id, body }, cfg, snapshot);
  };
}

/** Not both, since a message counts towards a limit. */
const renamed = ({ body, ...rest }) => ({ ...rest, data: body });

const { loadTriggerOrAction } = ComponentReader.prototype;
ComponentReader.prototype.loadTriggerOrAction = async function loadAdapted(name) {
  const module = await loadTriggerOrAction.call(this, name);
  return { ...module, process: adapted(module.process) };
};
