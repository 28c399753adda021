import { exportFilesInput } from '../export/files-input';
import { runExportToFiles } from '../platform/export-files';
import { step } from '../platform/step';
import { readInput } from '../shape';

/** Writes all that a pool holds into files, and emits a message with an attachment for each. */
export const process = step('ExportIdentityPoolToFiles', (current) =>
  runExportToFiles(current, readInput(current.name, exportFilesInput, current.input)),
);

export { identityPools } from '../platform/drop-down';
