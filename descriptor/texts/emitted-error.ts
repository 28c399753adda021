import { OWN_ERROR_NAMES } from '../../lib/error';
import { always, count, object, text, titled, type Answers } from '../answers';
import * as example from './examples';

/** What went wrong with a call: as the error of a step, and as that of one item among many. */
interface Failure {
  name: string;
  message: string;
  statusCode: number | null;
  requestId: string | null;
}

interface ErrorInMessage extends Failure {
  operation: string;
}

export const failure: Answers<Failure> = {
  name: titled('Name', always(text(`AWS's name of the error, or one of the connector's own: ${OWN_ERROR_NAMES.join(', ')}.`, 'ResourceNotFoundException'))),
  message: titled('Message', always(text('What AWS says, or what must change in the input.', "Dataset 'profile' not found."))),
  statusCode: titled('Status Code', count('The HTTP status, where there was an answer.', 404)),
  requestId: titled('Request ID', text('The id of the request, where AWS gave one; its support asks for it.', example.REQUEST_ID)),
};

const members: Answers<ErrorInMessage> = { ...failure, operation: titled('Operation', always(text('The step that failed.', 'DescribeDataset'))) };

/** What stands in place of an answer where the step's policy is to emit the error. */
export const emittedError: Answers<{ error: ErrorInMessage }> = {
  error: titled('Error', object('Only with the error handling policy «Emit the error as a message», in place of all other members: what went wrong. Beside it stands input, the body that came, without its tokens; where it was too long to be sent it is shortened, and inputIsShortened says so.', members)),
};
